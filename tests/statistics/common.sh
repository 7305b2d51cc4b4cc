# SPDX-License-Identifier: GPL-2.0-or-later
# usage: . tests/statistics/common.sh; use_copies CAPTURE ...
# A folder $work for the time of the test, and what its end says.
# shellcheck shell=sh disable=SC2034
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
failures=0

fail() {
    echo "FAIL: $1" >&2
    failures=$((failures + 1))
}

# CAPTURE ...: copies them to $work/captures, since tshark may not be allowed to look into the checkout.
use_copies() {
    mkdir "$work/captures"
    cp "$@" "$work/captures"
    chmod a+rx "$work/captures"
    chmod a+r "$work"/captures/*
}
