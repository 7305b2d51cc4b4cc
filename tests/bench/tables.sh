# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/tables.sh (after everything was measured)
# Prints the benchmark's tables.
# shellcheck shell=bash disable=SC2154

# joined A B ...: "A / B / ..."
joined() {
    local rest
    rest=$(printf ' / %s' "$@")
    echo "${rest# / }"
}

# verdict VALUES LIMITS NAMES: three lists of words of the same length.
verdict() {
    awk -v values="$1" -v limits="$2" -v names="$3" 'BEGIN {
        count = split(values, value); split(limits, limit); split(names, name)
        for (i = 1; i <= count; i++)
            if (value[i] + 0 > limit[i] + 0) {
                by = 100 * (value[i] / limit[i] - 1)
                missed = missed (missed == "" ? "" : ", ")
                missed = missed sprintf("%s%.0f %% over", name[i] == "-" ? "" : name[i] " ", by < 1 ? 1 : by)
            }
        print missed == "" ? "holds" : missed
    }'
}

# row TITLE LIMITS VALUES [NAMES [REASON]]: lists of words of the same length; the reason why it does not hold.
row() {
    local found
    found=$(verdict "$3" "$2" "${4--}")
    [ "$found" = holds ] || found+=${5:+: $5}
    # shellcheck disable=SC2086
    echo "| $1 | $(joined $2) | $(joined $3) | $found |"
}

# floors OPERATION: what is out of reach. Only TCP, without the plugin: -d tcp.port==7100,data.
floors() {
    # shellcheck disable=SC2046
    echo "TCP alone takes $(joined $(each data_ratio "$1")), with nothing but the Kx header $(joined $(each floor_ratio "$1"))"
}

# share_of_floor OPERATION: what bulk costs without a look at its payload.
share_of_floor() {
    echo "$(ratio "$(counted floor bulk-1 "$1")" "$(counted kx bulk-1 "$1")") of its instructions are TCP's and the header's"
}

# each FUNCTION [ARGUMENT ...]: what it prints for each of the workloads, which is its first argument.
each() {
    local function=$1 workload
    shift
    for workload in $workloads; do
        "$function" "$workload" "$@"
    done | paste -sd ' '
}

plain_ratio() { against_plain kx "$1" "$2"; }
floor_ratio() { against_plain floor "$1" "$2"; }
data_ratio() { against_plain data "$1" "$2"; }
lua_ratio() { cpu_ratio "$1-16" "$2" kx lua; }
lua_json_ratio() { cpu_ratio "$1-4" fields kx+json lua+json; }
other_ratio() { cpu_ratio "$1-$2" "$3" kx "$4"; }

print_targets() {
    cat <<TEXT
| What | Target, at most | Measured | Verdict |
|---|---|---|---|
TEXT
    row '1. Instructions against plain tshark: fields' '0.9 1.5 1.5' "$(each plain_ratio fields)" "$workloads" \
        "$(floors fields)"
    row '1. Instructions against plain tshark: filter' '0.6 1.0 0.8' "$(each plain_ratio filter)" "$workloads" \
        "$(floors filter)"
    row "2. The plugin's own instructions for each byte of payload (small / bulk): fields" '16 10' \
        "$(own_per_byte small fields) $(own_per_byte bulk fields)" 'small bulk' \
        'a prototype that checked nothing took 11.9 / 9.4'
    row '2. The same: filter' '16 10' "$(own_per_byte small filter) $(own_per_byte bulk filter)" 'small bulk' \
        'likewise'
    row '3. CPU against Lua: fields' '0.35 0.15 0.2' "$(each lua_ratio fields)" "$workloads" \
        "$(share_of_floor fields)"
    row '3. CPU against Lua: filter' '0.2 0.08 0.08' "$(each lua_ratio filter)" "$workloads" \
        "$(share_of_floor filter)"
    row '3. CPU against Lua, the JSON subtree on in both: fields' '0.6 0.6 0.6' "$(each lua_json_ratio)" "$workloads"
    local operation
    for operation in $blind_operations; do
        row "4. Instructions with the JSON subtree on against off: $operation" '1.05 1.05 1.05' \
            "$(each json_on_against_off "$operation")" "$workloads"
    done
    row "5. Exponent from 1x to 16x (${all_workloads// / \/ }): CPU time, fields" '1.05 1.05 1.05 1.05 1.05' \
        "$(workloads=$all_workloads each growth_of_time)" "$all_workloads" \
        'the times vary from run to run, the instructions of the next row do not'
    row '5. The same: instructions, filter' '1.05 1.05 1.05 1.05 1.05' \
        "$(workloads=$all_workloads each growth_of_instructions)" "$all_workloads"
    row '5. Instructions for each byte, 480 keys in a key relay against 30 (fields / filter)' '1.1 1.1' \
        "$(cost_of_long_relays fields) $(cost_of_long_relays filter)" 'fields filter'
    row '6. Bytes of memory above plain tshark: for each answered message' 110 "$(memory_of small 20 3200)"
    row '6. For each pending request' 200 "$(memory_of pending 20 3200)"
    row '6. For each remembered Key ID' 32 "$(memory_of bulk 14 "$keys" 0 -480-65000)"
    row '6. For each byte of payload in bulk' 1.15 "$(memory_of bulk 14 "$(payload_bytes bulk-1)" 2)" - \
        "most is TCP's reassembled copy of the payload"
    row '6. The same without the Key IDs' 1.15 "$(memory_without_keys)"
}

keys=$((40 * 480)) # of bulk

# Key relays in one segment, of which TCP keeps nothing, cost as much as their Key IDs.
memory_without_keys() {
    ratio "$(($(grown kx bulk-14 bulk-56) - $(grown plain bulk-14 bulk-56) -
        $(grown kx bulk-14-480-65000 bulk-56-480-65000) + $(grown plain bulk-14-480-65000 bulk-56-480-65000)))" \
        "$((42 * $(payload_bytes bulk-1) / 1024))"
}

# peaks PEER
peaks() {
    local workload
    # shellcheck disable=SC2046
    joined $(for workload in $workloads; do ratio "$(measured "$1" "$workload-16" fields kib)" 1024 0; done)
}

print_comparison() {
    cat <<TEXT
| Operation | CPU against plain tshark | CPU against Lua |
|---|---|---|
TEXT
    local line operation size lua
    while read -r operation size line; do
        lua=-
        # shellcheck disable=SC2046
        [ "$operation" = tree ] || lua=$(joined $(each other_ratio "$size" "$operation" lua))
        # shellcheck disable=SC2046
        echo "| $line | $(joined $(each other_ratio "$size" "$operation" plain)) | $lua |"
    done <<'TEXT'
fields 16 fields: `-T fields -e kx.key.id -e kx.session_id -e kx.response`
filter 16 filter: `-Y 'kx.response.success == 0'`
two-pass 4 filter in two passes: `-2 -Y 'kx.response.success == 0'`
verbose 4 `-V`
json 1 `-T json`
tree 4 `-q -z kx,tree` (plain: `conv,tcp`)
TEXT
}

print_peaks() {
    cat <<TEXT
- Peak memory with fields at 16x in MiB: plain tshark $(peaks plain), the plugin $(peaks kx), Lua $(peaks lua).
TEXT
}

kx_version() {
    sed -n 's/^set(KX_VERSION \([0-9.]*\))/\1/p' plugin/version.cmake
    git rev-parse --short HEAD 2>/dev/null | sed 's/.*/(commit &)/'
}

versions_of_tshark() {
    echo "tshark $tshark_version with $(tshark --version 2>/dev/null | tr '\n' ' ' | grep -o 'Lua [0-9.]*[0-9]')"
}

compiler() {
    "$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")" --version | head -1
}

processor() {
    sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1
}

print_targets
echo
print_comparison
echo
print_peaks
cat <<TEXT

Values are for small / coalesced / bulk unless stated; ratios of CPU times are without tshark's start. Measured on
$(date +%F) by \`scripts/bench.sh\`: Kx $(kx_version | paste -sd ' '), $(versions_of_tshark),
$(valgrind --version), $(compiler), $(processor).
TEXT
