#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: captured.sh INTERFACE CAPTURE_FILTER CAPTURE COMMAND [ARGUMENT ...]
# Captures while the command runs, and exits with its status. Needs dumpcap and the right to capture.
set -eu

case "${1-}" in
-h | --help) sed -n '3,4s/^# //p' "$0"; exit 0 ;;
esac
[ $# -ge 4 ] || { sed -n '3s/^# //p' "$0" >&2; exit 2; }

interface=$1 filter=$2 capture=$3
shift 3
rm -f "$capture"
dumpcap -q -i "$interface" -f "$filter" -w "$capture" &
dumpcap=$!
trap 'kill $dumpcap 2>/dev/null || true' EXIT

# It has begun once the file is there.
while [ ! -s "$capture" ]; do
    kill -0 $dumpcap 2>/dev/null || { echo "captured.sh: dumpcap does not capture" >&2; exit 2; }
    sleep 0.1
done

status=0
"$@" || status=$?
sleep 1 # until the last packets are written
kill $dumpcap 2>/dev/null || echo "captured.sh: dumpcap ended before the command did" >&2
wait $dumpcap || true
exit $status
