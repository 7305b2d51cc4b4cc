#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/compat.sh SUITE [COMMAND ...]
# Runs a command, scripts/test.sh by default, on a bare Debian SUITE (bookworm: Wireshark 4.0, trixie: 4.4, forky: 4.6):
# in a folder that debootstrap fills, with git and nothing else added, on a clone of HEAD. The folder, below
# KX_COMPAT_DIR (default: build/compat), is used again. Needs root and debootstrap; exits with 77 without them.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
"" | -h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
esac

suite=$1
shift
[ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null ||
    { echo "$0: skipped: needs root and debootstrap" >&2; exit 77; }
base=${KX_COMPAT_DIR-$PWD/build/compat}
root=$base/$suite

if [ ! -e "$root/.complete" ]; then
    mkdir -p "$base"
    # Suites newer than debootstrap itself are made like sid.
    script=
    [ -e "/usr/share/debootstrap/scripts/$suite" ] || script=/usr/share/debootstrap/scripts/sid
    # shellcheck disable=SC2086
    debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$root" "${KX_MIRROR-http://deb.debian.org/debian}" $script
    # A mirror of a suite in the making may lag behind.
    echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90mirror"
    touch "$root/.complete"
fi

clone=$root/root/kx
git bundle create -q "$root/root/kx.bundle" HEAD
if [ -e "$clone/.git" ]; then
    chroot "$root" git -C /root/kx fetch -q /root/kx.bundle HEAD
    chroot "$root" git -C /root/kx reset -q --hard FETCH_HEAD
    chroot "$root" git -C /root/kx clean -q -fd
else
    chroot "$root" git clone -q /root/kx.bundle /root/kx
fi

mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT
if [ $# -eq 0 ]; then set -- scripts/test.sh; fi
# shellcheck disable=SC2016
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
    sh -c 'cd /root/kx && exec "$@"' sh "$@"
