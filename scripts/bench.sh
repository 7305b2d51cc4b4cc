#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/bench.sh [--quick | --scale] [BUILD_FOLDER]
# Measures what the plugin costs, and prints tables of targets, values and verdicts; without BUILD_FOLDER, it builds
# first. Takes minutes, two processors and 500 MB in the folder for temporary files. --quick: only counts instructions,
# and fails if they are more than tests/bench/ceilings.txt allows. --scale: only what kx-export costs. Exits with 77 if it
# cannot.
set -euo pipefail
cd "$(dirname "$0")/.."

quick='' scale=''
case "${1-}" in
-h | --help) sed -n '3,7s/^# //p' "$0"; exit 0 ;;
--quick) quick=yes; shift ;;
--scale) scale=yes; shift ;;
esac
if [ $# -eq 0 ]; then
    scripts/build.sh tests
fi
root=$PWD
build=$(cd "${1-build/release}" && pwd)
if [ ! -e "$build/tests/bench/kx-count.so" ] || ! command -v valgrind >/dev/null; then
    echo 'There is no valgrind, or there was none when this was built.' >&2
    exit 77
fi
tshark_version=$(tshark --version 2>/dev/null | sed -n '1s/^TShark (Wireshark) \([0-9.]*[0-9]\).*/\1/p')
series=${tshark_version%.*}
if [ -n "$quick" ] && ! grep -q "^$series " tests/bench/ceilings.txt; then
    echo "tests/bench/ceilings.txt has nothing for Wireshark $series." >&2
    exit 77
fi

. tests/bench/common.sh
. tests/bench/instructions.sh
if [ -n "$scale" ]; then
    . tests/bench/scale.sh
    exit
fi

workloads='small coalesced bulk'
all_workloads="$workloads pending hostile"
if [ -n "$quick" ]; then
    for workload in $workloads; do
        make_capture "$workload" 1
    done
    count_main_operations
    check_ceilings
    exit
fi

. tests/bench/values.sh
. tests/bench/cpu.sh
. tests/bench/memory.sh

say() { printf '%(%T)T %s\n' -1 "$1" >&2; }

say 'Values'
for workload in $all_workloads; do
    for size in 1 4 16; do
        make_capture "$workload" "$size"
    done
done
for workload in $workloads; do
    check_values "$workload-1"
done

say 'Instructions'
make_capture bulk 16 30
count_main_operations
count_the_rest

say 'CPU times'
measure_starts
for workload in $all_workloads; do
    measure 15 'kx empty fields' "kx $workload-1 fields"
done
measure_peers 3 pending-16 fields kx
measure_peers 3 hostile-16 fields kx
for workload in $workloads; do
    measure_peers 3 "$workload-16" fields kx lua plain
    measure_peers 3 "$workload-16" filter kx lua plain
    measure_peers 3 "$workload-4" fields kx+json lua+json
    measure_peers 3 "$workload-4" two-pass kx lua plain
    measure_peers 3 "$workload-4" verbose kx lua plain
    measure_peers 3 "$workload-1" json kx lua plain
    measure_peers 3 "$workload-4" tree kx plain
done

say 'Memory'
measure_memory small 20
measure_memory pending 20
measure_memory bulk 14
measure_memory bulk 14 480 65000 # a key relay in one segment, so that TCP keeps nothing

. tests/bench/tables.sh
