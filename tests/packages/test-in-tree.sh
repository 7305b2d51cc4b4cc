#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/packages/test-in-tree.sh SUITE
# Runs scripts/in-tree.sh for HEAD on a Debian SUITE (see scripts/compat.sh), with that suite's source package of
# Wireshark. It takes as long as building Wireshark does. Needs root and debootstrap; exits with 77 without them.
set -euo pipefail
cd "$(dirname "$0")/../.."

case "${1-}" in
"" | -h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

# The mode is for the user without privileges as whom scripts/tshark.sh runs.
# shellcheck disable=SC2016
scripts/compat.sh "$1" sh -euc '
    chmod 711 /root
    sed -n "s/^deb /deb-src /p" /etc/apt/sources.list >/etc/apt/sources.list.d/sources.list
    apt-get update -q
    scripts/install-deps.sh dpkg-dev flex g++ libc-ares-dev libgcrypt20-dev libpcre2-dev libspeexdsp-dev python3
    mkdir -p build/source
    cd build/source
    apt-get source -q --only-source wireshark
    ../../scripts/in-tree.sh "$(echo wireshark-*/)"'
