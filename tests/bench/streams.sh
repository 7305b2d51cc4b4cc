#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/bench/streams.sh [BUILD_FOLDER [RUNS]]
# Whether the cost of a stream is linear in its bytes, however they are cut and whatever they look like: the CPU time of
# tshark with a stream of N and one of 4 N, less that of the same streams with Kx disabled. A ratio of 4 is linear, 16
# quadratic. Below the noise, "-". Of each message in 1-byte segments TCP keeps a list that it goes through for every
# segment, whatever the protocol: the line "the same, DNS" shows what that costs, of the same bytes.
# Its count of the bytes in flight, which goes through all segments not yet acknowledged for each new one, is off.
set -eu

case "${1-}" in
-h | --help) sed -n '3,9s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1-$root/build/release}
runs=${2-3}
build=$(cd "$build" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# Name, N, members of the connection, and the messages, in which @ stands for N or 4 N, and @@ for that in hexadecimal.
streams='
1-byte segments|8000|"segment_size":1|{"command":"0x1101","pieces":["{\"x\":\"",{"repeat":"n","count":@},"\"}"]}
the same, DNS|8000|"port":53,"segment_size":1|{"raw":{"hex":"@@"}},{"raw":{"repeat":"n","count":@}}
1-byte, all PSH|8000|"acks":false|{"raw":{"hex":"00 01 00 00 00 01 11 01 ff f0"}},{"repeat":@,"messages":[{"raw":"["}]}
1-byte, value ends|3000|"acks":false|{"raw":[{"hex":"00 01 00 00 00 01 11 01 ff f0"},"{}"]},{"repeat":@,"messages":[{"raw":"}"}]}
1-byte, garbage|3000|"acks":false|{"repeat":@,"messages":[{"raw":"x"}]}
1-byte, 0x11|3000|"acks":false|{"repeat":@,"messages":[{"raw":{"hex":"11"}}]}
never whole|500|"acks":false|{"repeat":@,"messages":[{"raw":{"hex":"00 01 00 00 00 01 11 03 00 10 7b 22"}},{"raw":" "}]}
1-byte, messages|2000|"segment_size":1|{"repeat":@,"messages":[{"command":"0x1101","text":"{}"}]}
12-byte messages|1300|"segment_size":65400,"coalesce":true|{"repeat":@,"messages":[{"command":"0x1101","text":"{}"}]}
12-byte messages, 4 frames|5400|"segment_size":65400,"coalesce":true|{"repeat":@,"messages":[{"command":"0x1101","text":"{}"}]}
10-byte messages|1600|"segment_size":65400|{"raw":{"repeat":{"hex":"00 01 00 00 00 01 11 01 00 00"},"count":@}}
no message in one frame|16000|"segment_size":65400|{"raw":{"repeat":"x","count":@}}
no message|2000000|"segment_size":1460|{"raw":{"repeat":"x","count":@}}
0x11 0x01 in one frame|8000|"segment_size":65400|{"raw":{"repeat":{"hex":"1101"},"count":@}}
0x11 0x01|400000|"segment_size":1460|{"raw":{"repeat":{"hex":"1101"},"count":@}}
0x11 0x01 and text|400000|"segment_size":1460|{"raw":{"repeat":[{"hex":"1101"},"x{\"x"],"count":@}}
0x11|1000000|"segment_size":1460|{"raw":{"repeat":{"hex":"11"},"count":@}}
headers, one frame|1300|"segment_size":65400|{"raw":{"repeat":[{"hex":"00 01 00 00 00 01 11 01 ff ff"},"{\""],"count":@}}
headers|20000|"segment_size":1460|{"raw":{"repeat":[{"hex":"00 01 00 00 00 01 11 01 ff ff"},"{\""],"count":@}}
headers, no objects|20000|"segment_size":1460|{"raw":{"repeat":[{"hex":"00 01 00 00 00 01 11 01 ff ff"},"xx"],"count":@}}
unknown codes|20000|"segment_size":1460|{"raw":{"repeat":[{"hex":"00 01 00 00 00 01 22 01 ff ff"},"{\""],"count":@}}
JSON without headers|1000000|"segment_size":1460|{"raw":{"repeat":"{}","count":@}}
'

# MEMBERS MESSAGES N
scenario() {
    first='{"command": 4355, "text": "{\"Session ID\":\"s\"}", "delay": 0, "segment_size": 1460, "coalesce": false},'
    port='"port": 7100,'
    case $1 in
    *'"port":53'*) first='' port='' ;;
    esac
    cat <<JSON
{
  "nodes": {"tokyo": "192.0.2.1", "osaka": "192.0.2.4"},
  "connections": {"link": {"client": "tokyo", "server": "osaka", $port $1}},
  "messages": [
    $first
    $(echo "$2" | sed "s/@@/$(printf %04x "$3")/; s/@/$3/g; s/\"messages\":\[{/\"messages\":[{\"delay\":0.000001,/")
  ]
}
JSON
}

tshark="KX_PLUGIN_DIR='$build/plugins' '$root/scripts/tshark.sh' -n -o tcp.track_bytes_in_flight:FALSE"
echo "$streams" >"$work/streams"
printf '%-27s %-6s %8s %9s %9s %6s\n' stream option N 'CPU s' 'CPU s 4N' ratio
while IFS='|' read -r name count connection messages; do
    [ -n "$name" ] || continue
    for factor in 1 4; do
        scenario "$connection" "$messages" $((factor * count)) >"$work/scenario.json"
        "$build/test-captures/generator/kx-capture" "$work/scenario.json" "$work/$factor.pcap"
        chmod 644 "$work/$factor.pcap"
    done
    protocol=kx
    case $connection in
    *'"port":53'*) protocol=dns ;;
    esac
    for option in "-2 -Y $protocol" -V; do
        for factor in 1 4; do
            "$build/tests/bench/kx-measure" "$runs" "$tshark -r $work/$factor.pcap $option" \
                "$tshark -r $work/$factor.pcap $option --disable-protocol $protocol"
        done | awk -v name="$name" -v option="$option" -v count="$count" '
            { cost[NR] = $1 - $2 }
            END { printf "%-27s %-8s %8d %8.2f %8.2f %6s\n", name, option, count, cost[1], cost[2],
                         cost[1] < 0.03 || cost[2] < 0.12 ? "-" : sprintf("%.1f", cost[2] / cost[1]) }'
    done
done <"$work/streams"
