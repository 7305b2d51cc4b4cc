#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/property/foreign-captures.sh FOLDER ...
# Looks for Kx in all captures below the folders, which are of other protocols, with the plugin of build/release (or
# KX_PLUGIN_DIR). Exits with 1 if it finds any, or a dissector bug, or if a signal ends tshark.
set -eu

case "${1-}" in
"" | -h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
captures=0
failed=0

find "$@" -type f \( -iname '*.pcap' -o -iname '*.pcapng' -o -iname '*.cap' -o -iname '*.dmp' -o -iname '*.pcap.gz' \
    -o -iname '*.pcapng.gz' \) >"$work/list"
while read -r capture; do
    # An ordinary user may not be able to look into the folder.
    cp "$capture" "$work/capture"
    chmod 644 "$work/capture"
    captures=$((captures + 1))
    status=0
    "$root/scripts/tshark.sh" -n -r "$work/capture" -Y 'kx || _ws.expert.message contains "issector bug"' \
        </dev/null >"$work/found" 2>"$work/errors" || status=$?
    [ "$status" -lt 128 ] || echo "exit status $status" >>"$work/found"
    grep -q 'issector bug' "$work/errors" && cat "$work/errors" >>"$work/found"
    [ ! -s "$work/found" ] || { echo "$capture: $(head -1 "$work/found")"; failed=1; }
done <"$work/list"
echo "$captures captures"
exit $failed
