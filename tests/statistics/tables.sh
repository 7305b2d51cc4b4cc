#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/statistics/tables.sh TSHARK_SCRIPT CAPTURE ...
# The tables of -z kx,relay and its like say the same in one pass and in two, and what counting the lines of -z kx,json
# one by one yields, which json.sh compares with the packets' fields. A filter chooses rows and changes none.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -eu

if [ $# -lt 2 ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi

tshark=$1
shift
. "$(dirname "$0")/common.sh"
use_copies "$@"
for capture; do
    set -- "$@" "$work/captures/${capture##*/}"
    shift
done
kinds='kx,relay kx,times kx,keys kx,links kx,conformance kx,tree kx,srt conv,kx endpoints,kx'

# FILTER TSHARK-ARGUMENT ...: all statistics; without what differs where a filter is named.
statistics() {
    filter=$1
    shift
    for kind in $kinds; do set -- "$@" -z "$kind${filter:+,$filter}"; done
    "$tshark" -n -r "$capture" -q "$@" | grep -v '^Filter'
}

# FILE TITLE: the rows of a table, cells by tabs.
rows() {
    awk -v title="$2:" '
        /^[=]+$/ { inside = 0 }
        inside > 2 { gsub(/ *\|$/, ""); gsub(/ *\| */, "\t"); sub(/^ +/, ""); print }
        inside { inside++ }
        $0 == title { inside = 1 }' "$1"
}

# COLUMNS: of tables.
pick() { cut -f "$1" | LC_ALL=C sort; }

# WHAT COLUMNS TITLE PATTERN JQ-PROGRAM: those rows of a table against what is counted.
compare() {
    rows "$work/one" "$3" | grep -e "$4" | awk -F '\t' -v OFS='\t' '
        { for (i = 1; i <= NF; i++) $i = substr($i, 1, 40); print }' | pick "$2" >"$work/shown"
    jq -r -s "$definitions $5 | map(tostring) | join(\"\t\")" "$work/lines" | LC_ALL=C sort >"$work/counted"
    compared=$((compared + $(wc -l <"$work/counted")))
    diff "$work/shown" "$work/counted" >&2 || fail "$name: $1: shown (<) and counted (>) differ"
}

# Times as the tables print them; texts by their beginning, as the tables cut long ones.
# shellcheck disable=SC2016
definitions='
    def rounded: (. * 1000000 | round) as $all
        | "\($all / 1000000 | floor).\(1000000 + $all % 1000000 | tostring[1:])";
    def shown: (. // "-")[0:40];
    def rank($p): sort | .[([($p * length / 100 | ceil) - 1, 0] | max)];
    def relays: map(select(.relay)) | group_by(.relay.id);
    def hops: map(select(.header.command_code == 4353));
    . as $all |'

compared=0
for capture; do
    name=$(basename "$capture")
    statistics '' >"$work/one"
    statistics '' -2 >"$work/two"
    diff "$work/one" "$work/two" >&2 || fail 'one pass (<) and two passes (>) differ'
    for filter in 'kx.command_code == 0x1102' 'kx.key.id' 'kx.response.failure'; do
        statistics "$filter" >"$work/some-one"
        statistics "$filter" -2 >"$work/some-two"
        diff "$work/some-one" "$work/some-two" >&2 || fail "$name: $filter: one pass (<) and two passes (>) differ"
        rows "$work/one" 'Kx Key Relays' | LC_ALL=C sort >"$work/all"
        rows "$work/some-two" 'Kx Key Relays' | LC_ALL=C sort | LC_ALL=C comm -13 "$work/all" - >"$work/other"
        [ ! -s "$work/other" ] || fail "$name: $filter: says something else of a relay"
    done
    rows "$work/one" 'Kx Key Relays' | cut -f 1 >"$work/frames"
    sort -n "$work/frames" | cmp -s - "$work/frames" || fail 'relays are not in the order of time'

    "$tshark" -n -2 -r "$capture" -q -z kx,json >"$work/lines"
    [ -s "$work/lines" ] || fail 'nothing to count'
    compare relays 1-3,5,7-8,11,12 'Kx Key Relays' . 'relays[] | [
        (hops | map(.frame) | min), (map(.frame) | max), (.[0].relay.source | shown), (.[0].relay.destination | shown),
        (hops | map(.parameters.Keys | map(.["Key ID"]) | sort) | unique | length),
        (hops | map(.parameters.Keys[] | .["Key ID"]) | unique | length),
        (.[0].relay.result | shown), (.[0].relay.failed_hop // "-")]'
    compare 'number of hops' 6 'Kx Key Relays' . 'relays[] | [(hops | map(.relay.hop) | max) as $hops
        | (hops | map(.parameters["Transit KMA IDs"] // [] | length) | max) as $transit
        | "\($hops)" + if $transit > 0 then " of \($transit + 1)" else "" end]'
    compare 'request IDs' 1,13 'Kx Key Relays' . 'relays[] | [(hops | map(.frame) | min),
        ((map(.parameters["Key relay request ID"] // empty)[0]) | shown)]'
    compare times 1-7 'Kx Times' . '[
        {name: "Relay, hop to hop", times: (hops | map(select(.links.repeat_of | not) | .relay.hop_time // empty))},
        {name: "Relay, hop answer", times: ($all | map(select(.header.command_code == 4354 and .relay.hop
            and .links.counts and .links.verdict != "interim") | .links.response_time))},
        {name: "Relay, end to end", times: ($all | map(select(.relay.end_to_end and .links.verdict != "interim")
            | .links.response_time))},
        {name: "Key supply", times: ($all | map(select(.header.command_code == 4356 and .links.counts
            and .links.verdict != "interim") | .links.response_time))}
        ] | .[] | select(.times | length > 0) | .name as $name | .times | map(select(. >= 0))
        | [$name, length, (min | rounded), (rank(50) | rounded), (rank(95) | rounded), (rank(99) | rounded),
            (max | rounded)]'
    compare 'KM links' 1-5,12 'Kx KM Links' . 'group_by([.sender.address, .receiver.address] | sort)[]
        | ([.[0].sender.address, .[0].receiver.address] | sort) as $ends
        | (hops | map(select(.links.repeat_of | not) | .parameters.Keys | length) | add // 0) as $keys
        | $ends + [length, $keys, (map(select(.links.repeat_of)) | length),
            (map(select(.links.verdict == "failure")) | length)]'
    compare 'keys of KMAs' 1-3,5 'Kx Keys' '-$' '[relays[] | {pair: [.[0].relay.source, .[0].relay.destination],
            keys: (hops | map(.parameters.Keys[] | .["Key ID"]) | unique)}] | group_by(.pair)[]
        | .[0].pair + [length, (map(.keys[]) | unique | length)]'
    compare 'violations' 1,2,5 'Kx Conformance' 'MessageID' 'map(select(.header.command_code | . >= 4353 and . <= 4356))
        | group_by(.sender.address)[] | [.[0].sender.address, "MessageID is unique",
            (map(select(.findings[] | .filter == "kx.message_id.reused")) | length)]'
done

echo "$compared rows compared, $failures failures"
[ "$failures" -eq 0 ] && [ "$compared" -gt 0 ]
