#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/statistics/default-number.sh TSHARK_SCRIPT KX_CAPTURE
# Where a key supply notification does not say how many keys it asks for, kx.default_number_of_keys does.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -eu

if [ $# -ne 2 ]; then
    sed -n '3,5s/^# //p' "$0" >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cat >"$work/scenario.json" <<'JSON'
{
  "nodes": {"sendai": "192.0.2.11", "nagoya": "192.0.2.14"},
  "connections": {"link": {"client": "sendai", "server": "nagoya", "port": 7100}},
  "messages": [
    {"from": "sendai", "command": "key supply notification", "payload": {"Session ID": "s-1"}},
    {"from": "nagoya", "command": "key supply response",
      "payload": {"Session ID": "s-1", "Key ID": "k-1", "Response": "success"}},
    {"from": "sendai", "command": "key supply notification", "payload": {"Session ID": "s-2", "Number of keys": 1}},
    {"from": "nagoya", "command": "key supply response",
      "payload": {"Session ID": "s-2", "Key ID": "k-2", "Response": "success"}}
  ]
}
JSON
"$2" "$work/scenario.json" "$work/capture.pcap"

# TSHARK_SCRIPT DEFAULT FRAMES: of responses with another number of Key IDs than asked for.
expect() {
    frames=$("$1" -n -2 -r "$work/capture.pcap" -o "kx.default_number_of_keys:$2" -Y kx.keys.mismatch \
        -T fields -e frame.number)
    [ "$frames" = "$3" ] || { echo "a default of $2: mismatch in \"$frames\", not in \"$3\"" >&2; exit 1; }
}
expect "$1" 0 ''
expect "$1" 1 ''
expect "$1" 2 6
