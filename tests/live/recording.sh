#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/live/recording.sh
# For the scripts that record what goes over real sockets: starts them again in a network of their own, makes the folder
# $work, and defines how to capture. Needs unshare, ip, dumpcap, editcap, openssl, and the right to capture: root, or
# user namespaces.
set -eu

fail() {
    echo "$0: $1" >&2
    exit 1
}

for command in unshare ip dumpcap editcap openssl; do
    command -v "$command" >/dev/null || fail "there is no $command"
done

# A network namespace has a loopback interface of its own: no foreign packets in the captures, and its settings
# may be changed.
if [ -z "${KX_LIVE_INSIDE-}" ]; then
    export KX_LIVE_INSIDE=1
    for options in '--net' '--user --map-root-user --net'; do
        # shellcheck disable=SC2086
        if unshare $options true 2>/dev/null; then
            exec unshare $options "$0" "$@"
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
