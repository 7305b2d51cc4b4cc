#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-links.sh [FOLDER]
# Whatever a committed document links to must be there: files, and headings, of the same document and of others. And
# what the users' pages call kx.something must be a field (docs/fields.md) or a preference (docs/preferences.md). FOLDER:
# where the documents of a package are, instead.
set -eu
cd "${1-$(dirname "$0")/..}"
export LC_ALL=C.UTF-8 # what is a letter

failed=0
checked=0
complain() {
    echo "$1" >&2
    failed=1
}

# FILE: what its links name.
targets() {
    # shellcheck disable=SC2016
    sed '/^```/,/^```/d' "$1" | grep -o '](\([^)]*\))' | sed 's/^](//; s/)$//'
}

# FILE: the names by which its headings can be linked to.
anchors() {
    # shellcheck disable=SC2016
    sed -n '/^```/,/^```/d; s/^##* //p' "$1" | sed 's/[^[:alnum:] _-]//g; s/ /-/g; s/.*/\L&/'
}

documents() {
    if [ $# -eq 0 ]; then git ls-files --cached --others --exclude-standard '*.md'; else find . -name '*.md'; fi
}

for document in $(documents "$@"); do
    [ -e "$document" ] || continue
    for target in $(targets "$document"); do
        checked=$((checked + 1))
        case $target in
        http*) continue ;;
        '#'*) file=$document ;;
        *) file=$(dirname "$document")/${target%#*} ;;
        esac
        if [ ! -e "$file" ]; then
            complain "$document: there is no $target"
        elif [ "${target#*#}" != "$target" ]; then
            anchors "$file" | grep -qxF -e "${target#*#}" || complain "$document: no heading for $target"
        fi
    done
done

for document in README*.md docs/*.md docs/ja/*.md SECURITY.md; do
    # shellcheck disable=SC2016
    names=$(grep -o '`[^`]*`' "$document" | grep -o '\bkx\.[a-z_.]*[a-z_]' | grep -vx -e kx.so -e kx.xml | sort -u)
    for name in $names; do
        grep -qF "\`$name\`" docs/fields.md || grep -qF "| \`$name\` |" docs/preferences.md ||
            complain "$document: there is no $name"
    done
done
[ $checked -gt 0 ] || complain 'nothing was checked'
exit $failed
