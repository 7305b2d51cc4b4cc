#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/regression/private-commands.sh TSHARK_SCRIPT KX_CAPTURE
# Commands that Table I.1 does not list, as the table kx_commands names them: they are shown by their names, count as what
# they are said to be, are linked, and lack nothing that only a table of the standard demands.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -eu

if [ $# -ne 2 ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi

tshark=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

cat >"$work/scenario.json" <<'JSON'
{
  "nodes": {"sendai": "192.0.2.11", "nagoya": "192.0.2.14"},
  "connections": {"link": {"client": "sendai", "server": "nagoya", "port": 7100}},
  "messages": [
    {"from": "sendai", "command": "key relay", "payload": {"Source KMA ID": "S", "Destination KMA ID": "D",
      "Keys": [{"Key ID": "k-1", "Key": "00112233445566778899aabbccddeeff"}], "Key relay request ID": "r-1"}},
    {"from": "sendai", "command": "0x1191", "text": ""},
    {"from": "nagoya", "command": "0x1192", "payload": {"Key relay request ID": "r-1", "why": "queue full"}},
    {"from": "sendai", "command": "0x1193", "payload": {"Session ID": "s-1"}},
    {"from": "nagoya", "command": "0x1194", "payload": {"Session ID": "s-1", "Response": "no such KSA"}},
    {"from": "sendai", "command": "0x1195", "payload": {"Session ID": "s-2"}}
  ]
}
JSON
"$2" "$work/scenario.json" "$work/capture.pcap"

# TSHARK-ARGUMENT ...: of each message its name, the request that it answers, and its findings.
shown() {
    "$tshark" -n -2 -r "$work/capture.pcap" -Y kx -T fields -E separator=';' -e _ws.col.Info -e kx.response_to \
        -e _ws.expert.message "$@" | sed 's/^\([^:;]*\)[^;]*/\1/; s/Key material outside TLS//'
}

shown -o 'uat:kx_commands:"1191","Keep-alive","neither"' \
    -o 'uat:kx_commands:"1192","Refusal","response to 0x1101"' \
    -o 'uat:kx_commands:"1193","Demand","as 0x1103"' \
    -o 'uat:kx_commands:"1194","Supply","as 0x1104"' >"$work/shown"
cat >"$work/expected" <<'TEXT'
Key relay;;
Keep-alive;;
Refusal;4;
Demand;;
Supply;10;The Response does not say success,Key ID is missing (Table 4)
Unknown command 0x1195;;CommandCode is not in Table I.1
TEXT
diff "$work/expected" "$work/shown"

# What the standard lists means what the standard says.
"$tshark" -n -r "$work/capture.pcap" -o 'uat:kx_commands:"1101","Mine","neither"' 2>&1 | grep -q 'Table I.1 says'
