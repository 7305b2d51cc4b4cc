#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/links/memory.sh [BUILD_FOLDER [MESSAGES]]
# What the plugin keeps in memory of a capture, as growth of tshark's peak memory from MESSAGES (default 20000) to four
# times as many, in bytes a message: without the plugin (--disable-protocol kx), with it, and the difference. In one
# pass and in two, where tshark itself keeps more. Takes minutes.
set -eu

case "${1-}" in
-h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1-$root/build/release}" && pwd)
count=${2-20000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# Name, number of messages of one repetition, number of Key IDs of one repetition, and the messages.
relay='"command": "key relay", "payload": {"Source KMA ID": "KMA-1", "Destination KMA ID": "KMA-2", "Keys":'
kinds='
answered session|2|0|{"from": "a", "command": "key supply notification", "payload": {"Session ID": "${uuid:i}"}}, {"from": "b", "command": "key supply response", "payload": {"Session ID": "${uuid:i}", "Key ID": "k", "Response": "success"}}
pending session|1|0|{"from": "a", "command": "key supply notification", "payload": {"Session ID": "${uuid:i}"}}
answered relay, 1 key|2|1|{"from": "a", '$relay' [{"Key ID": "${uuid:i}", "Key": "AA=="}], "Key relay request ID": "r-${i}"}}, {"from": "b", "command": "key relay completion", "payload": {"Key relay request ID": "r-${i}", "Response": "success"}}
pending relay, 1 key|1|1|{"from": "a", '$relay' [{"Key ID": "${uuid:i}", "Key": "AA=="}], "Key relay request ID": "r-${i}"}}
pending relay, 17 keys|1|17|{"from": "a", '$relay' [{"$repeat": 17, "$item": {"Key ID": "${uuid:i,k}", "Key": "AA=="}}], "Key relay request ID": "r-${i}"}}
hop 2 of a relay, 1 key|2|1|{"from": "a", '$relay' [{"Key ID": "${uuid:i}", "Key": "AA=="}], "Key relay request ID": "r-${i}"}}, {"connection": "m", "from": "b", '$relay' [{"Key ID": "${uuid:i}", "Key": "AA=="}], "Key relay request ID": "r-${i}"}}
'

scenario() {
    cat <<JSON
{
  "nodes": {"a": "192.0.2.1", "b": "192.0.2.2", "c": "192.0.2.3"},
  "connections": {
    "l": {"client": "a", "server": "b", "port": 7100, "acks": false},
    "m": {"client": "b", "server": "c", "port": 7100, "acks": false}
  },
  "messages": [{"repeat": $1, "messages": [$2]}]
}
JSON
}

# Peak memory of tshark in KiB: with and without the plugin, separated by a tab.
peaks() {
    line="KX_PLUGIN_DIR='$build/plugins' '$root/scripts/tshark.sh' -n -r '$1' $2 -Y frame.number==1"
    "$build/tests/bench/kx-measure" 1 "$line" "$line --disable-protocol kx" | cut -f 4,5
}

# Prints a row, and leaves the difference in $difference.
measure() {
    peaks "$work/1.pcap" "$1" >"$work/1"
    peaks "$work/4.pcap" "$1" >"$work/4"
    read -r with_1 without_1 <"$work/1"
    read -r with_4 without_4 <"$work/4"
    with=$(((with_4 - with_1) * 1024 / (3 * count)))
    without=$(((without_4 - without_1) * 1024 / (3 * count)))
    difference=$((with - without))
    printf '%-24s %-6s %14s %14s %14s\n' "$name" "${1:-one}" "$without" "$with" "$difference"
}

printf '%-24s %-6s %14s %14s %14s\n' 'bytes a message' passes 'without plugin' 'with it' difference
echo "$kinds" >"$work/kinds"
while IFS='|' read -r name messages keys text; do
    [ -n "$name" ] || continue
    for times in 1 4; do
        text=$(echo "$text" | sed 's/{"from"/{"connection": "l", "from"/g')
        scenario "$((count * times / messages))" "$text" >"$work/scenario.json"
        "$build/test-captures/generator/kx-capture" "$work/scenario.json" "$work/$times.pcap"
        chmod 644 "$work/$times.pcap"
    done
    measure -2
    measure ''
    [ "$keys" -ne 1 ] || [ "$messages" -ne 1 ] || one_key=$difference
    [ "$keys" -ne 17 ] || printf '%-24s %-6s %44s\n' 'each further Key ID' one $(((difference - one_key) / 16))
done <"$work/kinds"
