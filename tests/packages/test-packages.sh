#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/packages/test-packages.sh SUITE
# Makes the packages of HEAD on a Debian SUITE (see scripts/compat.sh) and tries them where nothing but tshark was
# installed: each is installed, must let an ordinary user dissect a capture, and must leave nothing when it is removed.
# Needs root and debootstrap; exits with 77 without them.
set -euo pipefail
cd "$(dirname "$0")/../.."

case "${1-}" in
"" | -h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
esac

suite=$1
base=${KX_COMPAT_DIR-$PWD/build/compat}
work=$(mktemp -d)
root=$base/clean/$suite.test
home=/home/user

clean_up() {
    ! mountpoint -q "$root/proc" || umount "$root/proc"
    rm -rf --one-file-system "$work" "$root"
}
trap clean_up EXIT

fail() {
    echo "FAIL: $1" >&2
    exit 1
}

as_root() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

as_user() {
    chroot "$root" runuser -u user -- env -i PATH=/usr/bin:/bin HOME=$home LC_ALL=C.UTF-8 "$@"
}

# Everything there is, but for what apt itself keeps about its work.
files() {
    (cd "$root" && find . -xdev -path ./proc -prune -o -path ./var/cache -prune -o -path ./var/log -prune -o -print) | sort
}

# PLUGIN: what an ordinary user sees of the capture, by the plugin and the profile that are installed.
dissects() {
    as_user tshark -G plugins | grep "^kx\.so.*$1\$" >/dev/null || fail "$1 is not loaded"
    as_user tshark -C Kx -r $home/key-relay.pcap -Y kx.relay.hop >"$work/columns" || fail "$1: the profile"
    [ "$(grep -c '0x1101.*KMA-Tokyo.*KMA-Osaka' "$work/columns")" -eq 3 ] || fail "$1: $(cat "$work/columns")"
}

# WHAT: compares with $work/before.
left_nothing() {
    files | diff "$work/before" - || fail "$1 left something or took something away"
}

# TEXT COMMAND ...: a command that must fail, saying so.
refuses() {
    ! "${@:2}" >"$work/said" 2>&1 || fail "not refused: $1"
    grep -q "$1" "$work/said" || fail "not said: $1, but: $(cat "$work/said")"
}

# ---- make them ----

scripts/compat.sh "$suite" scripts/package.sh
scripts/compat.sh "$suite" sh -c \
    'scripts/install-deps.sh lintian && lintian --allow-root --info --fail-on error,warning build/packages/*.deb'

# ---- a system with tshark, and its copy to try them in ----

KX_COMPAT_DIR=$base/clean scripts/compat.sh "$suite" \
    sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends tshark'
rm -rf --one-file-system "$root"
cp -ax --reflink=auto "$base/clean/$suite" "$root"
mount -t proc proc "$root/proc"
as_root useradd --create-home user
cp "$base/$suite"/root/kx/build/packages/*.{deb,tar.gz} test-captures/key-relay.pcap "$root$home"
as_user sh -c "cd $home && tar xzf *.tar.gz"
install=$(as_user sh -c "echo $home/kx-*/install.sh")
files >"$work/before"

# ---- the .deb ----

as_root sh -c "apt-get install -q -y $home/*.deb"
plugins=$(as_user tshark -G folders | sed -n 's/^Global Plugins:[[:blank:]]*//p')
dissects "$plugins/epan/kx.so"
as_user kx-capture /usr/share/doc/wireshark-plugin-kx/test-captures/scenarios/key-relay.json $home/made.pcap
as_user cmp $home/key-relay.pcap $home/made.pcap
as_user rm $home/made.pcap
refuses 'for all users already' as_user "$install"
as_user rm -r $home/.config # Wireshark's own copy of the profile, made when it was chosen
as_root apt-get remove -q -y --autoremove wireshark-plugin-kx
left_nothing 'the .deb'

# ---- the .tar.gz ----

as_user "$install"
plugins=$(as_user tshark -G folders | sed -n 's/^Personal Plugins:[[:blank:]]*//p')
dissects "$plugins/epan/kx.so"
as_user "$install" --uninstall
left_nothing 'the .tar.gz'

as_user sh -c ": >${install%install.sh}plugins/${plugins##*/}/epan/kx.so"
refuses 'does not load' as_user "$install"
as_user "$install" --uninstall
refuses 'root' as_root "$install"
as_user mkdir $home/other
echo 'echo "TShark (Wireshark) 4.2.5."' | as_user sh -c "cat >$home/other/tshark && chmod +x $home/other/tshark"
refuses 'the one installed is 4.2' as_user env PATH=$home/other:/usr/bin:/bin "$install"
as_root apt-get remove -q -y tshark
refuses 'no Wireshark found' as_user "$install"
as_user rm -r $home/other
echo "Packages for $suite: passed"
