# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/values.sh (after common.sh)
# That the benchmark's peers read the same out of a capture.
# shellcheck shell=bash disable=SC2154

header_fields='message_id command_code length'
all_fields="$header_fields source_kma_id destination_kma_id transit_kma_id keys.count key.id key.data key.size
    key_relay_request_id session_id number_of_keys size_of_key response response.success response_to parameter.value"

# values PEER CAPTURE PASSES PREFIX FIELD ...: a line for each frame.
values() {
    local peer=$1 capture=$2 passes=$3 prefix=$4
    shift 4
    sh -c "$(command_of "$peer" "$capture" \
        "$passes -Y frame -T fields -e frame.number $(printf -- "-e $prefix.%s " "$@")")"
}

# check_same CAPTURE A B: two files.
check_same() {
    if [ ! -s "$2" ] || ! cmp "$2" "$3"; then
        echo "The peers read different values out of $1." >&2
        return 1
    fi
}

# check_values CAPTURE: in one pass and in two.
check_values() {
    local passes
    for passes in '' -2; do
        # shellcheck disable=SC2086
        {
            values kx "$1" "$passes" kx $all_fields >"$work/values-kx"
            values lua "$1" "$passes" kxlua $all_fields >"$work/values-lua"
            values kx "$1" "$passes" kx $header_fields >"$work/values-header"
            values floor "$1" "$passes" kx $header_fields >"$work/values-floor"
        }
        check_same "$1" "$work/values-kx" "$work/values-lua"
        check_same "$1" "$work/values-header" "$work/values-floor"
    done
}
