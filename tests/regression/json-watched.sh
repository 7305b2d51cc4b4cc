#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/regression/json-watched.sh PLUGIN_FOLDER
# The plugin does not call the JSON dissector where nobody can tell. Here is everybody who can: each of these outputs
# must hold what the JSON dissector adds, as often as the capture's four payloads make it.
set -eu

case "${1-}" in
"" | -h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
cp -R "$1" "$work/plugins"
chmod -R a+rX "$work"
mkdir -m 777 "$work/home"
. "$root/tests/harness/warm.sh"
trap 'end_tshark; rm -rf "$work"' EXIT
make_tshark "$work/bin" HOME="$work/home" XDG_CONFIG_HOME="$work/home" WIRESHARK_PLUGIN_DIR="$work/plugins"
cp "$root/test-captures/key-supply.pcap" "$work/capture"
chmod 644 "$work/capture"
failed=0

# expect COUNT PATTERN TSHARK-ARGUMENT ...
expect() {
    count=$1
    pattern=$2
    shift 2
    found=$("$work/bin/tshark" -n -r "$work/capture" "$@" 2>&1 | grep -c -e "$pattern" || true)
    [ "$found" -eq "$count" ] || { echo "expected $count lines with '$pattern', found $found: tshark $*" >&2; failed=1; }
}

for pass in '' -2; do
    # shellcheck disable=SC2086
    {
        expect 1 'json  *frames:4 ' $pass -q -z io,phs
        expect 1 'json  *frames:4 ' $pass -q -z io,phs,kx
        expect 4 ' Kx ' $pass -Y json
        expect 4 ' Kx ' $pass -Y 'json.key == "Session ID"'
        expect 4 ' Kx ' $pass -Y 'frame.protocols contains "json"'
        expect 4 ':kx:json$' $pass -T fields -e frame.protocols
        expect 4 'Session ID' $pass -T fields -e json.key
        expect 4 'Session ID' $pass -Y kx -o 'gui.column.format:"Keys","%Cus:json.key:0:R"'
        expect 4 '"json": {' $pass -T json
        expect 4 'proto name="json"' $pass -T pdml
        expect 4 '"json":{' $pass -T ek
        expect 4 '^JavaScript Object Notation' $pass -V
        # And nobody: the preference is off.
        expect 0 'json' $pass -o kx.json_subtree:FALSE -T fields -e frame.protocols
    }
done
exit $failed
