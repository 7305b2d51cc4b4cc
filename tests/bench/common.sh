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
[ ! -e "$build/tests/bench/kx-count.so" ] || cp "$build/tests/bench/kx-count.so" "$work/"
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

# command_of PEER CAPTURE OPERATION [WRAPPER]: a line for the shell. CAPTURE is the name of one in $work.
command_of() {
    local plugins=$work/none options=
    case $1 in
    data) options='-d tcp.port==7100,data' ;;
    kx) plugins=$work/plugins options='-o kx.json_subtree:FALSE' ;;
    kx+json) plugins=$work/plugins options='-o kx.json_subtree:TRUE' ;;
    floor) plugins=$work/header-only options='-o kx.json_subtree:FALSE' ;;
    lua) options="-X lua_script:$work/kx-lua.lua -o kxlua.json_subtree:FALSE" ;;
    lua+json) options="-X lua_script:$work/kx-lua.lua -o kxlua.json_subtree:TRUE" ;;
    esac
    echo "$as_user env -i PATH='$PATH' LC_ALL=C.UTF-8 TZ=UTC HOME=$work/home" \
        "XDG_CONFIG_HOME=$work/home WIRESHARK_PLUGIN_DIR=$plugins WIRESHARK_EXTCAP_DIR=$work/none" \
        "${4-} tshark -n $options -r $work/$2.pcap $(operation_of "$1" "$3")"
}

# payload_bytes CAPTURE
payload_bytes() {
    sh -c "$(command_of kx "$1" '-T fields -e kx.length')" | tr , '\n' | awk '{ sum += $1 } END { print sum }'
}

# count PEER CAPTURE OPERATION: prints a line: PEER CAPTURE OPERATION ALL OWN. These are the instructions from the first
# packet to the end of the capture, all and those of kx.so itself.
count() {
    local out=$work/counts/$1-$2-$3
    local valgrind="LD_PRELOAD=$work/kx-count.so valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file=$out"
    if ! sh -c "$(command_of "$1" "$2" "$3" "$valgrind")" >/dev/null 2>"$out.log"; then
        cat "$out.log" >&2
        return 1
    fi
    echo "$1 $2 $3 $(awk -f "$root/tests/bench/callgrind.awk" "$out")"
    rm "$out"
}
export -f count command_of operation_of fields_of filter_of

# count_all: counts what the lines of the standard input name (PEER CAPTURE OPERATION), as many at a time as there are
# processors. Leaves the lines that count prints in $work/counted.
count_all() {
    xargs -P "$(nproc)" -L 1 bash -c 'set -euo pipefail; count "$@"' count >>"$work/counted"
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
