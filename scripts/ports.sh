#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/ports.sh
# Counts on how many of the TCP ports that Wireshark gives to some protocol Kx is not recognised by itself, and prints
# them with their protocols: docs/limits.md says how many. With the plugin and kx-capture of build/release.
set -euo pipefail

case "${1-}" in
?*) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

scripts/tshark.sh -G decodes 2>/dev/null | awk -F '\t' '$1 == "tcp.port" && $2 > 0 && !($2 in seen) { seen[$2]; print $2, $3 }' |
    sort -n >"$work/ports"

# A request and its response on each port.
awk '
    BEGIN { print "{\"nodes\": {\"a\": \"192.0.2.1\", \"b\": \"192.0.2.2\"}, \"connections\": {" }
    { printf "%s\"%d\": {\"client\": \"a\", \"server\": \"b\", \"port\": %d, \"client_port\": 65500}", (NR > 1 ? "," : ""), $1, $1
      messages = messages (NR > 1 ? "," : "") sprintf("{\"connection\": \"%d\", \"command\": \"0x1103\", \"payload\":" \
        "{\"Session ID\": \"%d\"}}, {\"connection\": \"%d\", \"from\": \"b\", \"command\": \"0x1104\", \"payload\":" \
        "{\"Session ID\": \"%d\", \"Key ID\": \"k\", \"Response\": \"success\"}}", $1, $1, $1, $1) }
    END { print "}, \"messages\": [" messages "]}" }' "$work/ports" >"$work/ports.json"
build/release/test-captures/generator/kx-capture "$work/ports.json" "$work/ports.pcap"
scripts/tshark.sh -n -r "$work/ports.pcap" -Y 'kx.command_code == 0x1103' -T fields -e tcp.dstport 2>/dev/null >"$work/found"
awk 'NR == FNR { found[$1]; next } !($1 in found) { print; count++ }
    END { printf "Kx is not recognised on %d of %d ports\n", count, FNR }' "$work/found" "$work/ports"
