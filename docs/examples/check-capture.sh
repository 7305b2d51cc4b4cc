#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: check-capture.sh CAPTURE [TSHARK ARGUMENT ...]
# For the tests of a key manager: fails if what it sent holds a violation of ITU-T Q.4163, a failure, or a key outside
# TLS, and prints each frame with what is wrong. Exit status: 0 there is nothing of the kind, 1 there is, 2 it cannot be
# said: no capture, no tshark, no plugin, or no Kx in the capture.
set -eu

usage() { sed -n '3,6s/^# //p' "$0"; }
case "${1-}" in
"") usage >&2; exit 2 ;;
-h | --help) usage; exit 0 ;;
esac

violation='kx.payload.invalid || kx.payload.not_object || kx.command_code.unknown || kx.resync
    || kx.length.wrong || kx.framing.mistake
    || kx.parameter.missing || kx.parameter.wrong_type || kx.parameter.duplicate || kx.parameter.unknown
    || kx.message_id.reused || kx.key.id.reused || kx.keys.mismatch || kx.relay.inconsistent'
failure='kx.response.failure || kx.response.missing || kx.response.unsolicited'
exposed='kx.key.cleartext'

capture=$1
shift

# FILTER TSHARK-ARGUMENT ...: the frames that match. In two passes, as a missing response is known at the end only.
frames() {
    filter=$1
    shift
    tshark -n -2 -r "$capture" "$@" -Y "$filter" \
        -T fields -e frame.number -e _ws.col.Info -e _ws.expert.message || exit 2
}

messages=$(frames kx "$@")
if [ -z "$messages" ]; then
    echo "$capture: no Kx in it" >&2
    exit 2
fi

findings=$(frames "$violation || $failure || $exposed" "$@")
if [ -n "$findings" ]; then
    printf '%s\n' "$findings"
    exit 1
fi
