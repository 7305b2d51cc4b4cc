#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/processors/dissect.sh FOLDER [SHARKD]
# Prints, one item a line, what Wireshark shows of the captures in FOLDER: columns and colours, every item of every
# frame, and the plugin's statistics. One sharkd reads them all, since it takes an emulated one long to start. SHARKD:
# the command that runs it, for one that does so on another processor.
set -euo pipefail

case "${1-}" in
"" | -h | --help) sed -n '3,6s/^# //p' "$0"; exit 2 ;;
esac
folder=$1
shift
[ $# -gt 0 ] || set -- sharkd

# FRAMES FILE
requests() {
    jq -nc --argjson frames "$1" --arg file "$2" '
        def request(method; params): {jsonrpc: "2.0", id: 1, method: method, params: params};
        request("load"; {file: $file}),
        request("frames"; {}),
        (range(1; $frames + 1) | request("frame"; {frame: ., proto: true})),
        request("tap"; {tap0: "stat:kx", tap1: "srt:kx", tap2: "conv:Kx", tap3: "endpt:Kx", tap4: "nstat:kx,relay"})'
}

# A subtree's number ("e") depends on what else Wireshark has loaded.
capinfos -TMrc "$folder"/*.pcap* | while IFS=$'\t' read -r file frames; do
    requests "$frames" "$file"
done | "$@" - 2>"$folder/messages" | sed 's/"e":[0-9]*,//g; s/{"l":/\n&/g; s/{"c":/\n&/g'
if grep -E 'ERROR|CRITICAL|assert' "$folder/messages" >&2; then exit 1; fi
