#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/bench/hostile.sh [BUILD_FOLDER [RUNS]]
# What the worst payloads of 64 KB cost tshark, against a key relay of the same size that is full of keys: CPU time and
# peak memory, as ratios measured side by side. With -Y kx a ratio should stay below 1.5, with -V below 3. What tshark
# costs with an empty capture is in both, and a part of it that 400 messages make small.
set -eu

case "${1-}" in
-h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1-$root/build/release}
runs=${2-5}
build=$(cd "$build" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# Name, CommandCode, and the pieces of a payload, as kx-capture reads them: the benign one, and those of the benchmark,
# which stand in a line each.
payloads() {
    cat <<'TEXT'
benign|0x1101|"{\"Source KMA ID\":\"KMA-Tokyo\",\"Destination KMA ID\":\"KMA-Osaka\",\"Keys\":[",{"repeat":"{\"Key ID\":\"123e4567-e89b-12d3-a456-426614174000\",\"Key\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"},","count":630},"{\"Key ID\":\"k\",\"Key\":\"AA==\"}]}"
TEXT
    sed -n 's/^ *{"description": "\(.*\)", "repeat": [0-9]*, "command": "\(.*\)", "pieces": \[\(.*\)\]},*$/\1|\2|\3/p' \
        "$root/test-captures/scenarios/bench/hostile.json"
}

scenario() {
    cat <<JSON
{
  "nodes": {"tokyo": "192.0.2.1", "osaka": "192.0.2.4"},
  "connections": {"link": {"client": "tokyo", "server": "osaka", "port": 7100, "acks": false}},
  "messages": [
    {"from": "tokyo", "command": 4355, "text": "{\\"Session ID\\":\\"s\\"}"},
    {"repeat": 400, "messages": [{"from": "tokyo", "command": "$1", "pieces": [$2]}]}
  ]
}
JSON
}

tshark="KX_PLUGIN_DIR='$build/plugins' '$root/scripts/tshark.sh' -n"
payloads >"$work/payloads"
printf '%-18s %-6s %9s %9s %7s %11s %11s %7s\n' payload option 'CPU s' 'benign s' ratio 'peak KiB' 'benign KiB' ratio
while IFS='|' read -r name code pieces; do
    [ -n "$name" ] || continue
    scenario "$code" "$pieces" >"$work/scenario.json"
    capture=$work/$(echo "$name" | tr ' ' '-').pcap
    "$build/test-captures/generator/kx-capture" "$work/scenario.json" "$capture"
    chmod 644 "$capture"
    [ "$name" != benign ] || continue
    for option in '-Y kx' '-V'; do
        "$build/tests/bench/kx-measure" "$runs" "$tshark -r $capture $option" "$tshark -r $work/benign.pcap $option" |
            while read -r a b ratio peak_a peak_b memory; do
                printf '%-18s %-6s %9s %9s %7s %11s %11s %7s\n' "$name" "$option" "$a" "$b" "$ratio" "$peak_a" "$peak_b" "$memory"
            done
    done
done <"$work/payloads"
