#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/architecture/test-includes.sh [PLUGIN_FOLDER]
# Reads the includes of plugin/ (or a PLUGIN_FOLDER laid out like it) and fails on a circle, on one that runs up against
# order.txt, on a unit that has no place there, and on what core/ includes of Wireshark.
set -eu

case "${1-}" in
-h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
cd "${1-$here/../../plugin}"
set -- *.[ch] core/*.[ch]
[ -e "$1" ] || { echo "There is no source in $PWD" >&2; exit 1; }

awk -v order="$here/order.txt" '
    function complain(text) { print text; failed = 1 }
    # The lowest line that has it; a name stands before a pattern.
    function level_of(unit,    i) {
        if (unit in level) return level[unit]
        for (i = 1; i <= patterns; i++) if (unit ~ pattern[i]) return pattern_level[i]
        return 0
    }
    function unit_of(path) { sub(/.*\//, "", path); sub(/\.[ch]$/, "", path); return path }
    # Depth first; what is on the way when it is met again closes a circle.
    function visit(unit, way,    i, targets, n) {
        if (state[unit] == "done") return
        if (state[unit] == "open") { complain("a circle:" way " " unit); return }
        state[unit] = "open"
        n = split(includes[unit], targets, " ")
        for (i = 1; i <= n; i++) visit(targets[i], way " " unit)
        state[unit] = "done"
    }
    BEGIN {
        while ((getline line <order) > 0) {
            if (line ~ /^#/ || line == "") continue
            lines++
            n = split(line, names, " ")
            for (i = 1; i <= n; i++) {
                if (names[i] == "core") core_level = lines
                if (names[i] !~ /[*]/) { level[names[i]] = lines; continue }
                text = names[i]
                gsub(/[*]/, "[a-z0-9-]*", text)
                pattern[++patterns] = "^" text "$"
                pattern_level[patterns] = lines
            }
        }
        if (!lines) { print "nothing in " order; failed = 1; exit }
    }
    FNR == 1 {
        unit = unit_of(FILENAME)
        units[unit] = 1
        is_core = FILENAME ~ /^core\//
        if (!level_of(unit)) complain(FILENAME ": has no place in order.txt")
        else if (is_core != (level_of(unit) > core_level)) complain(FILENAME ": is not where order.txt says")
    }
    is_core && /^ *# *include *[<"](epan|wsutil|wiretap|ws_|config\.h|kx-compat)/ { complain(FILENAME ": core knows no Wireshark: " $0) }
    /^ *# *include *"/ {
        target = $0
        sub(/^[^"]*"/, "", target)
        sub(/".*/, "", target)
        target = unit_of(target)
        if (target == unit) next
        arrows++
        if (!((unit, target) in seen)) { seen[unit, target] = 1; includes[unit] = includes[unit] " " target }
        if (level_of(target) && level_of(target) < level_of(unit)) complain(FILENAME ": includes " target ", which is above it")
    }
    END {
        for (unit in units) visit(unit, "")
        if (arrows < 10) complain("only " arrows + 0 " includes were found")
        exit failed
    }' "$@" >&2
