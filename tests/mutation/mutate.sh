#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/mutation/mutate.sh [--networks N] [PATTERN]
# Breaks each rule of mutations.txt (or those whose line has PATTERN) in a copy of the core, and says whether a test of the
# core notices: the unit test of the links, and N (100000, as in ctest; 0: none) simulated networks.
# Fails if a rule can be broken unnoticed. The floors of the simulator are for 100000 networks. All rules take half an hour.
set -euo pipefail

networks=100000
[ "${1-}" != --networks ] || { networks=$2; shift 2; }
pattern=${1-}
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/core" "$work/rest"
cp plugin/core/*.[ch] "$work/core"

# shellcheck disable=SC2046
compile() {
    gcc -std=c11 -O1 -w $(pkg-config --cflags glib-2.0) -I "$work/core" -I tests/simulator -c "$1" -o "$2"
}

link_tests() { # CORE_FOLDER OUT_FOLDER
    # shellcheck disable=SC2046
    gcc "$1"/*.o "$work"/rest/*.o $(pkg-config --libs glib-2.0) -o "$2/simulate"
    # shellcheck disable=SC2046
    gcc "$1"/*.o "$work"/test-links.o $(pkg-config --libs glib-2.0) -o "$2/links"
}

# What notices a broken rule; nothing if nothing does.
notices() {
    if ! timeout 60 "$1/links" -k >"$1/log" 2>&1; then
        echo "unit-links"
    elif [ "$networks" -gt 0 ] && ! timeout 300 "$1/simulate" --networks "$networks" --stories 0 >"$1/log" 2>&1; then
        echo "simulator/networks: $(sed -n 's/^ *\(.*\): not good enough/\1/p' "$1/log" | head -n 1)"
    fi
}

# try RULE FILE FROM TO
try() {
    local text name=${2%.c} by
    text=$(<"plugin/core/$2")
    if [[ $text != *"$3"* || ${text#*"$3"} == *"$3"* ]]; then
        echo "stale: $1: $2 does not have this once: $3"
        return 1
    fi
    rm -rf "$work/mutant"
    cp -r "$work/objects" "$work/mutant"
    printf '%s\n' "${text%%"$3"*}$4${text#*"$3"}" >"$work/core/$2"
    compile "$work/core/$2" "$work/mutant/$name.o"
    link_tests "$work/mutant" "$work/mutant"
    by=$(notices "$work/mutant")
    cp "plugin/core/$2" "$work/core/$2"
    echo "| $1 | \`$name\` | ${by:-**survived**} |"
    [ -n "$by" ]
}

mkdir "$work/objects"
for source in plugin/core/*.c; do
    compile "$source" "$work/objects/$(basename "$source" .c).o"
done
for source in tests/simulator/*.c; do
    case $source in */kx-simulated.c | */dissected.c) continue ;; esac
    compile "$source" "$work/rest/$(basename "$source" .c).o"
done
compile tests/unit/test-links.c "$work/test-links.o"

link_tests "$work/objects" "$work"
by=$(notices "$work")
[ -z "$by" ] || { echo "Fails with nothing broken: $by" >&2; exit 1; }

survivors=0
rule='' file='' from='' to=''
end_mutation() {
    if [ -n "$rule" ] && [[ $rule == *"$pattern"* ]]; then
        try "$rule" "$file" "${from%$'\n'}" "${to%$'\n'}" || survivors=$((survivors + 1))
    fi
    rule='' file='' from='' to=''
}
while IFS= read -r line; do
    case $line in
    '#'*) ;;
    '') end_mutation ;;
    '= '*) rule=${line#= } ;;
    -*) from+=${line#-}$'\n' ;;
    +*) to+=${line#+}$'\n' ;;
    *) file=$line ;;
    esac
done <tests/mutation/mutations.txt
end_mutation
echo "$survivors survived"
[ "$survivors" -eq 0 ]
