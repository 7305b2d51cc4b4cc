#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-in-step.sh [ENGLISH JAPANESE]
# Compares what a page (README.md, docs/PAGE.md) and its Japanese counterpart (README.ja.md, docs/ja/PAGE.md) must have
# in common, section by section: the levels of headings, fenced blocks but for their comments, pictures, links, inline
# code, and how many rows and items there are. And no paragraph of a Japanese page is broken into lines, as browsers show
# such a break as a space. Without arguments: all pages.
set -eu

case $# in
0 | 2) ;;
*) sed -n '3,7s/^# //p' "$0" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# FILE: a line for each of these things. Only the lines of blocks are numbered: the rest may stand in another order.
# What a Japanese page links to is named as from the English one.
essence() {
    awk '
        function put(kind, order, text) { printf "section %02d %s %04d %s\n", section, kind, order, text }
        function put_all(kind, pattern, line) {
            for (; match(line, pattern); line = substr(line, RSTART + RLENGTH))
                put(kind, 0, substr(line, RSTART, RLENGTH))
        }
        /^```/ { inside = !inside; commented = $0 ~ /^```(sh)?$/; put("block", ++lines, $0); next }
        inside { if (commented) sub(/ *# .*/, ""); put("block", ++lines, $0); next }
        /^\[(日本語|English)\]/ { next }
        /^#/ { section++; put("heading", 0, $1); next }
        /^[|]/ { put("row", 0, "") }
        /^ *- / { put("item", 0, "") }
        {
            gsub(/#[^)# ]*\)/, "#)")
            gsub(/README\.ja\.md/, "README.md")
            gsub(/\]\(docs\/ja\//, "](docs/")
            if (japanese) { gsub(/\]\(\.\.\/\.\.\//, "](up/"); gsub(/\]\(\.\.\//, "]("); gsub(/images\/ja\//, "images/") }
            else gsub(/\]\(\.\.\//, "](up/")
            put_all("code", "`[^`]*`", $0)
            put_all("link", "\\]\\([^)]*\\)", $0)
        }' japanese="$2" "$1" | LC_ALL=C sort
}

# JAPANESE: its paragraphs of several lines.
broken() {
    awk '
        /^```/ { inside = !inside }
        !inside && before ~ /[^ -~]/ && /[^ ]/ && !/^ *(- |[|#<]|!\[|```)/ { print FILENAME ":" FNR ": a paragraph is broken into lines"; bad = 1 }
        { before = /^ *$|^[#|<`]/ ? "" : $0 }
        END { exit bad }' "$1"
}

failed=0
# ENGLISH JAPANESE
compare() {
    essence "$1" 0 >"$work/one"
    essence "$2" 1 >"$work/other"
    diff -u "$work/one" "$work/other" || { echo "$1 and $2 are out of step" >&2; failed=1; }
    broken "$2" >&2 || failed=1
}

if [ $# -eq 2 ]; then
    compare "$1" "$2"
    exit $failed
fi
cd "$(dirname "$0")/.."
compare README.md README.ja.md
for japanese in docs/ja/*.md; do
    compare "docs/${japanese##*/}" "$japanese"
done
# A page that says it has a counterpart has one.
# shellcheck disable=SC2013
for page in $(grep -l '](ja/' docs/*.md); do
    [ -e "docs/ja/${page##*/}" ] || { echo "$page has no Japanese counterpart" >&2; failed=1; }
done
exit $failed
