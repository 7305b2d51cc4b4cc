#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/live/record.sh
# Records test-captures/live-*.pcapng anew, and beside this script what was sent (live-*.json), by letting
# key managers talk over real sockets while dumpcap listens. Builds them first.
# Needs cmake, GnuTLS, and what recording.sh needs.
set -eu

case "${1-}" in
?*) sed -n '3,6s/^# //p' "$0"; exit 2 ;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
captures=$here/../../test-captures
port=41630

# shellcheck source=tests/live/recording.sh
. "$here/recording.sh"

# NAME PEER_ARGUMENT...
record() {
    name=$1
    shift
    start_capture "$work/$name.raw"
    rm -f "$work/$name.keys"
    SSLKEYLOGFILE=$work/$name.keys "$work/build/kx-peer" --port "$port" --certificates "$work" \
        --ledger "$work/$name.json" "$@"
    stop_capture
    # By way of pcap, which has no room for a description of the machine that recorded it.
    editcap -F nsecpcap "$work/$name.raw" "$work/$name.pcap"
}

# NAME EDITCAP_ARGUMENT...
keep() {
    name=$1
    shift
    editcap -F pcapng "$@" "$work/$name.pcapng"
    cp "$work/$name.pcapng" "$captures/$name.pcapng"
    [ ! -e "$work/$name.json" ] || cp "$work/$name.json" "$here/$name.json"
    ls -l "$captures/$name.pcapng"
}

build() {
    cmake -S "$here" -B "$work/build" && cmake --build "$work/build" --target kx-peer
}

build >"$work/build.log" 2>&1 || {
    cat "$work/build.log" >&2
    fail "cannot build kx-peer"
}
"$here/certificates.sh" "$work"

record live-tcp --transport tcp --big-relay-keys 245
record live-tls12 --transport tls12
record live-tls13 --transport tls13 --big-relay-keys 80
record live-tls13-server-only --transport tls13 --server-only
record live-tls13-greeting --transport tls13 --server-only --greeting 'This key manager speaks Kx.'
record live-tls13-alpn --transport tls13 --server-only --alpn http/1.1

keep live-tcp "$work/live-tcp.pcap"
for name in live-tls12 live-tls13 live-tls13-server-only live-tls13-greeting live-tls13-alpn; do
    keep "$name" --inject-secrets "tls,$work/$name.keys" "$work/$name.pcap"
done
keep live-tls13-no-secrets "$work/live-tls13.pcap"
