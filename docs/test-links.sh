#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-links.sh
# Whatever a committed document links to must be there: files, and headings of the same document. And what README.md
# calls kx.something must be a field (docs/fields.md) or a preference.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8 # what is a letter

case "${1-}" in
?*) sed -n '3,5s/^# //p' "$0"; exit 2 ;;
esac

failed=0
complain() {
    echo "$1" >&2
    failed=1
}

# FILE: what its links name.
targets() {
    grep -o '](\([^)]*\))' "$1" | sed 's/^](//; s/)$//'
}

# FILE: the names by which its headings can be linked to.
anchors() {
    # shellcheck disable=SC2016
    sed -n '/^```/,/^```/d; s/^##* //p' "$1" | sed 's/[^[:alnum:] _-]//g; s/ /-/g; s/.*/\L&/'
}

documents=$(git ls-files --cached --others --exclude-standard '*.md') || complain 'git does not list the documents'
links=0
for document in $documents; do
    for target in $(targets "$document"); do
        links=$((links + 1))
        case $target in
        http*) ;;
        '#'*) anchors "$document" | grep -qxF -e "${target#?}" || complain "$document: no heading for $target" ;;
        *) [ -e "$(dirname "$document")/${target%#*}" ] || complain "$document: there is no $target" ;;
        esac
    done
done

# shellcheck disable=SC2016
names=$(grep -o '`[^`]*`' README.md | grep -o '\bkx\.[a-z_.]*[a-z_]' | grep -vx kx.so | sort -u)
for name in $names; do
    grep -qF "\`$name\`" docs/fields.md || grep -qF "| \`$name\` |" README.md || complain "README.md: there is no $name"
done
if [ $links -eq 0 ] || [ -z "$names" ]; then complain 'nothing was checked'; fi
exit $failed
