#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/property/foreign-captures.sh FOLDER ...
# Dissects all captures below the folders, which are of other protocols, with Kx's heuristics and without, with the plugin
# of build/release (or KX_PLUGIN_DIR). Exits with 1 if that makes a difference, if a dissector bug is Kx's, or if a signal
# ends tshark.
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
# FILE [OPTION ...]: each frame's protocols, and what was wrong with tshark.
dissect() {
    local file=$1 status=0
    shift
    "$root/scripts/tshark.sh" -n -r "$work/capture" -T fields -e frame.number -e frame.protocols "$@" </dev/null >"$file" \
        2>"$file.errors" || status=$?
    [ "$status" -lt 128 ] || echo "exit status $status" >>"$file"
    grep 'issector bug.*[Kk]x' "$file.errors" >>"$file" || true
}

while read -r capture; do
    # An ordinary user may not be able to look into the folder.
    cp "$capture" "$work/capture"
    chmod 644 "$work/capture"
    captures=$((captures + 1))
    dissect "$work/with"
    dissect "$work/without" --disable-heuristic kx_tcp --disable-heuristic kx_tls
    cmp -s "$work/with" "$work/without" && ! grep -q -e '^exit status' -e 'issector bug' "$work/with" ||
        { echo "$capture: $(diff "$work/without" "$work/with" | grep -m 1 '^>')"; failed=1; }
done <"$work/list"
echo "$captures captures"
exit $failed
