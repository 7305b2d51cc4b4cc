#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/demo.sh
# Builds (see scripts/build.sh) and takes you on a short tour of three captures with the plugin just built.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,4s/^# //p' "$0"; exit 0 ;;
esac

scripts/build.sh release

bold='' plain=''
if [ -t 1 ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

heading() {
    printf '\n%s== %s ==%s\n' "$bold" "$1" "$plain"
}

say() {
    printf '%s\n' "$@"
}

# TSHARK ARGUMENT ...: shows the command, as it is once the plugin is installed, and what it prints.
show() {
    printf '\n$ tshark'
    for argument; do
        case $argument in
        *[!A-Za-z0-9./,_=-]*) printf " '%s'" "$argument" ;;
        *) printf ' %s' "$argument" ;;
        esac
    done
    printf '\n'
    scripts/tshark.sh "$@"
}

heading '1. A key relay over four nodes'
say 'KMA-Tokyo sends three keys to KMA-Osaka, by way of Nagoya and Kyoto: three KM links,' \
    'three connections. That they have arrived comes back on a fourth.'
show -n -r test-captures/key-relay.pcap -Y kx
say '' 'As a ladder, with the nodes side by side (in Wireshark: Statistics > Flow Graph):'
show -q -r test-captures/key-relay.pcap -z flow,any,network,kx
say '' 'As one row: how many hops, how long, how it ended.'
show -q -r test-captures/key-relay.pcap -z kx,relay
say '' 'And in full, the second hop. It points to the hops before and after it, and to the answer.'
show -n -2 -r test-captures/key-relay.pcap -Y 'kx.relay.hop == 2' -O kx

heading '2. A failure'
say 'KMA-Osaka cannot be reached, and both links of the route report it. Each line: the frame, the frame with' \
    'the request that it answers, and the reason.'
show -n -r test-captures/key-relay-failure.pcap -Y kx.response.failure -T fields \
    -e frame.number -e kx.response_to -e kx.response

heading '3. Keys that anyone can read'
say 'Key material outside TLS is reported, wherever it is. Key data are in no list and no statistic.'
show -n -r test-captures/key-relay.pcap -Y kx.key.cleartext -T fields \
    -e frame.number -e ip.src -e ip.dst -e kx.keys.count -e _ws.expert.message
say '' 'Inside TLS, decrypted with secrets that are embedded in the capture, nothing is reported:'
show -n -r test-captures/live-tls13.pcapng -Y 'kx.key && !kx.key.cleartext && frame.number < 100'

heading 'The same in Wireshark'
say 'Install the plugin and its profile for yourself, and open the first capture (Debian: package wireshark):' \
    '' \
    '    cmake --build --preset release --target install-user' \
    '    wireshark -C Kx test-captures/key-relay.pcap' \
    '' \
    'Press the button "All Kx". Double-click [Next hop in] in the tree. See Statistics > Kx Key Relays, and' \
    'Analyze > Expert Information. Then open key-relay-failure.pcap and live-tls13.pcapng likewise.' \
    '' \
    'The commands above work as they stand once the plugin is installed; until then with scripts/tshark.sh in the' \
    'place of tshark. More in README.md and docs/: a cookbook of filters, statistics, TLS, sharing a capture without' \
    'its keys.'
