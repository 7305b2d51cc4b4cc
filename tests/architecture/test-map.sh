#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/architecture/test-map.sh CTEST BUILD_FOLDER
# tests/README.md must name each unit of plugin/ and each folder of tests/, and nothing but tests that there are; and each
# test must have a label, by which it is found there.
set -eu

[ $# -eq 2 ] || { sed -n '3,5s/^# //p' "$0" >&2; exit 2; }
ctest=$1
build=$2
cd "$(dirname "$0")/../.."
map=tests/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

failed=0
complain() {
    echo "$1" >&2
    failed=1
}

"$ctest" --test-dir "$build" --show-only=json-v1 >"$work/tests.json"
jq -r '.tests[] | .name' "$work/tests.json" >"$work/tests"
jq -r '.tests[] | select([.properties[]? | select(.name == "LABELS")] == []) | .name' "$work/tests.json" >"$work/unlabelled"
jq -r '.tests[].properties[]? | select(.name == "LABELS") | .value[]' "$work/tests.json" | sort -u >"$work/labels"
[ -s "$work/tests" ] || complain "There is no test in $build"
while read -r test; do complain "$test has no label"; done <"$work/unlabelled"

# The rows of the map: | `unit` ... | `test` ... |
sed -n '/^## What tests what/,/^## /s/^| *\(`.*`\) *| *\(.*\) *|$/\1|\2/p' "$map" >"$work/rows"
[ -s "$work/rows" ] || complain "$map: no map of units"
# shellcheck disable=SC2016
cut -d '|' -f 1 "$work/rows" | grep -o '`[^`]*`' | tr -d '`' | sort >"$work/named"
for source in plugin/*.c plugin/core/*.c; do
    basename "$source" .c
done | sort >"$work/units"
for unit in $(comm -23 "$work/units" "$work/named"); do complain "$map: $unit has no tests"; done
for unit in $(comm -13 "$work/units" "$work/named"); do complain "$map: there is no unit $unit"; done
for unit in $(uniq -d "$work/named"); do complain "$map: $unit is there twice"; done

# shellcheck disable=SC2016
for test in $(cut -d '|' -f 2 "$work/rows" | grep -o '`[^`]*`' | tr -d '`' | sort -u); do
    case $test in
    *'*') grep -q "^${test%?}" "$work/tests" || complain "$map: no test is called $test" ;;
    *) grep -qxF "$test" "$work/tests" || complain "$map: there is no test $test" ;;
    esac
done

for folder in tests/*/; do
    name=$(basename "$folder")
    grep -qF "| \`$name/\` |" "$map" || complain "$map: says nothing of the folder $name/"
done
# shellcheck disable=SC2016
for label in $(grep -o '`-L [a-z]*`' "$map" | sed 's/`-L \(.*\)`/\1/' | sort -u); do
    grep -qxF "$label" "$work/labels" || complain "$map: no test has the label $label"
done
while read -r label; do
    grep -qF "\`-L $label\`" "$map" || complain "$map: says nothing of the label $label"
done <"$work/labels"
exit $failed
