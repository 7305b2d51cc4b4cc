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
export KX_COMPAT_DIR=${KX_COMPAT_DIR-${XDG_CACHE_HOME-$HOME/.cache}/kx-compat}
clean=$KX_COMPAT_DIR/clean
home=/home/user

fail() {
    echo "FAIL: $1" >&2
    exit 1
}

# ---- make them ----

scripts/compat.sh "$suite" scripts/package.sh
scripts/compat.sh "$suite" sh -c \
    'scripts/install-deps.sh lintian && lintian --allow-root --fail-on error,warning build/packages/*.deb'

# ---- a system with tshark, and its copy to try them in ----

KX_COMPAT_DIR=$clean scripts/compat.sh "$suite" sh -c \
    'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends tshark'
root=$(mktemp -d "$clean/$suite.XXXXXX")
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work" "$root"' EXIT
cp -ax --reflink=auto "$clean/$suite/." "$root"

inside=(unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" chroot "$root")

as_root() {
    "${inside[@]}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

as_user() {
    "${inside[@]}" runuser -u user -- env -i PATH=/usr/bin:/bin HOME=$home LC_ALL=C.UTF-8 "$@"
}

# Everything there is, but for what apt itself keeps about its work.
files() {
    (cd "$root" && find . -path ./var/cache -prune -o -path ./var/log -prune -o -print) | sort
}

# WHAT: compares with $work/before.
left_nothing() {
    files | diff "$work/before" - || fail "$1 left something or took something away"
}

# PLUGIN: what an ordinary user sees of the capture, by the plugin and the profile that are installed.
dissects() {
    as_user tshark -G plugins >"$work/plugins"
    grep -q "^kx\.so .*$1\$" "$work/plugins" || fail "$1 is not loaded"
    as_user tshark -C Kx -r $home/key-relay.pcap -Y kx.relay.hop >"$work/columns" || fail "$1: the profile"
    [ "$(grep -c 'Key relay.*KMA-Tokyo.*KMA-Osaka' "$work/columns")" -eq 3 ] || fail "$1: $(cat "$work/columns")"
}

# TEXT COMMAND ...: a command that must fail, saying so.
refuses() {
    ! "${@:2}" >"$work/said" 2>&1 || fail "not refused: $1"
    grep -q "$1" "$work/said" || fail "not said: $1, but: $(cat "$work/said")"
}

# COMMAND TEXT: in the stubs folder, a command that says TEXT.
stub() {
    echo "echo '$2'" | as_user sh -c "mkdir -p $home/stubs; cat >$home/stubs/$1; chmod +x $home/stubs/$1"
}

as_root useradd --create-home user
cp "$KX_COMPAT_DIR/$suite"/root/kx/build/packages/*.{deb,tar.gz} test-captures/key-relay.pcap "$root$home"
as_user sh -c "cd $home && tar xzf *.tar.gz"
install=$(as_user sh -c "echo $home/kx-*/install.sh")
files >"$work/before"

# ---- the .deb ----

as_root sh -c "apt-get install -q -y $home/*.deb"
plugins=$(as_user tshark -G folders | sed -n 's/^Global Plugins:[[:blank:]]*//p')
dissects "$plugins/epan/kx.so"
documents=/usr/share/doc/wireshark-plugin-kx
as_user kx-capture $documents/test-captures/scenarios/key-relay.json $home/made.pcap
as_user cmp $home/key-relay.pcap $home/made.pcap
as_user rm $home/made.pcap
as_user kx-check $documents/test-captures/tcp-interleaved.pcap
refuses 'KMA-Osaka is unreachable' as_user kx-check $documents/test-captures/key-relay-failure.pcap
as_user kx-export --help | grep -q kx-export || fail kx-export
for page in kx-capture kx-check kx-export; do # man itself is not there
    gzip -dc "$root/usr/share/man/man1/$page.1.gz" | grep -q '^\.SH SYNOPSIS' || fail "the manual page of $page"
done
docs/test-links.sh "$root$documents" || fail 'a link in the documents of the .deb'
refuses 'another kx.so is installed' as_user "$install"
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
stub tshark 'TShark (Wireshark) 4.2.5.'
refuses 'the one installed is 4.2' as_user env PATH=$home/stubs:/usr/bin:/bin "$install"
as_root apt-get remove -q -y tshark
as_user rm $home/stubs/tshark
refuses 'no Wireshark found' as_user "$install"
stub wireshark "Wireshark ${plugins##*/}.1."
as_user env PATH=$home/stubs:/usr/bin:/bin "$install"
echo "Packages for $suite: passed"
