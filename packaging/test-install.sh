#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: packaging/test-install.sh TSHARK PLUGIN_FOLDER
# Installs the plugin for users with different homes by packaging/install.sh, as the target install-user does. Wireshark
# must find plugin and profile, must go on finding the user's settings, and nothing may be left after --uninstall.
set -euo pipefail

if [ $# -ne 2 ]; then
    sed -n '3,5s/^# //p' "$0" >&2
    exit 2
fi
tshark=$1
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAIL: $1" >&2
    [ ! -e "$work/said" ] || sed 's/^/  | /' "$work/said" >&2
    exit 1
}

# ---- a user who is not root, and cannot look into the checkout ----

cp -R "$2" "$work/built"
cp -R "$root/packaging" "$root/profile" "$root/test-captures/key-relay.pcap" "$work/"
mkdir -p "$work/bin" "$work/global" "$work/homes"
ln -s "$tshark" "$work/bin/tshark"
chmod -R a+rX "$work"
chmod 777 "$work/homes"
drop=()
[ "$(id -u)" -ne 0 ] || drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
series=$(ls "$work/built")
plugin=.local/lib/wireshark/plugins/$series/epan/kx.so
path=$work/bin:/usr/bin:/bin

# COMMAND ...: in the home; what it says is in the file said.
as_user() {
    "${drop[@]}" env -i PATH="$path" LC_ALL=C.UTF-8 HOME="$home" WIRESHARK_PLUGIN_DIR="$work/global" \
        ${KX_TEST_PRELOAD:+LD_PRELOAD="$KX_TEST_PRELOAD" ASAN_OPTIONS="${ASAN_OPTIONS-}"} "$@" >"$work/said" 2>&1
}

# NAME: a home that is empty but for a file in Documents.
new_home() {
    home=$work/homes/$1
    as_user mkdir -p "$home/Documents"
    as_user touch "$home/Documents/a"
}

run_install() { as_user "$work/packaging/install.sh" --plugins "$work/built" --profile "$work/profile/Kx" "$@"; }
files() { (cd "$home" && find . | sort); }

# CONFIGURATION: where the profile must be. Wireshark loads the plugin, and finds the profile and its columns.
installed_in() {
    [ -e "$home/$plugin" ] || fail "there is no $plugin"
    [ -e "$home/$1/profiles/Kx/colorfilters" ] || fail "there is no profile in $1"
    as_user tshark -C Kx -2 -r "$work/key-relay.pcap" -Y kx || fail 'tshark fails'
    grep -q 'Kx *Key relay completion notification.*success' "$work/said" || fail 'the columns are not those of the profile'
}

# BEFORE: the files that there were.
uninstall() {
    run_install --uninstall || fail 'not uninstalled'
    diff <(echo "$1") <(files) || fail 'something is left, or gone'
}

# ---- a new user ----

new_home new
before=$(files)
run_install || fail 'not installed'
installed_in .config/wireshark
run_install || fail 'not installed a second time'
installed_in .config/wireshark
uninstall "$before"

# ---- one whose settings are in ~/.wireshark: were ~/.config/wireshark made, Wireshark would see none of them any more ----

new_home old
as_user mkdir "$home/.wireshark"
# shellcheck disable=SC2016
as_user sh -c 'echo "gui.window_title: mine" >"$HOME/.wireshark/preferences"'
before=$(files)
run_install || fail 'not installed'
installed_in .wireshark
[ ! -e "$home/.config" ] || fail 'there is a ~/.config'
as_user tshark -G currentprefs
grep -q '^gui.window_title: mine' "$work/said" || fail "the user's settings are not read"
uninstall "$before"

# The same where no tshark tells the folder.
mv "$work/bin/tshark" "$work/tshark"
path=$work/bin
for program in sh sed ls dirname id cat env setpriv mkdir rm rmdir cp mv install chmod; do
    ln -s "$(type -P $program)" "$work/bin/$program"
done
printf '#!/bin/sh\necho "Wireshark %s.1."\n' "$series" >"$work/bin/wireshark"
chmod 755 "$work/bin/wireshark"
run_install || fail 'not installed'
[ -e "$home/.wireshark/profiles/Kx" ] || fail 'the profile is not in ~/.wireshark'
[ ! -e "$home/.config" ] || fail 'there is a ~/.config'
run_install --uninstall
mv "$work/tshark" "$work/bin/tshark"
path=$work/bin:/usr/bin:/bin

# ---- where another kx.so would win ----

mkdir -p "$work/global/$series/epan"
cp "$work/built/$series/epan/kx.so" "$work/global/$series/epan/"
new_home other
before=$(files)
! run_install || fail 'installed, though another kx.so wins'
grep -q "another kx.so is installed.*$work/global" "$work/said" || fail 'it does not say which'
diff <(echo "$before") <(files) || fail 'it left something'
