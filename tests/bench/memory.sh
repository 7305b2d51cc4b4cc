# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/memory.sh (after cpu.sh)
# The benchmark's memory: how much more tshark's peak grows from one size of a workload to another, four times as large,
# than it does without the plugin. At these sizes the plugin's hash tables are half full; they double at three quarters.
# shellcheck shell=bash disable=SC2154

# measure_memory WORKLOAD SIZE [KEYS [SEGMENT_SIZE]]
measure_memory() {
    local size
    for size in "$2" $((4 * $2)); do
        make_capture "$1" "$size" "${@:3}"
        measure_peers 1 "$capture" -Yframe.number==1 plain kx
        rm "$work/$capture.pcap"
    done
}

# grown PEER CAPTURE LARGER: KiB.
grown() {
    echo $(($(measured "$1" "$3" -Yframe.number==1 kib) - $(measured "$1" "$2" -Yframe.number==1 kib)))
}

# memory_of WORKLOAD SIZE UNITS [DIGITS [SUFFIX]]: bytes above plain for each of the UNITS that the workload has in
# size 1.
memory_of() {
    local small=$1-$2${5-} large=$1-$((4 * $2))${5-}
    ratio $((1024 * ($(grown kx "$small" "$large") - $(grown plain "$small" "$large")))) $((3 * $2 * $3)) "${4-0}"
}
