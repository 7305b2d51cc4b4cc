#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/fuzz.sh TARGET SECONDS [LIBFUZZER ARGUMENT ...]
# Builds a fuzz target with clang and runs it: fuzz-json, fuzz-json-diff, fuzz-framing, fuzz-mask or fuzz-dissector;
# or one after the other: all. The first inputs are made from test-captures/; what is found goes on in
# build/fuzz/corpus-TARGET, crashes are written to build/fuzz/found-TARGET.
set -eu
cd "$(dirname "$0")/.."

usage() { sed -n '3,6s/^# //p' "$0"; }
case "${1-}" in
-h | --help) usage; exit 0 ;;
esac
[ $# -ge 2 ] || { usage >&2; exit 2; }
target=$1 seconds=$2
shift 2

scripts/install-deps.sh clang libclang-rt-dev
if [ "$target" = all ]; then
    failed=0
    for target in fuzz-json fuzz-json-diff fuzz-framing fuzz-mask fuzz-dissector; do
        echo "== $target"
        scripts/fuzz.sh $target "$seconds" "$@" || failed=1
    done
    exit $failed
fi

build=build/fuzz
cmake -S tests/fuzz -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DKX_FUZZ=ON >/dev/null
cmake --build "$build" --target "$target" make-seeds

seeds=$build/seeds-$target corpus=$build/corpus-$target found=$build/found-$target
mkdir -p "$seeds" "$corpus" "$found"
for capture in test-captures/*.pcap; do
    "$build/make-seeds" "$target" "$capture" "$seeds"
done

crashes=tests/fuzz/crashes-$target
[ ! -d "$crashes" ] || set -- "$@" "$crashes"

# epan keeps what it registers until the end of the program, which is not a leak of an input.
leaks=1
[ "$target" != fuzz-dissector ] || leaks=0
ASAN_OPTIONS="detect_leaks=$leaks:quarantine_size_mb=32:malloc_context_size=8" exec "$build/$target" \
    -dict=tests/fuzz/kx.dict -max_total_time="$seconds" -max_len=6000 -rss_limit_mb=4096 -detect_leaks=$leaks \
    -print_final_stats=1 -artifact_prefix="$found/" "$corpus" "$@" "$seeds"
