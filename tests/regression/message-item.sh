#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/regression/message-item.sh PLUGIN_FOLDER
# The item that stands for a message: its text where only the protocol is printed, and that it is there, with the fields
# that were captured, where the capture's limit cuts off the header. In the tree it comes after the JSON dissector's, so
# that a click on a byte selects what Kx says of it.
set -eu

case "${1-}" in
"" | -h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/../.." && pwd)
export KX_PLUGIN_DIR="$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cp "$root/test-captures/key-relay.pcap" "$work/whole"
failed=0

# expect EXPECTED CAPTURE TSHARK-ARGUMENT ...
expect() {
    expected=$1
    capture=$work/$2
    shift 2
    found=$("$root/scripts/tshark.sh" -n -r "$capture" "$@" 2>&1)
    [ "$found" = "$expected" ] || { printf 'tshark %s\nexpected:\n%s\nfound:\n%s\n' "$*" "$expected" "$found" >&2; failed=1; }
}

title='QKDN Kx interface (ITU-T Q.4163)'
id=7bb49cb0-8e99-4ea9-a26f-33fdddb32358
relay="Key relay, KMA-Tokyo → KMA-Osaka, $id"
names=$(printf "$title, %s\n" "$relay" "$relay" "$relay" "Key relay completion notification, $id")
for pass in '' -2; do
    # shellcheck disable=SC2086
    expect "$names" whole $pass -Y kx -T fields -e kx
done

# Ethernet, IP and TCP have 54 bytes; the fields of the header end 2, 6, 8 and 10 bytes behind them.
for captured in 1 2 5 6 8 9; do
    editcap -F pcap -s $((54 + captured)) "$work/whole" "$work/$captured"
    chmod 644 "$work/$captured"
    version='' id=''
    [ "$captured" -lt 2 ] || version=1
    [ "$captured" -lt 6 ] || id=1
    expect "$version|$id" "$captured" -d tcp.port==7100,kx -Y kx -c 4 -T fields -E separator='|' -e kx.version \
        -e kx.message_id
done
# CAPTURE EXPECTED: the Kx and JSON items of a frame, in the order of the tree.
expect_order() {
    cp "$root/test-captures/$1" "$work/ordered"
    found=$("$root/scripts/tshark.sh" -n -r "$work/ordered" -Y kx -c "$3" -T pdml 2>&1 |
        sed -n 's/^  <proto name="\(kx\|json\)".*/\1/p' | tr '\n' ' ')
    [ "$found" = "$2" ] || { echo "$1: expected $2, found $found" >&2; failed=1; }
}

expect_order key-relay.pcap 'json kx json kx json kx json kx ' 19
expect_order pairs-one-segment.pcap 'json kx json kx json kx json kx json kx ' 4
exit $failed
