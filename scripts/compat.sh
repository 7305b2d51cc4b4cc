#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/compat.sh SUITE [COMMAND ...]
# Runs a command, scripts/test.sh by default, on a bare Debian SUITE (bookworm: Wireshark 4.0, trixie: 4.4, forky: 4.6):
# in a folder that debootstrap fills, with git and nothing else added, on a clone of HEAD. The folder, below
# KX_COMPAT_DIR (default: ~/.cache/kx-compat), is used again; with what the tests install it grows to 2 GB. Packages
# come from where this machine's do, or from KX_MIRROR. KX_COMPAT_MAKE=no: use a folder that is there, make none.
# Needs root and debootstrap; exits with 77 without them.
set -euo pipefail
cd "$(dirname "$0")/.."

NEEDED_MB=2500

case "${1-}" in
"" | -h | --help) sed -n '3,8s/^# //p' "$0"; exit 0 ;;
esac

suite=$1
shift
base=${KX_COMPAT_DIR:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kx-compat}
root=$base/$suite

skip() {
    echo "scripts/compat.sh $suite: skipped: $1" >&2
    exit 77
}

fail() {
    echo "scripts/compat.sh $suite: $1" >&2
    exit 1
}

own_mirror() {
    command -v apt-get >/dev/null || return 0
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p
}

# In a mount namespace of its own: what debootstrap mounts is gone with it, however it ends.
make_root() {
    local mirror script free_mb
    free_mb=$(df --output=avail -m "$base" | sed 1d)
    [ "$free_mb" -ge "$NEEDED_MB" ] || fail "needs $NEEDED_MB MB, but $base has $free_mb MB left"
    mirror=${KX_MIRROR:-$(own_mirror)}
    [ -n "$mirror" ] || fail 'please name in KX_MIRROR where Debian packages come from'
    # Suites newer than debootstrap itself are made like sid.
    script=/usr/share/debootstrap/scripts/$suite
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid

    echo "Making $root, which grows to about 2 GB"
    rm -rf "$root.new"
    unshare --mount debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$root.new" "$mirror" "$script"
    # A mirror of a suite in the making may lag behind.
    echo 'Acquire::Check-Valid-Until "false";' >"$root.new/etc/apt/apt.conf.d/90mirror"
    mv "$root.new" "$root"
}

# Runs a command in it. All its processes, and the /proc that is mounted for them, end with it.
inside=(unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" chroot "$root"
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8)

update_clone() {
    git bundle create -q "$root/root/kx.bundle" HEAD
    if [ -e "$root/root/kx/.git" ]; then
        "${inside[@]}" git -C /root/kx fetch -q /root/kx.bundle HEAD
        "${inside[@]}" git -C /root/kx reset -q --hard FETCH_HEAD
        "${inside[@]}" git -C /root/kx clean -q -fd
    else
        "${inside[@]}" git -c advice.detachedHead=false clone -q /root/kx.bundle /root/kx
    fi
}

[ "$(id -u)" -eq 0 ] || skip 'needs root'
unshare --mount true 2>/dev/null || skip 'needs the right to mount'
mkdir -p "$base"
exec 9>"$root.lock"
flock --nonblock 9 || { echo "Waiting for another run on $suite" >&2; flock 9; }
if [ ! -e "$root" ]; then
    [ "${KX_COMPAT_MAKE:-yes}" != no ] || skip "there is no $root, and KX_COMPAT_MAKE=no"
    command -v debootstrap >/dev/null || skip 'needs debootstrap'
    make_root
fi
cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
update_clone
if [ $# -eq 0 ]; then set -- scripts/test.sh; fi
# Ends the command when this script is ended.
child=
trap '[ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck disable=SC2016
"${inside[@]}" sh -c 'cd /root/kx && exec "$@"' sh "$@" <&0 &
child=$!
wait "$child"
