#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/live/other-tls/record.sh [CAPTURE ...]
# Records test-captures/live-CAPTURE.pcapng anew, and what was sent (tests/live/live-CAPTURE.json), by letting two sides
# talk over TLS as its most usual libraries write it. CAPTURE: go, rustls, java, openssl, early (0-RTT), http (ALPN
# http/1.1); all of them by default. Builds them first. A side is told: client|server, its own ADDRESS:PORT and the
# other's, the folder of certificates, the name of its own certificate or -, its ALPN protocol or -, and the talks, one
# a connection, which talk.jq makes.
# Needs go, cargo, java 17, libssl-dev, jq, and what recording.sh needs.
set -euo pipefail

case "${1-}" in
-h | --help) sed -n '3,9s/^# //p' "$0"; exit 2 ;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(realpath "$here/../../..")
built=$root/build/other-tls
port=41630
tokyo=127.0.1.1
nagoya=127.0.2.1

# Before there is no network any more.
if [ -z "${KX_LIVE_INSIDE-}" ]; then
    mkdir -p "$built"
    go build -o "$built/go" "$here/go.go"
    cargo build -q --release --manifest-path "$here/rustls/Cargo.toml" --target-dir "$built/rustls"
    cp "$built/rustls/release/kx-rustls" "$built/rustls.bin"
    javac -d "$built" "$here/Java.java"
    cc -std=gnu11 -Wall -Wextra -O1 -o "$built/openssl" "$here/openssl.c" -lssl -lcrypto
fi
# shellcheck source=tests/live/recording.sh
. "$here/../recording.sh"

# LIBRARY ARGUMENT ...
side() {
    case "$1" in
    java) timeout 60 java -cp "$built" Java "${@:2}" ;;
    rustls) timeout 60 "$built/rustls.bin" "${@:2}" ;;
    *) timeout 60 "$built/$1" "${@:2}" ;;
    esac
}

# CLIENT SERVER CERTIFICATE ALPN PORT VERBS ...: connections from PORT on, and from the ports that follow; VERBS are what
# happens in each: words of talk.jq, with commas.
talk() {
    local client=$1 server=$2 certificate=$3 alpn=$4 number=$5 verbs talks=()
    for verbs in "${@:6}"; do
        jq -nc --arg verbs "$verbs" --arg client $tokyo --arg server $nagoya --argjson port $port \
            --argjson client_port "$number" '$ARGS.named | .verbs |= split(",")' |
            jq -f "$here/talk.jq" >"$work/$number.json"
        jq -r '.talk[]' "$work/$number.json" >"$work/$number.talk"
        talks+=("$work/$number.talk")
        number=$((number + 1))
    done
    : >"$work/ready"
    side "$server" server $nagoya:$port $tokyo:0 "$work" nagoya "$alpn" "${talks[@]}" >>"$work/ready" &
    server_pid=$!
    until grep -q ready "$work/ready"; do
        kill -0 "$server_pid" || fail "$server: no server"
        sleep 0.1
    done
    side "$client" client "$tokyo:$5" "$nagoya:$port" "$work" "$certificate" "$alpn" "${talks[@]}"
    wait "$server_pid"
    sleep 0.2
}

go_talks() {
    talk go go tokyo kx/1 41001 '' ''     # the second one resumes the first
    talk go openssl - - 41011 drop        # asked for a certificate, shows none
}

rustls_talks() {
    talk rustls go tokyo kx/1 41101 update
    talk go rustls tokyo - 41111 server-update ''
    talk rustls rustls - kx/1 41121 drop
}

java_talks() {
    talk java go tokyo kx/1 41201 '' ''
    talk go java - - 41211 ''
    talk openssl java tokyo kx/1 41221 update drop
}

openssl_talks() {
    talk openssl openssl tokyo kx/1 41301 update ''
    talk openssl rustls - - 41311 server-update,drop
    talk rustls openssl tokyo kx/1 41321 drop ''
}

# What the server refused is sent again.
early_talks() {
    talk openssl openssl tokyo kx/1 41401 '' early
}

http_talks() {
    talk go go tokyo http/1.1 41501 ''
    talk openssl java tokyo http/1.1 41511 '' ''
    talk rustls openssl - http/1.1 41521 drop
}

"$here/../certificates.sh" "$work"
[ $# -gt 0 ] || set -- go rustls java openssl early http
for capture in "$@"; do
    rm -f "$work"/*.talk "$work"/4????.json "$work/keys"
    export SSLKEYLOGFILE=$work/keys
    start_capture "$work/raw"
    "${capture}_talks"
    stop_capture
    # By way of pcap, which has no room for a description of the machine that recorded it.
    editcap -F nsecpcap "$work/raw" "$work/pcap"
    editcap -F pcapng --inject-secrets "tls,$work/keys" "$work/pcap" "$work/pcapng"
    cp "$work/pcapng" "$root/test-captures/live-$capture.pcapng"
    jq -s --indent 1 '{transport: "tls13", connections: map(.connection)}' "$work"/4????.json \
        >"$root/tests/live/live-$capture.json"
    ls -l "$root/test-captures/live-$capture.pcapng"
done
