#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/demo.sh
# Builds (see scripts/build.sh) and shows a dissected capture with the plugin just built.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,4s/^# //p' "$0"; exit 0 ;;
esac

scripts/build.sh release
capture=test-captures/key-relay-four-nodes.pcap

echo
echo "== $capture, message by message =="
scripts/tshark.sh -r "$capture" -Y kx
echo
echo "== its first key relay, in full =="
scripts/tshark.sh -r "$capture" -Y 'kx.command_code == 0x1101' -c 8 -O kx
echo
echo "In Wireshark: cmake --build --preset release --target install-user, then wireshark $capture"
