#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/processors/emulate.sh PROGRAM [ARGUMENT ...]
# Runs a PROGRAM of another processor, with the libraries of the folder KX_ROOT, by the emulator KX_EMULATOR. Its own
# name is then a script that does the same, since tests of GLib call themselves by it.
set -eu

case "${1-}" in
"" | -h | --help) sed -n '3,5s/^# //p' "$0"; exit 2 ;;
esac
again=$(mktemp)
trap 'rm -f "$again"' EXIT
cat >"$again" <<TEXT
#!/bin/sh
exec "$KX_EMULATOR" -L "$KX_ROOT" -0 "$again" "$1" "\$@"
TEXT
chmod +x "$again"
shift
"$again" "$@"
