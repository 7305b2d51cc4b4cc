#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/ship/test-ship.sh CASE KX_ENDPOINT KX_CAPTURE PLUGINS
# Ships captures with scripts/ship.sh to an endpoint that fails as it is told to, and looks at what it got.
# CASE: one of the functions test_CASE below. KX_TEST_PRELOAD: as for scripts/tshark.sh.
set -euo pipefail

if [ $# -ne 4 ]; then
    sed -n '3,5s/^# //p' "$0" >&2
    exit 2
fi
case=$1 kx_endpoint=$2 kx_capture=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
captures=$root/test-captures
here=$root/tests/ship

# ---- an ordinary user with the plugin, who need not see the checkout ----

work=$(mktemp -d)
trap clean_up EXIT
mkdir "$work/bin" "$work/home" "$work/captures"
cp -R "$root/scripts" "$4" "$work"

# tshark, before which a test may do something of its own.
cat >"$work/bin/tshark" <<SCRIPT
#!/bin/sh
[ ! -x "$work/before-tshark" ] || "$work/before-tshark" "\$@"
exec "$work/warm/tshark" "\$@"
SCRIPT
chmod 755 "$work/bin/tshark"
variables=(HOME="$work/home" XDG_CONFIG_HOME="$work/home" WIRESHARK_PLUGIN_DIR="$work/$(basename "$4")")
user=(env "${variables[@]}" XDG_STATE_HOME="$work/home" PATH="$work/bin:$PATH")
[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups "${user[@]}")
. "$root/tests/harness/warm.sh"
chmod 755 "$work"
make_tshark "$work/warm" "${variables[@]}"

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

# NAME ...: puts captures of the project where the user can read them.
provide() {
    local name
    for name; do cp "$captures/$name" "$work/captures"; done
    share
}

# FRAMES: a ring buffer of files with so many frames each, in $work/ring.
provide_ring() {
    "$kx_capture" "$here/ring.json" "$work/captures/whole.pcap"
    mkdir "$work/ring"
    editcap -c "$1" "$work/captures/whole.pcap" "$work/ring/kx.pcap"
    share
}

share() {
    chmod -R a+rX "$work"
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$work"
}

endpoint_process=
watcher=

clean_up() {
    [ -z "$watcher" ] || kill -- -"$(cat "$work/victim")" || true
    stop_endpoint
    end_tshark
    rm -rf "$work"
}

# FAULT ...: a new endpoint, with nothing in it.
start_endpoint() {
    stop_endpoint
    rm -rf "$work/endpoint"
    mkdir "$work/endpoint"
    ln -s ../victim "$work/endpoint/victim"
    restart_endpoint "$@"
}

# FAULT ...: another endpoint with what the last one has.
restart_endpoint() {
    stop_endpoint
    rm -f "$work/endpoint/port"
    "$kx_endpoint" "$work/endpoint" "$@" &
    endpoint_process=$!
    await test -s "$work/endpoint/port"
}

stop_endpoint() {
    [ -z "$endpoint_process" ] || { kill "$endpoint_process"; wait "$endpoint_process" || true; }
    endpoint_process=
}

# ARGUMENT ...: ships in a process group of its own, which the endpoint can kill. Its exit status goes to status.
ship() {
    local port process
    port=$(cat "$work/endpoint/port" 2>/dev/null || echo 9)
    set -m
    # shellcheck disable=SC2016
    "${user[@]}" sh -c 'echo $$ >"$0/victim"; exec "$0/scripts/ship.sh" --backoff 0.01 "$@"' "$work" \
        --url "http://127.0.0.1:$port" --index kx "$@" 2>"$work/messages" &
    process=$!
    set +m
    status=0
    wait $process 2>/dev/null || status=$?
}

expect_status() {
    [ "$status" -eq "$1" ] || { cat "$work/messages" >&2; fail "exit status $status instead of $1"; }
}

expect_message() {
    grep -q "$1" "$work/messages" || { cat "$work/messages" >&2; fail "no message: $1"; }
}

# Nothing that the endpoint was sent is out of order.
expect_no_violation() {
    [ ! -e "$work/endpoint/violations" ] || { head "$work/endpoint/violations" >&2; fail 'violations'; }
}

tshark() { "${user[@]}" tshark "$@" 2>/dev/null; }

# FILE ...: the identifiers that its messages have to get.
identifiers() {
    local file
    for file; do
        tshark -n -2 -r "$file" -Y kx -T fields -e frame.number -e kx.version |
            awk -v id="$(sha256sum <"$file" | cut -c 1-16)" '{
                for (i = 0; i < split($2, versions, ","); i++) print id "-" $1 "-" i }'
    done | sort
}

# FILE ...: the endpoint has each of their messages; those that it got twice have not changed.
expect_messages() {
    local got=$work/got
    sort -u "$work/endpoint/accepted" | cut -f 1 >"$got"
    diff <(identifiers "$@") "$got" >&2 || fail 'not these messages, each once'
    [ -s "$got" ] || fail 'no messages'
    expect_no_violation
}

# COUNT: how many documents were sent a second time.
expect_repeated() {
    [ "$(cut -f 1 "$work/endpoint/accepted" | sort | uniq -d | wc -l)" -eq "$1" ] || fail "not $1 repeated"
}

# COMMAND ...: waits until it succeeds.
await() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if "$@"; then return; fi
        sleep 0.1
    done
    fail "never: $*"
}

# NAME: whether a file with this in its name was sent in whole.
is_sent() {
    awk -F "\t" -v name="$1" '$1 ~ name && $3 == $4 { sent = 1 } END { exit !sent }' \
        "$work/home/kx-ship/kx/positions" 2>/dev/null
}

# FRAMES: of each document, what it says of its frame and others, by their numbers in the whole capture; and whether its
# identifier names the same frame.
links() {
    jq -R -c --argjson frames "$1" '
        def whole: if . then capture("(_(?<file>[0-9]{5})_[0-9]+)?\\.pcap#(?<frame>[0-9]+)$")
            | (.file // "0" | tonumber) * $frames + (.frame | tonumber) else null end;
        split("\t") | (.[0] | split("-")[1]) as $frame | .[1] | fromjson | .layers.kx as $kx
        | [.packet, $kx.kx_kx_response_in, $kx.kx_kx_response_to, $kx.kx_kx_relay_next_hop_in,
            $kx.kx_kx_relay_previous_hop_in | whole] + [.command, $kx.kx_kx_message_id, $kx.kx_kx_relay_hop, .expert,
            ($frame, .layers.frame.frame_frame_number) == (.packet | split("#")[1])]' \
        "$work/endpoint/accepted" | sort
}

# ---- the cases ----

test_arrives() {
    local files=("$work"/captures/{key-relay.pcap,pairs-one-segment.pcap,tcp-ipv6.pcap,live-tls13.pcapng})
    provide "${files[@]##*/}"
    start_endpoint
    ship "${files[@]}"
    expect_status 0
    expect_messages "${files[@]}"
    expect_repeated 0

    ship "${files[@]}"
    expect_status 0
    expect_repeated 0

    start_endpoint
    ship --state "$work/home/other" "$work/captures/key-relay.pcap" -- -o kx.success_words:fine
    expect_status 0
    grep -q '"kx_kx_response_success":false' "$work/endpoint/accepted" || fail 'options for tshark did not get there'
}

# Each finding that tshark has, also where a message has several.
test_findings() {
    local file=$work/captures/key-id-reused.pcap name count
    provide "${file##*/}"
    start_endpoint
    ship "$file"
    expect_messages "$file"
    for name in kx.key.cleartext kx.response.missing kx.key.id.reused; do
        count=$(tshark -n -2 -r "$file" -Y $name | wc -l)
        [ "$count" -gt 0 ] || fail "no $name to look for"
        [ "$(grep -c "\"$name\"" "$work/endpoint/accepted")" -eq "$count" ] || fail "not $count times $name"
    done
    grep -q 'relayed before: 1; the first is number 1, in frame key-id-reused.pcap#4"' "$work/endpoint/accepted" ||
        fail 'a finding does not name the frame as documents do'
}

test_back-pressure() {
    provide sessions-interleaved.pcap
    start_endpoint largest=20000 2:429,1 3:503 4:429 5:503,1
    ship --batch 30k "$work/captures/sessions-interleaved.pcap"
    expect_status 0
    expect_message '429.*trying again in 1\.'
    expect_messages "$work/captures/sessions-interleaved.pcap"
    expect_repeated 0
}

test_failing() {
    local file=$work/captures/sessions-interleaved.pcap expected
    provide sessions-interleaved.pcap
    expected=$(identifiers "$file")
    ship --attempts 2 "$file"
    expect_status 75

    start_endpoint 2:cut 3:500 4:garbage 5:empty 6:item,3,429 7:item,2,503 9:lost {10..15}:500
    ship --attempts 6 --batch 10k "$file"
    expect_status 75
    expect_message '500: giving up'
    awk -F '\t' '{ exit !($3 > 0 && $3 < $4) }' "$work/home/kx-ship/kx/positions" || fail 'no position in the middle'

    # What was read once is sent even if the capture is gone.
    rm "$file"
    restart_endpoint
    ship --batch 10k "$work/captures"
    expect_status 0
    diff <(echo "$expected") <(sort -u "$work/endpoint/accepted" | cut -f 1) >&2 || fail 'not all, or changed'
    expect_no_violation
}

test_killed() {
    local file=$work/captures/sessions-interleaved.pcap fault
    provide sessions-interleaved.pcap
    mkdir -p "$work/home/kx-ship/kx/spool.new"
    printf '{"index":{"_index":"kx","_id":"left-over"}}\t{"packet":"left-over#1"}\n' \
        >"$work/home/kx-ship/kx/spool.new/batch.000099"
    share
    cat >"$work/before-tshark" <<SCRIPT
#!/bin/sh
case "\$*" in *-r*) rm "$work/before-tshark"; kill -KILL -"\$(cat "$work/victim")" ;; esac
SCRIPT
    chmod 755 "$work/before-tshark"
    start_endpoint
    ship "$file"
    expect_status 137
    for fault in 2:kill 2:kill-late 1:kill-late; do
        restart_endpoint $fault
        ship --batch 10k "$file"
        expect_status 137
    done
    restart_endpoint
    ship "$file"
    expect_status 0
    expect_messages "$file"
}

test_refused() {
    local file=$work/captures/sessions-interleaved.pcap refused=$work/home/kx-ship/kx/refused.ndjson
    provide sessions-interleaved.pcap
    start_endpoint 1:item,4,400
    ship "$file"
    expect_status 1
    expect_message REFUSED
    diff <(identifiers "$file") \
        <({ cut -f 1 "$work/endpoint/accepted"; sed -n 'p;n' "$refused" | jq -r .index._id; } | sort) >&2 ||
        fail 'refused and accepted are not all'

    # They are ready to be sent as they are.
    curl --silent --fail --output "$work/answer" -H 'Content-Type: application/x-ndjson' --data-binary "@$refused" \
        "http://127.0.0.1:$(cat "$work/endpoint/port")/_bulk"
    expect_messages "$file"
}

test_keys() {
    local files=("$work"/captures/{key-relay.pcap,variants-key-data.pcap,deviations-types.pcap,live-tls13.pcapng})
    provide "${files[@]##*/}"
    "$kx_capture" "$here/keys-everywhere.json" "$work/captures/everywhere.pcap"
    share
    files+=("$work/captures/everywhere.pcap")
    start_endpoint
    ship "${files[@]}"
    expect_status 0
    expect_no_violation

    ! grep -a SECRET "$work/endpoint/received" || fail 'key data were sent'
    for file in "${files[@]}"; do
        tshark -r "$file" -Y kx.key.data -T fields -E aggregator='|' -e kx.key.data
    done | tr '|' '\n' | awk 'length >= 8' | sort -u >"$work/keys"
    [ "$(wc -l <"$work/keys")" -gt 40 ] || fail 'too few keys to look for'
    ! grep -a -o -F -f "$work/keys" "$work/endpoint/received" || fail 'key data were sent'
    ! grep -a -E '([0-9a-f]{2}:){8}|key_data|parameter_value|payload":' "$work/endpoint/received" || fail 'raw bytes'

    start_endpoint
    ship --state "$work/home/other" --key-data "${files[0]}"
    expect_status 0
    grep -q key_data "$work/endpoint/received" || fail 'key data were not sent though they should be'
}

test_mapping() {
    local field
    provide key-relay.pcap
    start_endpoint
    ship "$work/captures/key-relay.pcap"
    expect_status 0
    expect_no_violation
    tshark -G elastic-mapping --elastic-mapping-filter kx | jq -e .mappings >/dev/null ||
        fail "tshark's mapping is no JSON"
    tshark -G fields |
        awk -F '\t' '$5 == "kx" && $4 != "FT_NONE" && $3 !~ /^kx\.(key\.data|parameter\.)/ { print $3 }' |
        while read -r field; do
            jq -e --arg name "kx_${field//./_}" '.mappings.properties.layers.properties.kx.properties[$name].type' \
                "$work/endpoint/mapping.json" >/dev/null || fail "$field is not mapped"
        done
}

test_ring() {
    provide_ring 100
    start_endpoint
    ship "$work/captures/whole.pcap"
    expect_status 0
    links 100 >"$work/whole"

    start_endpoint
    ship "$work/ring"
    expect_status 0
    ! grep -q '"capture":"kx_0000[23]_' "$work/endpoint/accepted" ||
        fail 'the newest file, or the one before without its context'
    ship --final "$work/ring"
    expect_status 0
    expect_repeated 0
    links 100 >"$work/pieces"
    diff "$work/whole" "$work/pieces" >&2 || fail 'messages or links differ from those of the whole capture'

    start_endpoint
    ship --state "$work/home/other" --context 0 --final "$work/ring"
    expect_status 0
    links 100 >"$work/pieces"
    ! cmp -s "$work/whole" "$work/pieces" || fail 'the context makes no difference: this test shows nothing'
}

# Without the files around it, a file is sent nonetheless.
test_alone() {
    provide_ring 100
    printf '#!/bin/sh\nexit 1\n' >"$work/bin/mergecap"
    chmod 755 "$work/bin/mergecap"
    start_endpoint
    ship --final "$work/ring" "$work/no-such-file"
    expect_status 1
    expect_message 'there is no .*no-such-file'
    expect_messages "$work"/ring/*
}

# Files that come while it watches are sent, and the newest is not.
test_watch() {
    local name
    provide_ring 100
    mkdir "$work/later"
    mv "$work"/ring/kx_0000[23]_* "$work/later"
    share
    start_endpoint
    ship --context 0 --watch 0.1 "$work/ring" &
    watcher=$!
    for name in 0 1 2; do
        await is_sent "_0000${name}_"
        mv "$work"/later/kx_0000$((name + 2))_* "$work/ring" 2>/dev/null || true
    done
    kill -- -"$(cat "$work/victim")"
    wait "$watcher"
    watcher=
    ! grep -q _00003_ "$work/home/kx-ship/kx/positions" || fail 'the newest file was touched'
    expect_no_violation
    expect_repeated 0
}

test_overwritten() {
    provide_ring 60
    mkdir "$work/later"
    mv "$work"/ring/kx_0000[3-6]_* "$work/later"
    start_endpoint
    ship --context 0 "$work/ring"
    expect_status 0

    # While nothing is sent, the ring goes on.
    mv "$work"/later/kx_0000[56]_* "$work/ring"
    rm "$work"/ring/kx_0000[012]_*
    ship --context 0 "$work/ring"
    expect_status 1
    expect_message 'LOST: files 2 to 4 before .*/kx_00005_'
    ship --context 0 "$work/ring"
    expect_status 0

    # While a file is read, another takes its place.
    cp "$work"/later/kx_00003_* "$work/captures/file.pcap"
    printf '#!/bin/sh\ncase "$*" in *file.pcap*) cat "%s" >>"%s" ;; esac\n' "$work/captures/whole.pcap" \
        "$work/captures/file.pcap" >"$work/before-tshark"
    share
    chmod 755 "$work/before-tshark"
    ship "$work/captures/file.pcap"
    expect_status 1
    expect_message 'LOST: .*/file.pcap was overwritten'
}

test_cut-short() {
    provide key-relay.pcap
    truncate --size=-20 "$work/captures/key-relay.pcap"
    echo 'no capture' >"$work/captures/text.pcap"
    share
    start_endpoint
    ship "$work"/captures/{text,key-relay}.pcap
    expect_status 1
    expect_message 'text.pcap is not sent'
    expect_message 'key-relay.pcap was cut short'
    expect_messages "$work/captures/key-relay.pcap"
}

"test_$case"
