#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/outputs.sh [--check]
# Writes anew, in all documents, what the commands in blocks ```console print: whatever follows a line "$ COMMAND", up to
# the next one. A block ```json NAME before them is a file that they may use. With --check: says what would change. The
# plugin and kx-capture are those of build/release (or KX_PLUGIN_DIR and KX_CAPTURE).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
check=
case "${1-}" in
-h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
--check) check=yes ;;
esac
kx_capture=${KX_CAPTURE-$root/build/release/test-captures/generator/kx-capture}

# A folder like this one, in which tshark has the plugin. It runs there without privileges, and writes there.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/tree/docs"
printf '#!/bin/sh\nPATH="%s" exec "%s" "$@" 2>/dev/null\n' "$PATH" "$root/scripts/tshark.sh" >"$work/bin/tshark"
ln -s "$kx_capture" "$work/bin/kx-capture"
cp -R "$root/test-captures" "$work/tree"
cp -R "$root/docs/examples" "$work/tree/docs"
chmod 755 "$work" "$work/bin" "$work/bin/tshark"
chmod 777 "$work/tree"

# COMMAND: what it prints. Documents have no blanks at the ends of lines.
output() {
    (cd "$work/tree" && PATH=$work/bin:$PATH LC_ALL=C.UTF-8 TZ=UTC sh -c "$1" </dev/null 2>&1 | sed 's/[[:blank:]]*$//') || true
}

# The document in the standard input, with outputs as they are now.
anew() {
    local line block='' file=''
    while IFS= read -r line; do
        case $block$line in
        '```console') block=console ;;
        '```json '*) block=json file=$work/tree/${line#* }; : >"$file" ;;
        '```'*) block=other ;;
        *'```') block='' ;;
        json*) printf '%s\n' "$line" >>"$file" ;;
        console'$ '*) printf '%s\n' "$line"; output "${line#??}"; continue ;;
        console*) continue ;;
        esac
        printf '%s\n' "$line"
    done
}

status=0
for document in "$root"/README*.md "$root"/docs/*.md "$root"/docs/ja/*.md; do
    anew <"$document" >"$work/document"
    cmp -s "$document" "$work/document" && continue
    if [ -n "$check" ]; then
        diff -u "$document" "$work/document" || true
        status=1
    else
        cat "$work/document" >"$document"
        echo "${document#"$root"/}"
    fi
done
[ $status -eq 0 ] || echo 'Some outputs are others now: scripts/outputs.sh' >&2
exit $status
