#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/check-style.sh
# Checks what .clang-format and .editorconfig say, SPDX lines, that every script has a usage line, the style of C: !x
# rather than x == NULL, and x != NULL only where that is a value, types of headers that are typedefs; and of plugin/: types
# that begin with kx_, callbacks that have their subject in their names. Formatting is checked with clang-format 14 only, as other versions format differently; exits with 77 if that
# is not there.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,7s/^# //p' "$0"; exit 0 ;;
esac

failed=0
complain() {
    echo "$1" >&2
    failed=1
}

sources=$(git ls-files '*.c' '*.h')
[ -n "$sources" ] || { echo 'git lists no sources' >&2; exit 1; }
text=$(git ls-files "*.c" "*.h" "*.sh" "*.txt" "*.cmake" "*.json" "*.md" .ci/run | grep -v -e /expected/ -e ^LICENSE -e ^tests/live/live-)
with_licence=$(git ls-files '*.c' '*.h' '*.sh' '*CMakeLists.txt' '*.cmake' .ci/run)

# shellcheck disable=SC2086
{
    long=$(awk 'length > 120 { print FILENAME ":" FNR }' $sources)
    [ -z "$long" ] || complain "Lines of more than 120 characters: $long"
    blanks=$(grep -nE '[[:blank:]]$' $(echo "$text" | grep -v '\.md$') | cut -d: -f1,2 || true)
    [ -z "$blanks" ] || complain "Trailing blanks: $blanks"
    tabs=$(grep -lP '\t' $sources || true)
    [ -z "$tabs" ] || complain "Tabs: $tabs"
    unlicensed=$(grep -L 'SPDX-License-Identifier: GPL-2.0-or-later' $with_licence || true)
    [ -z "$unlicensed" ] || complain "No SPDX line: $unlicensed"
}

# WHAT PATTERN FILE ...: no line of the files may have it.
forbid() {
    what=$1 pattern=$2
    shift 2
    found=$(git grep -nE "$pattern" -- "$@" | cut -d: -f1,2 || true)
    [ -z "$found" ] || complain "$what: $found"
}
forbid 'Compared with NULL' '== NULL|!= NULL[^,;]' '*.[ch]'
forbid 'A struct without a typedef' '^struct [a-z_]+ [{]' '*.h'
forbid 'A type that does not begin with kx_' '^[}] ([^k;]|k[^x])[a-z_]*;' 'plugin/*.h'
forbid 'A function that does not name its subject' \
    '^static .*[ *](init|packet|finish|row|call|walk|reset)[(]' 'plugin/*.c'

for file in $text; do
    [ -z "$(tail -c 1 "$file")" ] || complain "No newline at the end of $file"
done
for script in $(git ls-files '*.sh' .ci/run); do
    grep -qi "^# usage: " "$script" || complain "No usage line: $script"
    [ -x "$script" ] || complain "Not executable: $script"
done

for formatter in clang-format-14 clang-format; do
    "$formatter" --version 2>/dev/null | grep -q 'version 14\.' && break
    formatter=
done
if [ -n "$formatter" ]; then
    # shellcheck disable=SC2086
    "$formatter" --dry-run --Werror $sources || failed=1
    "$formatter" --version
fi
[ "$failed" -eq 0 ] || exit 1
[ -n "$formatter" ] || { echo "clang-format 14 is not there: formatting was not checked" >&2; exit 77; }
