#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/install-deps.sh [tests] [PACKAGE ...]
# Installs what building needs, with "tests" also what testing needs, and the Debian PACKAGEs, where apt-get is there;
# elsewhere says what to install.
set -eu

case "${1-}" in
-h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

packages="gcc libc6-dev cmake ninja-build pkgconf wireshark-dev tshark wireshark-common libjson-glib-dev libpcap-dev"
commands="cc cmake ninja pkg-config tshark"
libraries="glib-2.0 json-glib-1.0 libpcap"
if [ "${1-}" = tests ]; then
    shift
    packages="$packages git curl jq tcpdump valgrind python3-jsonschema"
    commands="$commands git curl jq tcpdump valgrind"
fi
packages="$packages $*"

if ! command -v apt-get >/dev/null; then
    missing=
    for command in $commands; do
        command -v "$command" >/dev/null || missing="$missing $command"
    done
    for library in $libraries; do
        pkg-config --exists "$library" 2>/dev/null || missing="$missing $library"
    done
    [ -n "$missing" ] || exit 0
    cat >&2 <<TEXT
Not found:$missing
This system has no apt-get. Please install, by the names your package manager uses:
  a C11 compiler, CMake 3.20 or newer, Ninja, pkg-config
  Wireshark 4.0, 4.4 or 4.6 with tshark, and its development files (headers and WiresharkConfig.cmake)
  the development files of GLib, json-glib and libpcap
  for the tests: git, curl, jq, tcpdump, valgrind and the Python package jsonschema
TEXT
    exit 1
fi

wanted=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || wanted="$wanted $package"
done
[ -n "$wanted" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -v; then
        echo "Packages are missing, and you may not install any. Please let somebody who may run: apt-get install$wanted" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "Installing:$wanted"
$as_root apt-get update -q
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $wanted
