#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/scale/test-export.sh CASE KX_CAPTURE PLUGINS
# Exports ring buffers with scripts/kx-export.sh, disturbs it, and compares what it wrote with what the scenario says was
# sent. CASE: one of the functions test_CASE below. KX_RUNS: how many runs are killed (default 12). Exits with 77 if a case
# cannot be tried here.
set -euo pipefail

if [ $# -ne 3 ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi
case=$1 kx_capture=$2 plugins=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
scenario=$root/tests/scale/ring.json

# ---- an ordinary user with the plugin, who need not see the checkout ----

work=$(mktemp -d)
trap clean_up EXIT
mkdir "$work/home"
cp -R "$root/scripts/kx-export.sh" "$plugins" "$work"
user=(env HOME="$work/home" XDG_CONFIG_HOME="$work/home" WIRESHARK_PLUGIN_DIR="$work/$(basename "$plugins")")
[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups "${user[@]}")

clean_up() {
    ! mountpoint -q "$work/small" || umount "$work/small"
    rm -rf "$work"
}

share() {
    chmod 755 "$work"
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$work"
}

fail() {
    echo "FAIL: $*" >&2
    [ ! -e "$work/said" ] || tail -n 20 "$work/said" >&2
    exit 1
}

# NAME FRAMES: a ring buffer in $work/NAME, of files with so many frames each.
provide_ring() {
    "$kx_capture" "$scenario" "$work/whole.pcap"
    mkdir "$work/$1"
    editcap -c "$2" "$work/whole.pcap" "$work/$1/$1.pcap"
    share
}

# ARGUMENT ...: its exit status goes to status.
export_captures() {
    status=0
    "${user[@]}" "$work/kx-export.sh" "$@" 2>>"$work/said" || status=$?
}

expect_status() { [ "$status" -eq "$1" ] || fail "exit status $status instead of $1"; }
expect_said() { grep -q -- "$1" "$work/said" || fail "it does not say: $1"; }

# What the scenario sends: who sends which command of which relay or session.
sent() {
    jq -r '{"key relay": 4353, "key relay completion": 4354, "key supply notification": 4355, "key supply response": 4356}
        as $codes | .nodes as $nodes | .connections as $connections | .messages[0] |
        range(.repeat) as $r | .messages[] |
        [$codes[.command], $nodes[.from // $connections[.connection].client],
        (.payload["Session ID"] // .payload["Key relay request ID"] | sub("\\$\\{r\\}"; $r | tostring))] | @tsv' "$scenario" |
        sort
}

# FOLDER: what was exported.
exported() {
    cat "$1"/*.ndjson | jq -r '[.header.command_code, .sender.address,
        .parameters["Session ID"] // .parameters["Key relay request ID"]] | @tsv' | sort
}

# FOLDER: holds each message once, and responses know their requests, which were sent 0.2 s before them.
expect_all() {
    diff <(sent) <(exported "$1") >&2 || fail 'not these messages, each once'
    [ -z "$(cat "$1"/*.ndjson | jq -r ._id | sort | uniq -d)" ] || fail 'two messages of one name'
    [ "$(cat "$1"/*.ndjson | jq -r 'select(.header.command_code == 4356) | .links.response_time == 0.2' | sort -u)" = true ] ||
        fail 'responses are not linked'
    # shellcheck disable=SC2016
    [ -z "$(find "$1/.kx-export/work" 2>/dev/null)" ] || fail 'it leaves captures in its folder'
}

# ---- cases ----

test_rings() {
    provide_ring one 20
    cp -R "$work/one" "$work/two"
    rename_ring
    echo 'no capture' >"$work/one/notes.txt"
    gzip "$work"/one/one_0000[37]_*.pcap
    cp "$work"/one/one_00003_*.gz "$work/spare.gz"
    share
    export_captures --out "$work/out" --final --jobs 2 --at-once 4 --site here "$work/one" "$work/two"
    expect_status 0
    expect_said 'notes.txt is no file of a ring buffer'
    for ring in one two; do
        mkdir "$work/got-$ring"
        cp "$work/out/$ring"_*.ndjson "$work/got-$ring"
        expect_all "$work/got-$ring"
    done
    [ "$(cat "$work"/out/*.ndjson | jq -r .site | sort -u)" = here ] || fail 'the site is not said'
}

rename_ring() {
    local file
    for file in "$work"/two/one_*; do mv "$file" "$work/two/two_${file##*/one_}"; done
}

# Frames are named by file and number in it.
test_frames() {
    local name frame time
    provide_ring kx 20
    export_captures --out "$work/out" --final "$work/kx"
    cat "$work"/out/*.ndjson | jq -r '.frame + " " + .time[17:29]' | tr '#' ' ' >"$work/frames"
    while read -r name frame time; do
        TZ=UTC tshark -n -r "$work/kx/$name.pcap" -Y "frame.number == $frame" -T fields -e frame.time 2>/dev/null |
            grep -qF "$time" || fail "$name#$frame is not of $time"
    done < <(shuf -n 15 "$work/frames")
    [ -s "$work/frames" ] || fail 'no frames'
}

# The newest is being written, and that before it waits for its context.
test_waits() {
    local all
    provide_ring kx 20
    all=$(find "$work/kx" -name '*.pcap' | wc -l)
    export_captures --out "$work/out" "$work/kx"
    expect_status 0
    expect_said 'waits until dumpcap has written further files'
    [ "$(find "$work/out" -name '*.ndjson' | wc -l)" -eq $((all - 2)) ] || fail 'it does not wait for the last two'
    export_captures --out "$work/out" --final "$work/kx"
    expect_all "$work/out"
    # Compressing what was exported makes nothing new of it.
    find "$work/out" -name '*.ndjson' -delete
    gzip "$work"/kx/*
    share
    export_captures --out "$work/out" --final "$work/kx"
    [ -z "$(find "$work/out" -name '*.ndjson')" ] || fail 'it exports again what was compressed'
}

test_overwritten() {
    provide_ring kx 20
    mkdir "$work/later"
    mv "$work"/kx/kx_0001* "$work/later"
    export_captures --out "$work/out" --final "$work/kx"
    rm "$work"/kx/* "$work"/later/kx_0001[012]_*
    mv "$work"/later/* "$work/kx"
    export_captures --out "$work/out" --final "$work/kx"
    expect_status 1
    expect_said 'LOST: files 10 to 12 of kx were overwritten before they were exported'
}

# dumpcap was started anew in the same folder. Of what it overwrote since, all was exported.
test_sessions() {
    provide_ring kx 20
    mkdir "$work/before"
    cp "$work"/kx/kx_0000[1-4]_* "$work/before"
    export_captures --out "$work/out" --final "$work/kx"
    rm "$work"/kx/kx_0000[1-7]_*
    for file in "$work"/before/*; do mv "$file" "$work/kx/$(basename "$file" | sed 's/_20[0-9]*\./_20200101000000./')"; done
    cp "$(find "$work/kx" -name 'kx_*' | sort | tail -n 1)" "$work/kx/kx_00099_20300101000000.pcap"
    share
    export_captures --out "$work/out" --final "$work/kx"
    expect_status 1
    [ "$(grep LOST "$work/said")" = "kx-export: $(printf 'LOST: files %d to 98 of kx were overwritten before they were exported' \
        "$(sent_files)")" ] || fail 'other files are said to be lost'
}

# How many files the ring buffer had.
sent_files() { find "$work/out" -name 'kx_*.ndjson' ! -name '*_2020*' ! -name '*_2030*' | wc -l; }

# The local time in the names went back: what dumpcap writes to is not the last by its name. What is not there for a while
# is not exported again.
test_clocks() {
    local active file second=0
    provide_ring kx 20
    for file in "$work"/kx/*; do touch -d "2026-01-01 00:00:$((second += 1))" "$file"; done
    active=$work/kx/kx_$(printf %05d $second)_20251231230000.pcap
    mv "$file" "$active"
    share
    export_captures --out "$work/out" "$work/kx"
    [ ! -e "$work/out/$(basename "$active" .pcap).ndjson" ] || fail 'it exports what is being written'
    export_captures --out "$work/out" --final "$work/kx"
    [ -e "$work/out/$(basename "$active" .pcap).ndjson" ] || fail 'it does not export what is complete'
    mv "$work/kx" "$work/away"
    mkdir "$work/kx"
    share
    export_captures --out "$work/out" --final "$work/kx"
    find "$work/out" -name '*.ndjson' -delete
    mv "$work"/away/* "$work/kx"
    export_captures --out "$work/out" --final "$work/kx"
    [ -z "$(find "$work/out" -name '*.ndjson')" ] || fail 'it exports again what was away'
}

# A bad file harms no other, and one that is cut short gives what it has.
test_unreadable() {
    local all
    provide_ring kx 20
    all=$(find "$work/kx" -name '*.pcap' | wc -l)
    echo 'no capture' >"$(echo "$work"/kx/kx_00005_*)"
    truncate -s -20 "$work"/kx/kx_00008_*
    share
    export_captures --out "$work/out" --final "$work/kx"
    expect_status 1
    expect_said 'kx_00005_.*cannot be read'
    [ "$(find "$work/out" -name '*.ndjson' | wc -l)" -eq $((all - 1)) ] || fail 'others are missing'
    [ "$(exported "$work/out" | uniq -d | wc -l)" -eq 0 ] || fail 'messages twice'
    [ "$(exported "$work/out" | wc -l)" -ge $(($(sent | wc -l) - 12)) ] || fail 'too few messages'
    # When it is there after all, the next start exports it.
    editcap -r "$work/whole.pcap" "$(echo "$work"/kx/kx_00005_*)" 81-100
    share
    export_captures --out "$work/out" --final "$work/kx"
    [ "$(find "$work/out" -name '*.ndjson' | wc -l)" -eq "$all" ] || fail 'it does not try again'
}

# Killed at random points: the script alone, or all that it runs.
test_killed() {
    local run process
    provide_ring kx 12
    for ((run = 0; run < ${KX_RUNS-12}; run++)); do
        setsid "${user[@]}" "$work/kx-export.sh" --out "$work/out" --final --at-once $((RANDOM % 4 + 1)) --jobs $((RANDOM % 2 + 1)) \
            "$work/kx" 2>>"$work/said" &
        process=$!
        sleep "$((RANDOM % 3)).$((RANDOM % 1000 + 1000))"
        if [ $((RANDOM % 2)) -eq 0 ]; then kill -9 $process; else kill -9 -- -$process; fi 2>/dev/null || true
        wait $process 2>/dev/null || true
        for file in "$work"/out/*.ndjson; do
            [ ! -e "$file" ] || jq -e . "$file" >/dev/null || [ ! -s "$file" ] || fail "$file is not whole"
        done
        # Now and then all anew.
        if [ "$(find "$work/out" -name '*.ndjson' 2>/dev/null | wc -l)" -gt 25 ]; then
            export_captures --out "$work/out" --final "$work/kx"
            expect_status 0
            expect_all "$work/out"
            rm -rf "$work/out"
        fi
    done
    export_captures --out "$work/out" --final "$work/kx"
    expect_status 0
    expect_all "$work/out"
}

# A file system that is too small, until somebody makes room.
test_full() {
    local stuffing
    provide_ring kx 20
    mkdir "$work/small"
    mount -t tmpfs -o size=1200k tmpfs "$work/small" 2>/dev/null || { echo 'no file system can be mounted here'; exit 77; }
    share
    for stuffing in 1190 1170 1150 1130; do
        head -c ${stuffing}k /dev/zero >"$work/small/stuffing" || true
        export_captures --out "$work/small/out" --final --at-once 3 "$work/kx"
        expect_status 75
        for file in "$work"/small/out/*.ndjson; do
            [ ! -s "$file" ] || jq -e . "$file" >/dev/null || fail "$file is not whole"
        done
    done
    expect_said 'the disk is full'
    rm "$work/small/stuffing"
    mount -o remount,size=8m "$work/small"
    export_captures --out "$work/small/out" --final --at-once 3 "$work/kx"
    expect_status 0
    expect_all "$work/small/out"
}

"test_$case"
