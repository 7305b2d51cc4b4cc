#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/ship/test-split.sh PLUGINS KX_CAPTURE
# Splits captures with scripts/split.sh: no packet is lost, every TCP connection is in one part, what is said on one
# connection is linked as before.
set -euo pipefail

if [ $# -ne 2 ]; then
    sed -n '3,5s/^# //p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cp -R "$1" "$work/plugins"
chmod -R a+rX "$work"
mkdir -m 777 "$work/home"
. "$here/../harness/warm.sh"
trap 'end_tshark; rm -rf "$work"' EXIT
make_tshark "$work/bin" HOME="$work/home" XDG_CONFIG_HOME="$work/home" WIRESHARK_PLUGIN_DIR="$work/plugins"
PATH=$work/bin:$PATH
cd "$work"

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

frames() { capinfos -T -M -r -c "$@" | awk '{ sum += $2 } END { print sum }'; }

# FILE: its connections, by addresses and ports whatever the direction.
connections() {
    tshark -n -r "$1" -Y tcp -T fields -e ip.src -e ipv6.src -e tcp.srcport -e ip.dst -e ipv6.dst -e tcp.dstport |
        awk -F '\t' '{ a = $1 $2 " " $3; b = $4 $5 " " $6; print a < b ? a " " b : b " " a }' | sort -u
}

# FILTER FILE ...: how many frames match it.
count() {
    local filter=$1 file
    shift
    for file; do tshark -n -2 -r "$file" -Y "$filter"; done | wc -l
}

# CAPTURE [--connections]
check() {
    local capture=$1 filter file
    rm -rf parts
    "$here/../../scripts/split.sh" "${@:2}" "$capture" 2 parts
    chmod -R a+rX parts
    [ "$(frames parts/*.pcap)" -eq "$(frames "$capture")" ] || fail "$*: packets are lost"
    for file in parts/*.pcap; do
        [ "$(frames "$file")" -gt 0 ] || fail "$*: a part is empty"
        connections "$file"
    done | sort >found
    diff found <(connections "$capture") >&2 || fail "$*: a connection is in two parts"
    for filter in kx 'kx.command_code == 0x1104 && kx.response_to' kx.resync; do
        [ "$(count "$filter" parts/*.pcap)" -eq "$(count "$filter" "$capture")" ] || fail "$*: not as many: $filter"
    done
}

# FROM TO: a packet of TCP between hosts of 192.0.2.0/24, behind a VLAN tag, in hexadecimal.
tagged() {
    printf '0000 02 00 00 00 00 01 02 00 00 00 00 02 81 00 00 05 08 00 45 00 00 28 00 00 40 00 40 06 00 00'
    printf ' c0 00 02 %02x c0 00 02 %02x 1b bc 1b bc 00 00 00 00 00 00 00 00 50 10 00 00 00 00 00 00\n' "$1" "$2"
}

# Sixteen connections in a VLAN, and two packets that are not IP.
write_others() {
    local host
    for host in {1..16}; do
        tagged "$host" 100
        tagged 100 "$host"
    done
    echo '0000 ff ff ff ff ff ff 02 00 00 00 00 01 08 06 00 01'
    echo '0000 ff ff ff ff ff ff 02 00 00 00 00 01 81 00 00 05 08 06 00 01'
}

write_others | text2pcap -q -F pcap - others.pcap 2>/dev/null
"$2" "$here/mesh.json" mesh.pcap
"$2" "$here/ring.json" ring.pcap
chmod a+r -- *.pcap
check others.pcap
check others.pcap --connections
check ring.pcap --connections
check mesh.pcap --connections
check mesh.pcap
[ "$(count kx.relay.previous_hop_in parts/*.pcap)" -lt "$(count kx.relay.previous_hop_in mesh.pcap)" ] ||
    fail 'no link was lost: this test shows nothing'

"$here/../../scripts/split.sh" mesh.pcap 2 parts -- -Y kx -T fields -e kx.message_id
[ "$(cat parts/*.out | wc -l)" -eq "$(count kx mesh.pcap)" ] || fail 'tshark did not read all parts'
! "$here/../../scripts/split.sh" mesh.pcap 2 parts -- -Y 'no filter' 2>errors || fail 'tshark failed, split.sh did not'
grep -q 'no filter' errors || fail 'no message'
! "$here/../../scripts/split.sh" none.pcap 2 parts 2>errors || fail 'there is no such capture'
