# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/cpu.sh (after common.sh)
# The benchmark's CPU times, as ratios of what was measured in turn, without tshark's start.
# shellcheck shell=bash disable=SC2154

# measure RUNS 'PEER CAPTURE OPERATION' ...: run in turn. Leaves lines PEER CAPTURE OPERATION SECONDS KIB in
# $work/measured: the median CPU time and peak memory.
measure() {
    local runs=$1 peer capture operation commands=()
    shift
    while read -r peer capture operation; do
        commands+=("$(command_of "$peer" "$capture" "$operation")")
    done < <(printf '%s\n' "$@")
    "$build/tests/bench/kx-measure" --each "$runs" "${commands[@]}" |
        paste -d ' ' <(printf '%s\n' "$@") - | tr '\t' ' ' >>"$work/measured"
}

# measure_peers RUNS CAPTURE OPERATION PEER ...
measure_peers() {
    local runs=$1 capture=$2 operation=$3
    shift 3
    measure "$runs" "${@/%/ $capture $operation}"
}

# What an empty capture costs is tshark's start.
measure_starts() {
    printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\x00' \
        >"$work/empty.pcap"
    measure_peers 9 empty fields plain kx kx+json lua lua+json
}

# measured PEER CAPTURE OPERATION [KIB]: seconds without tshark's start, or its peak memory.
measured() {
    awk -v peer="$1" -v capture="$2" -v operation="$3" -v memory="${4-}" '
        $1 != peer { next }
        $2 == "empty" { start = $4 }
        $2 == capture && $3 == operation { seconds = $4; peak = $5 }
        END { print memory ? peak : seconds - start }' "$work/measured"
}

# cpu_ratio CAPTURE OPERATION PEER OTHER
cpu_ratio() {
    ratio "$(measured "$3" "$1" "$2")" "$(measured "$4" "$1" "$2")"
}

# growth_of_time WORKLOAD: the exponent from size 1 to 16.
growth_of_time() {
    exponent "$(measured kx "$1-1" fields)" "$(measured kx "$1-16" fields)"
}
