#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: check-capture.sh [--allow FILTER] ... [--junit FILE] [--rules] CAPTURE [TSHARK ARGUMENT ...]
# For the tests of a key manager: fails if what it sent holds a violation of ITU-T Q.4163, a failure, or a key outside
# TLS, and prints each frame with what is wrong.
#   --allow FILTER  for what a test provokes: the name of a finding that is not to be looked for (kx.response.failure), or
#                   a display filter of frames that are not to be looked at (kx.session_id == "s-1")
#   --junit FILE    writes a report in the format of JUnit as well, with a test case for each finding
#   --rules         prints as well which rules each peer keeps and breaks, as -z kx,conformance does
# Exit status: 0 there is nothing of the kind, 1 there is, 2 it cannot be said: no capture, no tshark, no plugin, or no Kx
# in the capture.
set -eu

usage() { sed -n '3,11s/^# //p' "$0"; }

violations='kx.payload.invalid kx.payload.not_object kx.command_code.unknown kx.resync kx.parameter.missing
    kx.parameter.wrong_type kx.parameter.duplicate kx.parameter.unknown kx.message_id.reused kx.key.id.reused
    kx.keys.mismatch kx.relay.inconsistent kx.parameter.odd_value kx.envelope kx.length.wrong kx.framing.mistake
    kx.key.data.reused kx.key.id.supplied_again'
failures='kx.response.failure kx.response.missing kx.response.unsolicited'
exposed='kx.key.cleartext'
# shellcheck disable=SC2086,SC2116
findings=$(echo $violations $failures $exposed)
counted=kx
junit=
rules=

# FILTER: takes a finding out of the list, or frames out of what is counted.
allow() {
    case " $findings " in
    *" $1 "*) findings=$(echo "$findings" | sed "s/\(^\| \)$1\( \|\$\)/ /") ;;
    *) counted="$counted && !($1)" ;;
    esac
}

while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) usage; exit 0 ;;
    --allow) allow "${2:?}"; shift 2 ;;
    --junit) junit=${2:?}; shift 2 ;;
    --rules) rules=yes; shift ;;
    -*) usage >&2; exit 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || { usage >&2; exit 2; }
capture=$1
shift
[ -z "$junit" ] || rm -f "$junit"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# FILTER TSHARK-ARGUMENT ...: in two passes, as a missing response is known at the end only.
frames() {
    filter=$1
    shift
    tshark -n -2 -r "$capture" -Y "$filter" -T fields -e frame.number "$@" || exit 2
}

frames kx "$@" >"$work/messages"
if [ ! -s "$work/messages" ]; then
    echo "$capture: no Kx in it" >&2
    exit 2
fi

any=$(echo "$findings" | sed 's/^ *//; s/ *$//; s/  */ || /g')
columns=$(for finding in $findings; do printf ' -e %s' "$finding"; done)
# shellcheck disable=SC2086
frames "$counted && (${any:-frame.number == 0})" "$@" -e _ws.col.Info -e _ws.expert.message $columns >"$work/found"
cut -f 1-3 "$work/found" || exit 2
[ -z "$rules" ] || tshark -n -2 -q -r "$capture" "$@" -z "kx,conformance,$counted" || exit 2

# ---- JUnit ----

# A test case for each finding, which fails with the frames that have it.
report() {
    awk -F '\t' -v names="$findings" -v capture="$capture" '
        function escaped(text) {
            gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); gsub(/"/, "\\&quot;", text)
            gsub(/[\001-\010\013-\037]/, "?", text)
            return text
        }
        BEGIN { count = split(names, name, " ") }
        {
            for (i = 1; i <= count; i++) if ($(i + 3) != "")
                text[i] = text[i] escaped("frame " $1 ": " $2 ": " $3) "\n"
        }
        END {
            for (i = 1; i <= count; i++) failed += i in text
            print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            printf "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\">\n", escaped(capture), count, failed
            for (i = 1; i <= count; i++) {
                printf "  <testcase classname=\"Kx\" name=\"%s\"", name[i]
                if (i in text) printf ">\n    <failure message=\"%s\">%s</failure>\n  </testcase>\n", name[i], text[i]
                else print "/>"
            }
            print "</testsuite>"
        }' "$work/found"
}
[ -z "$junit" ] || report >"$junit" || exit 2
[ ! -s "$work/found" ]
