#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/live/record.sh
# Records test-captures/live-*.pcapng anew, and beside this script what was sent (live-*.json), by letting
# key managers talk over real sockets while dumpcap listens. Builds them first.
# Needs unshare, ip, dumpcap, editcap, openssl, cmake, GnuTLS, and the right to capture: root, or user namespaces.
set -eu

case "${1-}" in
?*) sed -n '3,6s/^# //p' "$0"; exit 2 ;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
captures=$here/../../test-captures
port=41630

fail() {
    echo "record.sh: $1" >&2
    exit 1
}

for command in unshare ip dumpcap editcap openssl cmake; do
    command -v "$command" >/dev/null || fail "there is no $command"
done

# A network namespace has a loopback interface of its own: no foreign packets in the captures, and its settings
# may be changed.
if [ -z "${KX_LIVE_INSIDE-}" ]; then
    export KX_LIVE_INSIDE=1
    for options in '--net' '--user --map-root-user --net'; do
        # shellcheck disable=SC2086
        if unshare $options true 2>/dev/null; then
            exec unshare $options "$0"
        fi
    done
    fail "no right to capture: this needs root, or user namespaces for ordinary users (see unshare(1))"
fi

# Loopback would carry up to 64 KB in one packet. An Ethernet carries 1500 bytes; so shall this one, without
# leaving the segmentation to a network card that is not there.
ip link set dev lo mtu 1500 gso_max_segs 1 up || fail "no right to set up the loopback interface"

work=$(mktemp -d)
dumpcap_pid=
clean_up() {
    [ -z "$dumpcap_pid" ] || kill "$dumpcap_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

start_capture() {
    : >"$work/dumpcap.log" # not to take the previous one's message for this one's
    dumpcap -q -i lo -f "tcp port $port" -w "$1" 2>"$work/dumpcap.log" &
    dumpcap_pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        ! grep -q '^File:' "$work/dumpcap.log" || return 0
        kill -0 "$dumpcap_pid" 2>/dev/null || break
        sleep 0.5
    done
    cat "$work/dumpcap.log" >&2
    fail "no right to capture, or dumpcap failed for the reason above"
}

# dumpcap gets the packets some time after they were sent.
stop_capture() {
    sleep 2
    kill -INT "$dumpcap_pid"
    wait "$dumpcap_pid" || {
        cat "$work/dumpcap.log" >&2
        fail "dumpcap failed"
    }
    dumpcap_pid=
}

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

keep live-tcp "$work/live-tcp.pcap"
for name in live-tls12 live-tls13 live-tls13-server-only live-tls13-greeting; do
    keep "$name" --inject-secrets "tls,$work/$name.keys" "$work/$name.pcap"
done
keep live-tls13-no-secrets "$work/live-tls13.pcap"
