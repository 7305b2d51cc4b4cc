#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: ./install.sh [--uninstall]
# Installs the Kx plugin and its profile for the user who runs this, or removes them. A profile Kx that is there already
# is replaced. Needs the series of Wireshark that the plugin was built for.
set -eu

case "${1-}" in
"" | --uninstall) ;;
-h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
*) sed -n '3s/^# //p' "$0" >&2; exit 2 ;;
esac

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

cd "$(dirname "$0")"
series=$(ls plugins)
plugins=$HOME/.local/lib/wireshark/plugins/$series/epan
profiles=${XDG_CONFIG_HOME:-$HOME/.config}/wireshark/profiles

# FOLDER: removes it and those it is in, as far as they are empty and below the home folder.
remove_empty() {
    folder=$1
    while [ "$folder" != "$HOME" ] && rmdir "$folder" 2>/dev/null; do
        folder=$(dirname "$folder")
    done
}

if [ "${1-}" = --uninstall ]; then
    rm -rf "$plugins/kx.so" "$profiles/Kx"
    remove_empty "$plugins"
    remove_empty "$profiles"
    echo "Removed $plugins/kx.so and $profiles/Kx"
    exit 0
fi

[ "$(id -u)" -ne 0 ] ||
    fail "Wireshark run by root reads no user's plugins; please run this as the user who runs Wireshark"

installed=
for program in tshark wireshark; do
    command -v "$program" >/dev/null || continue
    installed=$("$program" --version 2>/dev/null | sed -n '1s/.*Wireshark)\{0,1\} \([0-9]*\.[0-9]*\)\..*/\1/p')
    break
done
[ -n "$installed" ] || fail "no Wireshark found: this plugin is for Wireshark $series, and there is no command tshark or wireshark"
[ "$installed" = "$series" ] || fail "this plugin is for Wireshark $series, and the one installed is $installed"

# Which kx.so Wireshark loads, as far as there is a tshark to ask.
loaded() {
    [ "$program" = wireshark ] || tshark -G plugins 2>/dev/null | sed -n 's/^kx\.so .*dissector[[:blank:]]*//p'
}

loaded_before=$(loaded)
case $loaded_before in
"" | "$plugins/kx.so") ;;
*) fail "the plugin is installed for all users already: $loaded_before" ;;
esac

mkdir -p "$plugins" "$profiles"
install -m 644 "plugins/$series/epan/kx.so" "$plugins/"
rm -rf "$profiles/Kx"
cp -R profiles/Kx "$profiles/"
[ "$program" = wireshark ] || [ "$(loaded)" = "$plugins/kx.so" ] ||
    fail "Wireshark does not load $plugins/kx.so; tshark --version says why"
echo "Installed $plugins/kx.so and the profile $profiles/Kx"
