#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: make.sh [--check] KX_CAPTURE
#
# Makes test-captures/NAME.pcap from every test-captures/scenarios/NAME.json with the generator KX_CAPTURE
# (build/test-captures/generator/kx-capture, say). With --check it changes nothing, but verifies that every
# capture is what its scenario makes now, byte for byte, and that no capture lacks its scenario.
set -eu

usage() {
    sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
    exit 2
}

check=no
if [ "${1-}" = --check ]; then
    check=yes
    shift
fi
[ $# -eq 1 ] && [ -x "$1" ] || usage
kx_capture=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
trap 'exit 1' HUP INT TERM

for scenario in "$here"/scenarios/*.json; do
    "$kx_capture" "$scenario" "$made/$(basename "$scenario" .json).pcap"
done

if [ "$check" = no ]; then
    cp "$made"/*.pcap "$here"
    exit
fi

status=0
for capture in "$made"/*.pcap; do
    name=$(basename "$capture")
    if ! cmp -s "$capture" "$here/$name"; then
        echo "$name is not what its scenario makes: run $0 $kx_capture" >&2
        status=1
    fi
done
for capture in "$here"/*.pcap; do
    name=$(basename "$capture" .pcap)
    if [ ! -e "$here/scenarios/$name.json" ]; then
        echo "$name.pcap has no scenario" >&2
        status=1
    fi
done
exit $status
