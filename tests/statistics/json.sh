#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/statistics/json.sh TSHARK_SCRIPT CAPTURE ...
# Each line of -z kx,json is as docs/kx-json.schema.json says, says what the fields say, and holds no key; each message
# has a line, whatever else tshark prints.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -eu

if [ $# -lt 2 ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi
python3 -W ignore -c 'import jsonschema' 2>/dev/null || exit 77

tshark=$1
shift
schema=$(cd "$(dirname "$0")/../../docs" && pwd)/kx-json.schema.json
. "$(dirname "$0")/common.sh"
use_copies "$@"
for capture; do
    set -- "$@" "$work/captures/${capture##*/}"
    shift
done

# Of frames with one message, as several ones' fields cannot be told apart: the fields, and the same from the lines.
fields='frame.number tcp.stream kx.message_id kx.source_kma_id kx.destination_kma_id kx.key_relay_request_id
    kx.session_id kx.response_in kx.response_to kx.relay.id kx.relay.hop kx.relay.previous_hop_in
    kx.relay.next_hop_in kx.relay.failed_hop kx.request.repeat_of kx.relay.result kx.key.size kx.key.id
    kx.transit_kma_id'
members='[.frame, .connection, .header.message_id,
    (.parameters["Source KMA ID"] // .relay.source), (.parameters["Destination KMA ID"] // .relay.destination),
    .parameters["Key relay request ID"], .parameters["Session ID"], .links.response_in, .links.response_to,
    .relay.id, (if .header.command_code == 4353 then .relay.hop else null end), .relay.previous_hop_in,
    .relay.next_hop_in, .relay.failed_hop, .links.repeat_of, .relay.result,
    ((.parameters.Keys // []) | map(.size // empty) | join(",")),
    ((.parameters.Keys // []) | map(.["Key ID"] // empty) | join(",")) +
        ((.parameters["Key ID"] // []) | join(",")),
    (.parameters["Transit KMA IDs"] // [] | join(","))]
    | map(. // "" | tostring) | join("\t")'

check_fields() {
    set --
    for field in $fields; do set -- "$@" -e "$field"; done
    "$tshark" -n -2 -r "$capture" -Y "kx.version && !kx.seen_before" -T fields "$@" -e kx.version >"$work/shown"
    awk -F '\t' '$NF !~ /,/ { sub(/\t[^\t]*$/, ""); print }' "$work/shown" | LC_ALL=C sort >"$work/fields"
    cut -f 1 "$work/fields" >"$work/frames"
    jq -r "$members" "$work/lines" | LC_ALL=C sort | awk -F '\t' '
        NR == FNR { single[$1] = 1; next }
        $1 in single' "$work/frames" - >"$work/members"
    diff "$work/fields" "$work/members" >&2 || fail "$name: fields (<) and lines (>) differ"
}

check_keys() {
    "$tshark" -n -r "$capture" -Y kx.key.data -T fields -E occurrence=a -E aggregator=' ' -e kx.key.data |
        tr ' ' '\n' | awk 'length($0) >= 16' | sort -u >"$work/keys"
    [ ! -s "$work/keys" ] || ! grep -qF -f "$work/keys" "$work/lines" || fail "$name: a key in its lines"
}

checked=0
for capture; do
    name=$(basename "$capture")
    "$tshark" -n -2 -r "$capture" -q -z kx,json >"$work/lines"
    python3 -W ignore - "$schema" "$work/lines" <<'PYTHON' || fail "$name: against the schema"
import json, sys, jsonschema
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
for line in open(sys.argv[2], encoding="utf-8"):
    validator.validate(json.loads(line))
PYTHON
    checked=$((checked + $(wc -l <"$work/lines")))
    check_fields
    check_keys
done
[ "$checked" -gt 0 ] || fail 'no line checked'

# ---- where the lines go, and which ----

capture=$1
"$tshark" -n -2 -r "$capture" -q -z kx,json >"$work/lines"
folder=$work/folder
mkdir -m 777 "$folder"
"$tshark" -n -2 -r "$capture" -q -z "kx,json,file=$folder/lines"
cmp "$work/lines" "$folder/lines" || fail 'other lines in a file'
"$tshark" -n -2 -r "$capture" -q -z "kx,json,file=$folder/some,kx.command_code == 0x1102"
jq -e -s 'length > 0 and all(.[]; .header.command_code == 4354)' "$folder/some" >/dev/null || fail 'filter and file'
"$tshark" -n -2 -r "$capture" -q -z kx,json,kx.command_code==0x1102 | cmp - "$folder/some" || fail 'filter'
if "$tshark" -n -r "$capture" -q -z "kx,json,file=$folder/no/such" 2>/dev/null; then fail 'no such folder'; fi
if "$tshark" -n -r "$capture" -q -z 'kx,json,no such filter' 2>/dev/null; then fail 'no such filter'; fi
[ ! -e /dev/full ] || "$tshark" -n -r "$capture" -q -z kx,json 2>&1 >/dev/full | grep -q 'cannot write' || fail 'full disk'

echo "$checked lines checked, $failures failures"
[ "$failures" -eq 0 ]
