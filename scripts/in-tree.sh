#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/in-tree.sh WIRESHARK_SOURCE
# Builds plugin/ as a custom plugin inside Wireshark's source tree, with a tshark, in build/in-tree, and lets that
# dissect a capture. The source tree itself stays as it is. Needs what Wireshark without its GUI needs to be built.
set -euo pipefail

case "${1-}" in
"" | -h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

source=$(realpath "$1")
cd "$(dirname "$0")/.."
tree=$PWD/build/in-tree/wireshark
build=$PWD/build/in-tree/build

# A tree of links, since the plugin has to stand in it.
rm -rf "$tree"
mkdir -p "$(dirname "$tree")"
cp -Rs "$source" "$tree"
ln -s "$PWD/plugin" "$tree/plugins/epan/kx"

cmake -S "$tree" -B "$build" -G Ninja -DCUSTOM_PLUGIN_SRC_DIR=plugins/epan/kx -DBUILD_wireshark=OFF
cmake --build "$build" --target kx tshark

export PATH="$build/run:$PATH" KX_PLUGIN_DIR="$build/run/plugins"
scripts/tshark.sh -G plugins | grep '^kx\.so '
hops=$(scripts/tshark.sh -r "$PWD/test-captures/key-relay.pcap" -Y kx.relay.hop -T fields -e kx.relay.hop)
[ "$hops" = $'1\n2\n3' ] || { echo "The tshark of the tree does not dissect Kx: $hops" >&2; exit 1; }
