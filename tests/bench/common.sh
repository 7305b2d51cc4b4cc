# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/common.sh (with $root and $build set)
# What the benchmark's scripts share: workloads, peers, operations, and how tshark is run for each.
# shellcheck shell=bash disable=SC2154

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/none" "$work/counts"
cp -R "$build/plugins" "$work/plugins"
cp -R "$build/tests/bench/header-only" "$work/header-only"
cp "$root/tests/bench/kx-lua.lua" "$work/"
cp "$build/tests/bench/kx-count.so" "$build/tests/harness/kx-warm.so" "$work/"
chmod -R a+rX "$work"
chmod 777 "$work/home" "$work/counts"

# Wireshark loads no plugins from elsewhere for root, so root drops its privileges.
as_user=
[ "$(id -u)" -ne 0 ] || as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
export root build work as_user

# make_capture WORKLOAD SIZE [KEYS [SEGMENT_SIZE]]: leaves $work/$capture.pcap, where $capture is what was given, joined
# with "-". A scenario has its size in its outermost repetition. Bulk has 480 keys in a key relay, unless KEYS says
# otherwise.
make_capture() {
    capture=$(IFS=- && echo "$*")
    sed "s/\"repeat\": 1, \"as\": \"size\"/\"repeat\": $2, \"as\": \"size\"/
        s/\"\$repeat\": 480,/\"\$repeat\": ${3-480},/
        s/\"port\": 7100/&, \"segment_size\": ${4-1460}/" \
        "$root/test-captures/scenarios/bench/$1.json" >"$work/$capture.json"
    "$build/test-captures/generator/kx-capture" "$work/$capture.json" "$work/$capture.pcap"
    chmod a+r "$work/$capture.pcap"
}

# The peers are
#   plain     tshark without the plugin
#   data      the same, told to take what TCP carries for mere data: the dissection of TCP, which nobody can do without
#   kx        the plugin, with its JSON subtree off
#   kx+json   the plugin, with its JSON subtree on
#   floor     the plugin with nothing but the header (header-only.c)
#   lua       the Lua dissector, which does not call the JSON dissector
#   lua+json  the Lua dissector, which does

# fields_of PEER: what plain tshark has instead is in every frame, as most of a message's fields are in every message.
fields_of() {
    case $1 in
    plain | data) echo '-e frame.number -e tcp.stream -e tcp.len' ;;
    floor) echo '-e kx.message_id -e kx.command_code -e kx.length' ;;
    lua*) echo '-e kxlua.key.id -e kxlua.session_id -e kxlua.response' ;;
    *) echo '-e kx.key.id -e kx.session_id -e kx.response' ;;
    esac
}

# filter_of PEER: all match few frames.
filter_of() {
    case $1 in
    plain | data) echo 'tcp.flags.fin==1' ;;
    floor) echo 'kx.command_code==0' ;;
    lua*) echo 'kxlua.response.success==0' ;;
    *) echo 'kx.response.success==0' ;;
    esac
}

# operation_of PEER OPERATION: the arguments of tshark.
operation_of() {
    case $2 in
    fields) echo "-T fields $(fields_of "$1")" ;;
    filter) echo "-Y $(filter_of "$1")" ;;
    two-pass) echo "-2 -Y $(filter_of "$1")" ;;
    verbose) echo '-V' ;;
    json) echo '-T json' ;;
    tree) [ "$1" = plain ] && echo '-q -z conv,tcp' || echo '-q -z kx,tree' ;;
    *) echo "$2" ;;
    esac
}

# environment_of PEER: what tshark is run with, for the shell.
environment_of() {
    local plugins=$work/none
    case $1 in
    kx | kx+json) plugins=$work/plugins ;;
    floor) plugins=$work/header-only ;;
    esac
    echo "$as_user env -i PATH='$PATH' LC_ALL=C.UTF-8 TZ=UTC HOME=$work/home" \
        "XDG_CONFIG_HOME=$work/home WIRESHARK_PLUGIN_DIR=$plugins WIRESHARK_EXTCAP_DIR=$work/none"
}

# arguments_of PEER CAPTURE OPERATION: of tshark. CAPTURE is the name of one in $work.
arguments_of() {
    local options=
    case $1 in
    data) options='-d tcp.port==7100,data' ;;
    kx | floor) options='-o kx.json_subtree:FALSE' ;;
    kx+json) options='-o kx.json_subtree:TRUE' ;;
    lua) options="-X lua_script:$work/kx-lua.lua -o kxlua.json_subtree:FALSE" ;;
    lua+json) options="-X lua_script:$work/kx-lua.lua -o kxlua.json_subtree:TRUE" ;;
    esac
    echo "-n $options -r $work/$2.pcap $(operation_of "$1" "$3")"
}

# command_of PEER CAPTURE OPERATION [WRAPPER]: a line for the shell.
command_of() {
    echo "$(environment_of "$1") ${4-} tshark $(arguments_of "$1" "$2" "$3")"
}

# payload_bytes CAPTURE
payload_bytes() {
    sh -c "$(command_of kx "$1" '-T fields -e kx.length')" | tr , '\n' | awk '{ sum += $1 } END { print sum }'
}

# count_peer PEER: counts what the lines of the standard input name (CAPTURE OPERATION), all in one start of tshark (see
# tests/harness/kx-warm.c), which takes longer under valgrind than all of them. Prints for each a line: PEER CAPTURE
# OPERATION ALL OWN. These are the instructions from the first packet to the end of the capture, all and those of kx.so
# itself.
count_peer() {
    local peer=$1 out=$work/counts/$1 server capture operation
    mkdir -m 777 "$out"
    sh -c "exec $kx_tshark --serve $out/socket $(environment_of "$peer") KX_WARM_SOCKET=3 \
        LD_PRELOAD='$work/kx-count.so $work/kx-warm.so' valgrind --tool=callgrind --instr-atstart=no \
        --callgrind-out-file=$out/%p.counts tshark --version" >"$out/log" 2>&1 &
    server=$!
    until [ -S "$out/socket" ]; do sleep 0.05; done
    while read -r capture operation; do
        # shellcheck disable=SC2046
        if ! "$kx_tshark" "$out/socket" $(arguments_of "$peer" "$capture" "$operation") >/dev/null 2>&1 </dev/null; then
            cat "$out/log" >&2
            return 1
        fi
        echo "$peer $capture $operation $(awk -f "$root/tests/bench/callgrind.awk" "$out"/*.counts)"
        rm "$out"/*.counts
    done
    kill "$server"
    wait "$server" 2>/dev/null || true
}
export kx_tshark="$build/tests/harness/kx-tshark"
export -f count_peer environment_of arguments_of operation_of fields_of filter_of

# count_all: counts what the lines of the standard input name (PEER CAPTURE OPERATION), as many peers at a time as there
# are processors. Leaves the lines that count_peer prints in $work/counted.
count_all() {
    cat >"$work/to-count"
    # shellcheck disable=SC2016
    cut -d ' ' -f 1 "$work/to-count" | sort -u | xargs -P "$(nproc)" -I PEER bash -c '
        set -euo pipefail
        sed -n "s/^$1 //p" "$work/to-count" | count_peer "$1"' bash PEER >>"$work/counted"
    rm -r "$work"/counts/*
}

# counted PEER CAPTURE OPERATION [own]: a number of instructions.
counted() {
    awk -v peer="$1" -v capture="$2" -v operation="$3" -v column="${4+5}" '
        $1 == peer && $2 == capture && $3 == operation { print $(column ? column : 4) }' "$work/counted"
}

# ratio A B [DIGITS]
ratio() {
    awk -v a="$1" -v b="$2" -v digits="${3-2}" 'BEGIN { printf "%.*f\n", digits, a / b }'
}

# exponent A B: of a growth from A to B with sixteen times as much.
exponent() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", log(b / a) / log(16) }'
}
