#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/split.sh [--connections] CAPTURE PARTS FOLDER [-- TSHARK-OPTION ...]
# Splits a large capture for several cores: FOLDER/part-1.pcap to part-PARTS.pcap. What two hosts say to each other
# stays together, so that TCP connections stay whole, fragments included; with --connections, what belongs to one TCP
# connection, but for fragments. Part 1 gets what is not IP. With options for tshark, reads all parts at the same time:
# FOLDER/part-K.out. Needs tcpdump. Messages in different parts are not linked: see README.md.
set -euo pipefail

usage() { sed -n '3,7s/^# //p' "$0"; }

by=hosts
case "${1-}" in
-h | --help) usage; exit 0 ;;
--connections) by=connections; shift ;;
esac
[ $# -ge 3 ] || { usage >&2; exit 2; }
capture=$1 parts=$2 folder=$3
shift 3
[ "${1---}" = -- ] || { usage >&2; exit 2; }

# As the operands of pcap filters, of which "and" and "or" bind alike: every term stands in parentheses.
ip_addresses=('ip[12:4]' 'ip[16:4]')
ip6_addresses=('ip6[8:4]' 'ip6[12:4]' 'ip6[16:4]' 'ip6[20:4]' 'ip6[24:4]' 'ip6[28:4]' 'ip6[32:4]' 'ip6[36:4]')
ip_ports=('tcp[0:2]' 'tcp[2:2]')
ip6_ports=('ip6[40:2]' 'ip6[42:2]')
ip_tcp='(ip proto 6 and ip[6:2] & 0x3fff = 0)'
ip6_tcp='(ip6[6] = 6)'

# OPERAND ...: their part. Each is scattered, so that neighbouring addresses end in different parts, and the sum is the
# same for both directions of a connection.
part_of() {
    local operand sum=0
    for operand; do sum="$sum + (($operand * 0x9e3779b1) >> 13)"; done
    echo "(($sum) % $parts)"
}

# COMPARISON: the packets of IP and IPv6 whose part compares so.
ip_filter() {
    local hosts
    hosts="((ip and $(part_of "${ip_addresses[@]}") $1) or (ip6 and $(part_of "${ip6_addresses[@]}") $1))"
    if [ $by = hosts ]; then
        echo "$hosts"
    else
        echo "(($ip_tcp and $(part_of "${ip_addresses[@]}" "${ip_ports[@]}") $1) or" \
            "($ip6_tcp and $(part_of "${ip6_addresses[@]}" "${ip6_ports[@]}") $1) or" \
            "(not $ip_tcp and not $ip6_tcp and $hosts))"
    fi
}

# PART: all packets that belong there. What follows "vlan" looks after a VLAN tag, each time after a further one. The
# first part has what is in no other.
filter() {
    if [ "$1" -eq 0 ]; then
        echo "not ($(ip_filter '!= 0') or (vlan and $(ip_filter '!= 0')))"
    else
        echo "$(ip_filter "= $1") or (vlan and $(ip_filter "= $1"))"
    fi
}

mkdir -p "$folder"
readers=()
for ((part = 0; part < parts; part++)); do
    output=$folder/part-$((part + 1))
    {
        tcpdump -n -r "$capture" -w "$output.pcap" "$(filter $part)" 2>"$output.errors"
        [ $# -lt 2 ] || tshark -r "$output.pcap" "${@:2}" >"$output.out" 2>"$output.errors"
    } &
    readers+=($!)
done
status=0
for ((part = 0; part < parts; part++)); do
    wait "${readers[part]}" || { status=1; cat "$folder/part-$((part + 1)).errors" >&2; }
    rm "$folder/part-$((part + 1)).errors"
done
exit $status
