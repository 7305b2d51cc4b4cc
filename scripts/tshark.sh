#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/tshark.sh [TSHARK ARGUMENT ...]
# Runs tshark with the plugin of build/release, whatever is installed. As root it drops its privileges, because
# Wireshark loads no plugins from elsewhere for root. KX_TEST_PRELOAD: a sanitizer's runtime, for an instrumented plugin;
# KX_TEST_WRAPPER: a command that tshark is run under.
set -eu

case "${1-}" in
--usage) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
esac

root=$(cd "$(dirname "$0")/.." && pwd)
plugins=${KX_PLUGIN_DIR-$root/build/release/plugins}
[ -d "$plugins" ] || { echo "tshark.sh: there is no plugin in $plugins: please build it first (scripts/build.sh)" >&2; exit 1; }
# shellcheck disable=SC2086
set -- ${KX_TEST_WRAPPER-} tshark "$@"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

if [ "$(id -u)" -eq 0 ]; then
    # An ordinary user may not be able to look into the checkout.
    cp -R "$plugins" "$home/plugins"
    plugins=$home/plugins
    chmod 755 "$home"
    set -- setpriv --reuid=65534 --regid=65534 --clear-groups \
        env ${KX_TEST_PRELOAD:+LD_PRELOAD="$KX_TEST_PRELOAD"} HOME="$home" XDG_CONFIG_HOME="$home" WIRESHARK_PLUGIN_DIR="$plugins" "$@"
else
    set -- env ${KX_TEST_PRELOAD:+LD_PRELOAD="$KX_TEST_PRELOAD"} HOME="$home" XDG_CONFIG_HOME="$home" WIRESHARK_PLUGIN_DIR="$plugins" "$@"
fi
"$@"
