#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/instruments.sh [asan | valgrind | suite | bytes | checkers | tidy | cppcheck ...]
# Runs the plugin under instruments, all of them by default; logs: build/instruments.
#   asan      all tests with AddressSanitizer and UBSan
#   valgrind  memory errors, leaks, reloading
#   suite     the tests with tshark under valgrind, for two hours; KX_SUITE_TESTS: a pattern of tests, all by default
#   bytes     captures with random errors: KX_BYTES_SEEDS (4) seeds of each of KX_BYTES_CAPTURES (*)
#   checkers  Wireshark's own, from the source tree WIRESHARK_SOURCE
#   tidy, cppcheck
# Exits with 1 if any finds something; one whose tool is not there is skipped. See tests/instruments/README.md.
set -u

case "${1-}" in
-h | --help) sed -n '3,11s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
settings=$root/tests/instruments
logs=$root/build/instruments
jobs=${KX_JOBS-$(nproc)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$logs"

SKIPPED=77

# NAME: says that a program is missing.
need() {
    command -v "$1" >/dev/null && return
    echo "skipped: there is no $1" >&2
    return 1
}

# FOLDER CMAKE-OPTION ...: builds anew.
build() {
    local folder=$1
    shift
    rm -rf "$folder"
    { cmake -S . -B "$folder" -G Ninja -DKX_BUILD_TESTS=ON "$@" && cmake --build "$folder"; } >"$folder.log" 2>&1 && return
    tail -20 "$folder.log" >&2
    return 1
}

# FOLDER: what the build's plugin and captures need to be seen by an ordinary user.
share() {
    rm -rf "$work/plugins" "$work/captures" "$work/out"
    cp -R "$1/plugins" "$work/plugins"
    mkdir "$work/captures" "$work/out"
    cp test-captures/*.pcap test-captures/*.pcapng "$work/captures"
    chmod -R a+rX "$work"
    chmod 1777 "$work/out"
}

# [VARIABLE=VALUE ...] COMMAND ...: with the plugins in $work and nothing of the user's. Root drops its privileges, as
# Wireshark loads no plugins from elsewhere for root. Every block is from malloc(), where an instrument sees its end.
alone() {
    local drop=()
    [ "$(id -u)" -ne 0 ] || drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${drop[@]}" env -i PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 TZ=UTC HOME="$work" XDG_CONFIG_HOME="$work" \
        WIRESHARK_CONFIG_DIR="$work" WIRESHARK_EXTCAP_DIR="$work" WIRESHARK_PLUGIN_DIR="$work/plugins" \
        WIRESHARK_ABORT_ON_DISSECTOR_BUG=1 WIRESHARK_DEBUG_WMEM_OVERRIDE=simple G_SLICE=always-malloc "$@"
}

# ---- asan ----

instrument_asan() {
    local folder=$root/build/instruments-asan
    build "$folder" -DCMAKE_BUILD_TYPE=Debug -DKX_SANITIZE=ON || return
    nm -D "$folder"/plugins/*/epan/kx.so | grep __asan_report >/dev/null || { echo "kx.so is not instrumented"; return 1; }
    # Under a command of any kind, tshark is given more time.
    KX_TEST_WRAPPER=env KX_TEST_PRELOAD=$(asan_runtime) ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
        ctest --test-dir "$folder" -j "$jobs" --output-on-failure
}

asan_runtime() {
    cc -print-file-name=libasan.so | xargs readlink -f
}

# ---- valgrind ----

# The functions of the plugin in a leak's or an error's stack; its debug information is kept after it is unloaded.
ours='[(](kx-[a-z-]*|packet-kx|plugin)[.]c:|/kx[.]so[)]'

# LOG COMMAND ...: under memcheck; fails at any error but leaks, which are in the log.
memcheck() {
    local log=$1
    shift
    alone timeout -k 5 3000 valgrind -q --keep-debuginfo=yes --num-callers=40 --suppressions="$settings/wireshark.supp" --leak-check=full \
        --show-leak-kinds=all --errors-for-leak-kinds=none --error-exitcode=9 --log-file="$log" "$@"
}

# LOG KIND: the leaks of the plugin's making, of a kind (a pattern): their first line and our functions.
leaks() {
    awk -v kind="$2" -v ours="$ours" '
        function finish() { if (loss && mine) { print loss; printf "%s", stack; bytes += size } loss = mine = stack = "" }
        / (lost|reachable) in loss record / { finish(); if ($0 ~ kind) { loss = $0; size = $2; gsub(",", "", size) } }
        /^==[0-9]+== $/ { finish() }
        $0 ~ ours { mine = 1; stack = stack $0 "\n" }
        END { finish(); print "bytes: " bytes + 0 }' "$1"
}

# TIMES CAPTURE ...: what sharkd is asked: each capture loaded, listed, shown frame by frame, and all statistics.
session() {
    local times=$1 capture frames frame
    shift
    for ((; times > 0; times--)); do
        for capture; do
            request load "\"file\":\"$capture\""
            request frames '"filter":"kx"'
            request tap '"tap0":"stat:kx","tap1":"srt:kx","tap2":"conv:Kx","tap3":"endpt:Kx","tap4":"nstat:kx,relay","tap5":"expert"'
            frames=$(capinfos -Mcr -T "$capture" | cut -f2)
            for ((frame = 1; frame <= frames && frame <= 60; frame++)); do
                request frame "\"frame\":$frame,\"proto\":true,\"columns\":true"
            done
        done
    done
}

request() {
    printf '{"jsonrpc":"2.0","id":1,"method":"%s","params":{%s}}\n' "$1" "$2"
}

# NAME TIMES CAPTURE ...: a session under memcheck.
reload() {
    local name=$1 status
    shift
    session "$@" >"$work/$name.session"
    memcheck "$work/out/$name" sharkd - <"$work/$name.session" >"$work/$name.answers" 2>/dev/null
    status=$?
    echo "$name: $(wc -l <"$work/$name.session") requests, $(grep -c '"result"' "$work/$name.answers") results," \
        "$(grep -c '"l":"QKDN Kx interface' "$work/$name.answers") frames shown with Kx, exit status $status"
    cp "$work/out/$name" "$logs/valgrind-$name.log"
    return $status
}

# An error of valgrind's, or a block that is lost and has the plugin in its stack, is a failure.
judge() {
    local lost
    grep -E -A12 'Invalid|uninitialised|overlap|Mismatched' "$1" | head -40
    lost=$(leaks "$1" ' (definitely|indirectly|possibly) lost ')
    [ "$lost" = 'bytes: 0' ] || { echo "$lost"; return 1; }
}

valgrind_unit() {
    local test failed=0
    for test in "$1"/tests/unit/test-*; do
        [ -x "$test" ] && [ -f "$test" ] || continue
        valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect \
            --show-leak-kinds=definite,indirect \
            --suppressions="$settings/wireshark.supp" "$test" >"$logs/valgrind-unit.log" 2>&1 || failed=1
        echo "unit: $(basename "$test"): $(grep -c '^ *ok ' "$logs/valgrind-unit.log") tests, $( ((failed)) && echo failed || echo clean)"
        ((failed == 0)) || { tail -30 "$logs/valgrind-unit.log"; return 1; }
    done
}

# Two passes with everything shown, and the export; what sharkd does not do. tshark itself frees no statistics.
valgrind_tshark() {
    local capture name status failed=0
    for name in key-relay.pcap live-tls13.pcapng tcp-lost-segment.pcap deviations-types.pcap; do
        capture=$work/captures/$name
        memcheck "$work/out/tshark-$name" tshark -n -2 -V -r "$capture" >/dev/null 2>&1 && judge "$work/out/tshark-$name" &&
            memcheck "$work/out/taps-$name" tshark -n -q -r "$capture" -z kx,tree -z kx,srt -z kx,relay -z conv,kx \
                -z endpoints,kx -z expert >/dev/null 2>&1 &&
            memcheck "$work/out/export-$name" tshark -n -r "$capture" -U 'Kx, key data masked' -w "$work/out/exported" \
                >/dev/null 2>&1 && judge "$work/out/export-$name"
        status=$?
        echo "tshark: $name: two passes, statistics, export: exit status $status"
        [ "$status" -eq 0 ] || failed=1
        rm -f "$work/out/exported"
    done
    return $failed
}

instrument_valgrind() {
    local folder=$root/build/instruments-valgrind failed=0 once thrice
    need valgrind || return $SKIPPED
    build "$folder" -DCMAKE_BUILD_TYPE=RelWithDebInfo || return
    share "$folder"
    valgrind_unit "$folder" || failed=1
    valgrind_tshark || failed=1
    need sharkd || return $((failed ? 1 : SKIPPED))
    local few=("$work"/captures/{key-relay.pcap,key-supply.pcap,deviations-types.pcap,live-tls13.pcapng})
    reload once 1 "${few[@]}" || failed=1
    reload thrice 3 "${few[@]}" || failed=1
    once=$(leaks "$work/out/once" .) thrice=$(leaks "$work/out/thrice" .)
    echo "allocated by the plugin at the end: ${once##*: } bytes of one load each, ${thrice##*: } bytes of three"
    [ "${once##*: }" = "${thrice##*: }" ] || failed=1
    reload all 1 "$work"/captures/* || failed=1
    for name in once thrice all; do judge "$work/out/$name" || failed=1; done
    return $failed
}

# ---- suite ----

# Each tshark of the tests under memcheck; leaks are instrument_valgrind's. Not those of scale, which are about time, nor
# the style and the benchmark.
instrument_suite() {
    local folder=$root/build/instruments-valgrind status
    need valgrind || return $SKIPPED
    build "$folder" -DCMAKE_BUILD_TYPE=RelWithDebInfo || return
    share "$folder"
    cp "$settings/wireshark.supp" "$work"
    chmod a+r "$work/wireshark.supp"
    local wrapper="env WIRESHARK_DEBUG_WMEM_OVERRIDE=simple G_SLICE=always-malloc valgrind -q --num-callers=40
        --suppressions=$work/wireshark.supp --error-exitcode=9 --log-file=$work/out/%p"
    KX_TEST_WRAPPER=$wrapper ctest --test-dir "$folder" -j "$jobs" --timeout 14400 --output-on-failure \
        -R "${KX_SUITE_TESTS-.}" -E '^style|^bench/|^scale/'
    status=$?
    find "$work/out" -type f -size +0 -exec head -40 {} + | head -200
    echo "$(find "$work/out" -type f | wc -l) runs of tshark, $(find "$work/out" -type f -size +0 | wc -l) with errors"
    return $status
}

# ---- bytes ----

# CAPTURE PROBABILITY SEED: damages a capture and dissects it. With odd seeds the headers of Ethernet, IP and TCP stay
# as they are, and every TCP port is Kx's, so that all damage reaches the dissector.
pass() {
    local capture=$1 probability=$2 seed=$3 name spare=() options=() place status
    name=$(basename "$capture")
    place=$work/out/$name-$probability-$seed
    mkdir -m 1777 "$place"
    if ((seed % 2)); then
        spare=(-o 54)
        options=(-o kx.tcp.port:1-65535)
    fi
    case $name in
    *.pcapng)
        # Not all versions of editcap can write or extract secrets.
        grep -aoE '(CLIENT|SERVER|EXPORTER)_[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]+' "$capture" >"$place/secrets"
        options+=(-o "tls.keylog_file:$place/secrets")
        tcpdump -r "$capture" -w "$place/plain" 2>/dev/null
        capture=$place/plain
        ;;
    esac
    if ! editcap -E "$probability" --seed "$seed" "${spare[@]}" "$capture" "$place/damaged" 2>"$place/errors"; then
        echo "not damaged: $name: $(cat "$place/errors")"
        rm -rf "$place"
        return
    fi
    options+=(-o tcp.check_checksum:FALSE -o ip.check_checksum:FALSE -o tcp.desegment_tcp_streams:TRUE)
    instrumented -2 -V -r "$place/damaged" "${options[@]}" -z kx,tree -z kx,srt -z kx,relay -z conv,kx -z endpoints,kx -z expert &&
        instrumented -r "$place/damaged" "${options[@]}" -U 'Kx, key data masked' -w "$place/exported" &&
        instrumented -2 -V -r "$place/exported"
    status=$?
    if [ "$status" -eq 134 ] && grep -q '^\./epan/dissectors/.*failed assertion' "$place/errors"; then
        echo "Wireshark's own: $name, probability $probability, seed $seed: $(grep 'failed assertion' "$place/errors")"
    elif [ "$status" -ne 0 ] || grep -q -E 'Sanitizer|runtime error:|Dissector bug' "$place/errors"; then
        echo "FAILED: $name, probability $probability, seed $seed, exit status $status"
        tail -30 "$place/errors"
    else
        grep -c '^QKDN Kx interface' "$place/shown" | sed "s/^/dissected: /"
    fi
    rm -rf "$place"
}

instrumented() {
    alone LD_PRELOAD="$asan" ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
        timeout -k 5 120 tshark -n "$@" >>"$place/shown" 2>>"$place/errors"
}

instrument_bytes() {
    local folder=$root/build/instruments-asan seeds=${KX_BYTES_SEEDS-4}
    need editcap && need tcpdump || return $SKIPPED
    build "$folder" -DCMAKE_BUILD_TYPE=Debug -DKX_SANITIZE=ON || return
    share "$folder"
    asan=$(asan_runtime)
    export -f pass instrumented alone
    export work asan
    # shellcheck disable=SC2231
    for capture in "$work"/captures/${KX_BYTES_CAPTURES-*}; do
        for ((seed = 1; seed <= seeds; seed++)); do echo "$capture 0.02 $seed"; done
        for ((seed = 1; seed <= (seeds + 3) / 4; seed++)); do echo "$capture 0.1 $((100 + seed))"; done
    done | xargs -P "$jobs" -L 1 bash -c 'pass "$@"' bash >"$logs/bytes.out"
    grep -v '^dissected' "$logs/bytes.out" | sort -u | head -100
    awk '/^dissected/ { passes++; messages += $2 } END {
        print passes + 0 " passes without a report; messages and skipped ranges dissected: " messages + 0 }' "$logs/bytes.out"
    ! grep -q '^FAILED' "$logs/bytes.out"
}

# ---- checkers ----

# Lays the plugin out as the checkers expect a source tree and a build folder: with names that begin with packet-.
lay_out() {
    local objects=$work/tree-build/epan/dissectors/CMakeFiles/dissectors.dir file
    mkdir -p "$work"/tree/{epan/dissectors,ui/qt,ui/cli} "$objects"
    cp "$WIRESHARK_SOURCE/epan/tfs.c" "$work/tree/epan"
    for file in plugin/*.[ch] plugin/core/*.[ch]; do
        cp "$file" "$work/tree/epan/dissectors/packet-$(basename "$file" | sed 's/^packet-//')"
    done
    for file in "$1"/plugin/CMakeFiles/kx.dir/*.o; do
        cp "$file" "$objects/packet-$(basename "$file" | sed 's/^packet-//')"
    done
}

instrument_checkers() {
    local tools=${WIRESHARK_SOURCE-}/tools folder=$root/build/instruments-checkers out=$logs/checkers.out file
    [ -n "${WIRESHARK_SOURCE-}" ] || { echo "skipped: WIRESHARK_SOURCE is not set"; return $SKIPPED; }
    [ -f "$tools/checkAPIs.pl" ] || { echo "there is no $tools/checkAPIs.pl"; return 1; }
    need perl && need python3 || return $SKIPPED
    build "$folder" -DKX_BUILD_TESTS=OFF || return
    lay_out "$folder"
    cd "$work/tree" || return
    for file in epan/dissectors/*.c; do
        echo "== $file"
        perl "$tools/checkAPIs.pl" -g dissectors-prohibited -g dissectors-restricted "$file"
        perl "$tools/checkhf.pl" "$file"
        perl "$tools/fix-encoding-args.pl" --action=fix-all "$file"
        python3 "$tools/check_tfs.py" --file "$file"
        python3 "$tools/check_typed_item_calls.py" --mask --label --consecutive --missing-items --file "$file"
        python3 "$tools/check_static.py" --build "$work/tree-build" --file "$file"
    done 2>&1 | sed 's/([0-9a-f]* \([A-Z] [a-z_]*\))/(\1)/; s/ *$//' >"$out"
    cd "$root" || return
    # What they always print, and that check_static.py finds none of Wireshark's own objects.
    grep -v -x -E '|Examining:|epan/dissectors/[^ ]*|[0-9]+ (warnings( found)?|issues found)|Warning - .*\.o does not exist' "$out" |
        grep -v -F -x -f <(grep -v -e '^#' -e '^$' "$settings/checkers.txt") >"$out.left"
    echo "$(grep -c '^==' "$out.left") files checked"
    ! grep -v '^==' "$out.left"
}

# ---- tidy, cppcheck ----

instrument_tidy() {
    local folder=$root/build/instruments-tidy
    need clang-tidy || return $SKIPPED
    build "$folder" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON || return
    sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$folder/compile_commands.json" | sort -u |
        xargs -P "$jobs" -n 4 clang-tidy -p "$folder" --quiet --warnings-as-errors='*' 2>"$logs/tidy.err" >"$logs/tidy.out"
    local status=$?
    cat "$logs/tidy.out"
    echo "$(grep -c '"file":' "$folder/compile_commands.json") files"
    return $status
}

instrument_cppcheck() {
    need cppcheck || return $SKIPPED
    mkdir -p build/instruments-cppcheck
    # The macros that cppcheck cannot see through.
    cppcheck --library=gtk --library=posix --std=c11 --inline-suppr --suppressions-list="$settings/cppcheck.txt" \
        --enable=warning,performance,portability,style --error-exitcode=1 --quiet --cppcheck-build-dir=build/instruments-cppcheck \
        -D'G_DEFINE_AUTOPTR_CLEANUP_FUNC(a,b)=' -D'G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(a,b)=' -D'G_DEFINE_QUARK(a,b)=' \
        -D'g_autoptr(type)=type *' -D'g_auto(type)=type' -Dg_autofree= -D_U_= \
        -D'UAT_CSTRING_CB_DEF(a,b,c)=' -D'UAT_VS_DEF(a,b,c,d,e,f)=' \
        --template='{file}:{line}: {severity}: {message} [{id}]' plugin test-captures/generator tests
}

# ---- all ----

main() {
    [ $# -gt 0 ] || set -- asan valgrind suite bytes checkers tidy cppcheck
    local instrument verdict failed=0 summary=''
    for instrument; do
        declare -F "instrument_$instrument" >/dev/null || { echo "There is no instrument $instrument; see --help" >&2; exit 2; }
        echo "== $instrument"
        (set -o pipefail; "instrument_$instrument")
        case $? in
        0) verdict=clean ;;
        "$SKIPPED") verdict=skipped ;;
        *) verdict='NOT CLEAN' failed=1 ;;
        esac
        summary+="$instrument: $verdict"$'\n'
    done
    printf '\n%s' "$summary"
    exit "$failed"
}

main "$@"
