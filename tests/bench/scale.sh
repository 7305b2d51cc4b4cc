# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/bench/scale.sh (after common.sh)
# What kx-export costs beside tshark, side by side in one run, of key relays over a ring of eight nodes: processor time,
# memory of the largest process, bytes. The files are of one size, so that memory is to stay flat where there are more.
# shellcheck shell=bash disable=SC2154

# RELAYS: $work/ring-RELAYS.pcap, and the folder $work/ring-RELAYS with a file for each 500 of them.
make_ring() {
    jq ".messages[0].repeat = $1" "$root/tests/scale/mesh.json" >"$work/ring.json"
    "$build/test-captures/generator/kx-capture" "$work/ring.json" "$work/ring-$1.pcap"
    mkdir "$work/ring-$1"
    editcap -c 7000 "$work/ring-$1.pcap" "$work/ring-$1/ring.pcap"
    chmod -R a+rX "$work/ring-$1" "$work/ring-$1.pcap"
}

# COMMAND ...: seconds and KiB of each, of three runs, in turn; what it prints is thrown away.
costs_of() {
    local user="$as_user env HOME=$work/home XDG_CONFIG_HOME=$work/home WIRESHARK_PLUGIN_DIR=$work/plugins"
    "$build/tests/bench/kx-measure" --each 3 "${@/#/$user }"
}

# RELAYS AT_ONCE: a command that exports all anew.
export_all() {
    echo "sh -c 'rm -rf $work/home/lines; exec $work/kx-export.sh --final --at-once $2 --out $work/home/lines $work/ring-$1'"
}

bytes_of() { $as_user env HOME="$work/home" WIRESHARK_PLUGIN_DIR="$work/plugins" tshark -n -2 -r "$work/ring-500.pcap" "$@" 2>/dev/null | wc -c; }

cp "$root/scripts/kx-export.sh" "$work"
for relays in 500 4000 16000; do make_ring $relays; done
costs_of "tshark -n -2 -r $work/ring-16000.pcap" "tshark -n -q -2 -r $work/ring-16000.pcap -z kx,json" "$(export_all 16000 16)" \
    "$(export_all 16000 1)" "$(export_all 4000 16)" "tshark -n -2 -r $work/ring-4000.pcap -Y kx -T ek" >"$work/costs" 2>/dev/null
awk -F '\t' -v lines="$(bytes_of -q -z kx,json)" -v documents="$(bytes_of -Y kx -T ek)" '
    { seconds[NR] = $1; kib[NR] = $2 }
    function row(what, value, target) { printf "| %s | %s | %s |\n", what, value, target }
    END {
        print "| 96,000 messages | measured | target |\n|---|---|---|"
        row("Messages a second and core, 16 files at once", int(96000 / seconds[3]), "")
        row("the same, one file at once", int(96000 / seconds[4]), "")
        row("Processor time by that of tshark -2", sprintf("%.2f", seconds[3] / seconds[1]), "1.4")
        row("by that of tshark -2 -z kx,json", sprintf("%.2f", seconds[3] / seconds[2]), "")
        row("Messages a second and core of tshark -T ek", int(24000 / seconds[6]), "")
        row("Bytes of a line", int(lines / 3000), "")
        row("by those of tshark -T ek", sprintf("%.2f", lines / documents), "0.20")
        row("Memory, 1 file at once, MB", int(kib[4] / 1000), "")
        row("16 files at once, MB, and of a fourth as many messages", int(kib[3] / 1000) ", " int(kib[5] / 1000), "")
    }' "$work/costs"
