# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/instructions.sh (after common.sh)
# The benchmark's instruction counts.
# shellcheck shell=bash disable=SC2086,SC2154

# Counts fields and filter of the three main workloads.
count_main_operations() {
    local workload operation peer
    for workload in $workloads; do
        for operation in fields filter; do
            for peer in plain kx; do
                echo "$peer $workload-1 $operation"
            done
        done
    done | count_all
}

# Where nobody looks at JSON. Wireshark 4.0 shows the whole tree to -T fields.
blind_operations='filter two-pass'
[ "$series" = 4.0 ] || blind_operations="fields $blind_operations"

# Counts what grows with the capture, what the JSON subtree costs where nobody looks, the floors, and what bulk costs
# with 30 keys in a key relay.
count_the_rest() {
    local workload operation
    {
        printf 'kx %s-16 filter\n' $workloads pending hostile
        printf 'kx %s-1 filter\n' pending hostile
        for workload in $workloads; do
            echo "kx $workload-1 two-pass"
            for operation in $blind_operations; do
                echo "kx+json $workload-1 $operation"
            done
            for operation in fields filter; do
                echo "floor $workload-1 $operation"
                echo "data $workload-1 $operation"
            done
        done
        printf 'kx bulk-16-30 %s\n' fields filter
    } | count_all
}

# against_plain PEER WORKLOAD OPERATION
against_plain() {
    ratio "$(counted "$1" "$2-1" "$3")" "$(counted plain "$2-1" "$3")"
}

# own_per_byte WORKLOAD OPERATION: the instructions of kx.so itself for each byte of payload, without what it calls.
own_per_byte() {
    ratio "$(counted kx "$1-1" "$2" own)" "$(payload_bytes "$1-1")" 1
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

# growth_of_instructions WORKLOAD: the exponent from size 1 to 16.
growth_of_instructions() {
    exponent "$(counted kx "$1-1" filter)" "$(counted kx "$1-16" filter)"
}

# check_ceilings: compares with ceilings.txt, whose lines are: SERIES WORKLOAD WHAT CEILING.
check_ceilings() {
    local value failed=0 of workload what ceiling
    printf '%-10s %-7s %6s %8s\n' workload what value ceiling
    while read -r of workload what ceiling; do
        [ "$of" = "$series" ] || continue
        case $what in
        own) value=$(own_per_byte "$workload" fields) ;;
        *) value=$(against_plain kx "$workload" "$what") ;;
        esac
        printf '%-10s %-7s %6s %8s\n' "$workload" "$what" "$value" "$ceiling"
        awk -v value="$value" -v ceiling="$ceiling" 'BEGIN { exit value + 0 > ceiling + 0 }' || failed=1
    done < <(grep -v '^#' "$root/tests/bench/ceilings.txt")
    return "$failed"
}
