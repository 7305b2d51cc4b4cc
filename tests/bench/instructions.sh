# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/instructions.sh (after common.sh)
# The benchmark's instruction counts.
# shellcheck shell=bash disable=SC2154

# Counts fields and filter of the three main workloads.
count_main_operations() {
    local workload operation peer
    for workload in small coalesced bulk; do
        for operation in fields filter; do
            for peer in plain kx; do
                echo "$peer $workload-1 $operation"
            done
        done
    done | count_all
}

# Counts the same of the plugin's floor, what the JSON subtree costs where nobody looks, and what bulk costs with 30 keys
# in a key relay.
count_the_rest() {
    local workload operation
    for workload in small coalesced bulk; do
        echo "kx $workload-1 two-pass"
        for operation in filter two-pass; do
            echo "kx+json $workload-1 $operation"
        done
        for operation in fields filter; do
            echo "floor $workload-1 $operation"
        done
    done >"$work/wanted"
    for operation in fields filter; do
        echo "kx bulk-16-30 $operation"
    done >>"$work/wanted"
    count_all <"$work/wanted"
}

# against_plain PEER WORKLOAD OPERATION
against_plain() {
    ratio "$(counted "$1" "$2-1" "$3")" "$(counted plain "$2-1" "$3")"
}

# own_per_byte WORKLOAD: the instructions of kx.so itself for each byte of payload, without what it calls.
own_per_byte() {
    ratio "$(counted kx "$1-1" fields own)" "$(payload_bytes "$1-1")" 1
}

# json_on_against_off WORKLOAD OPERATION
json_on_against_off() {
    ratio "$(counted kx+json "$1-1" "$2")" "$(counted kx "$1-1" "$2")"
}

# cost_of_long_relays OPERATION: for each byte of payload, with 480 keys in a key relay against 30.
cost_of_long_relays() {
    ratio "$(ratio "$(counted kx bulk-1 "$1")" "$(payload_bytes bulk-1)" 6)" \
        "$(ratio "$(counted kx bulk-16-30 "$1")" "$(payload_bytes bulk-16-30)" 6)"
}

# check_ceilings: compares with ceilings.txt, whose lines are: SERIES WORKLOAD WHAT CEILING.
check_ceilings() {
    local value failed=0 of workload what ceiling
    printf '%-10s %-7s %6s %8s\n' workload what value ceiling
    while read -r of workload what ceiling; do
        [ "$of" = "${tshark_version%.*}" ] || continue
        case $what in
        own) value=$(own_per_byte "$workload") ;;
        *) value=$(against_plain kx "$workload" "$what") ;;
        esac
        printf '%-10s %-7s %6s %8s\n' "$workload" "$what" "$value" "$ceiling"
        awk -v value="$value" -v ceiling="$ceiling" 'BEGIN { exit value > ceiling }' || failed=1
    done < <(grep -v '^#' "$root/tests/bench/ceilings.txt")
    return "$failed"
}
