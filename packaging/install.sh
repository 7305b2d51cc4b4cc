#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: ./install.sh [--uninstall] [--plugins FOLDER] [--profile FOLDER]
# Installs the Kx plugin and its profile for the user who runs this, or removes them. A profile Kx that is there already
# is replaced. Needs the series of Wireshark that the plugin was built for.
#   --plugins FOLDER  where the plugin is, as SERIES/epan/kx.so; default: plugins beside this script
#   --profile FOLDER  where the profile is; default: profiles/Kx beside this script
set -eu

usage() { sed -n '3,7s/^# //p' "$0"; }

here=$(cd "$(dirname "$0")" && pwd)
from=$here/plugins
profile=$here/profiles/Kx
uninstall=
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) usage; exit 0 ;;
    --uninstall) uninstall=yes; shift ;;
    --plugins) from=${2:?}; shift 2 ;;
    --profile) profile=${2:?}; shift 2 ;;
    *) usage >&2; exit 2 ;;
    esac
done

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

own_folder=$(cd "$from" 2>/dev/null && ls) || fail "there is no plugin in $from: please build it first (scripts/build.sh)"
case $own_folder in # macOS has 4-0 for 4.0
*-*) series=${own_folder%%-*}.${own_folder#*-} ;;
*) series=$own_folder ;;
esac

# ---- where Wireshark looks: what it says itself, else what it says where nobody has told it otherwise ----

tshark=$(command -v tshark || true)

# NAME: a folder that tshark names.
folder_of() {
    [ -z "$tshark" ] || "$tshark" -G folders 2>/dev/null | sed -n "s/^$1:[[:blank:]]*//p" | sed 's|/*$||'
}

# Not made where ~/.wireshark is used: with it there, Wireshark would look at nothing in ~/.wireshark any more.
usual_configuration() {
    new=${XDG_CONFIG_HOME:-$HOME/.config}/wireshark
    if [ ! -d "$new" ] && [ -d "$HOME/.wireshark" ]; then echo "$HOME/.wireshark"; else echo "$new"; fi
}

configuration=$(folder_of 'Personal configuration')
profiles=${configuration:-$(usual_configuration)}/profiles
plugins=$HOME/.local/lib/wireshark/plugins/$own_folder/epan

# FOLDER: removes it and those it is in, as far as they are empty and below the home folder.
remove_empty() {
    folder=$1
    while [ "$folder" != "$HOME" ] && rmdir "$folder" 2>/dev/null; do
        folder=$(dirname "$folder")
    done
}

if [ -n "$uninstall" ]; then
    rm -rf "$plugins/kx.so" "$profiles/Kx"
    remove_empty "$plugins"
    remove_empty "$profiles"
    echo "Removed $plugins/kx.so and $profiles/Kx"
    exit 0
fi

# ---- would it be loaded? ----

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
    [ -z "$tshark" ] || "$tshark" -G plugins 2>/dev/null | sed -n 's/^kx\.so .*dissector[[:blank:]]*//p'
}

loaded_before=$(loaded)
case $loaded_before in
"" | "$plugins/kx.so") ;;
*) fail "another kx.so is installed, which Wireshark would load instead of yours: $loaded_before; please remove it first" ;;
esac

# ---- install ----

mkdir -p "$plugins" "$profiles"
install -m 644 "$from/$own_folder/epan/kx.so" "$plugins/"
# The one that is there stays until the other is whole: the disk may be full.
rm -rf "$profiles/.Kx.new"
cp -R "$profile" "$profiles/.Kx.new" || { rm -rf "$profiles/.Kx.new"; exit 1; }
rm -rf "$profiles/Kx"
mv "$profiles/.Kx.new" "$profiles/Kx"
[ -z "$tshark" ] || [ "$(loaded)" = "$plugins/kx.so" ] ||
    fail "Wireshark does not load $plugins/kx.so; tshark --version says why"
echo "Installed $plugins/kx.so and the profile $profiles/Kx"
