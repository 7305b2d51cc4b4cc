#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-in-step.sh [ONE OTHER]
# Compares what README.md and README.ja.md (or ONE and OTHER) must have in common, section by section: the levels of
# headings, fenced blocks but for their comments, pictures, links, inline code, and how many rows and items there are.
set -eu

case $# in
0) set -- "$(dirname "$0")/../README.md" "$(dirname "$0")/../README.ja.md" ;;
2) ;;
*) sed -n '3,5s/^# //p' "$0" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# FILE: a line for each of these things. Only the lines of blocks are numbered: the rest may stand in another order.
essence() {
    awk '
        function put(kind, order, text) { printf "section %02d %s %04d %s\n", section, kind, order, text }
        function put_all(kind, pattern, line) {
            for (; match(line, pattern); line = substr(line, RSTART + RLENGTH))
                put(kind, 0, substr(line, RSTART, RLENGTH))
        }
        /^```/ { inside = !inside; commented = $0 ~ /^```(sh)?$/; put("block", ++lines, $0); next }
        inside { if (commented) sub(/ *# .*/, ""); put("block", ++lines, $0); next }
        /^#/ { section++; put("heading", 0, $1); next }
        /^[|]/ { put("row", 0, "") }
        /^- / { put("item", 0, "") }
        {
            gsub(/\]\(#[^)]*\)/, "](#)")
            sub(/\]\(README(\.ja)?\.md\)/, "](the other)")
            put_all("code", "`[^`]*`", $0)
            put_all("link", "\\]\\([^)]*\\)", $0)
        }' "$1" | LC_ALL=C sort
}

essence "$1" >"$work/one"
essence "$2" >"$work/other"
grep -q heading "$work/one" || { echo "$1 has no heading" >&2; exit 1; }
diff -u "$work/one" "$work/other" || {
    echo "$1 and $2 are out of step" >&2
    exit 1
}
