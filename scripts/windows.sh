#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/windows.sh
# Compiles the plugin for Windows (x64, UCRT) by MinGW-w64, against the headers of the Wireshark that is installed, without
# a warning, and looks at what the DLL imports and exports. It proves that much and no more: the DLL, in build/windows,
# has never been loaded. Needs a Debian release whose MinGW-w64 knows UCRT: scripts/compat.sh trixie scripts/windows.sh
# (Wireshark 4.4), scripts/compat.sh forky scripts/windows.sh (4.6).
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1-}" in
?*) sed -n '3,8s/^# //p' "$0"; exit 2 ;;
esac

scripts/install-deps.sh gcc-mingw-w64-ucrt64
tools=x86_64-w64-mingw32ucrt
libraries=$(pkg-config --variable=libdir wireshark)
out=build/windows
rm -rf "$out"
mkdir -p "$out"/{include/glib,objects}

fail() {
    echo "scripts/windows.sh: $1" >&2
    exit 1
}

# ---- GLib's description of its machine, made that of Windows: long has 32 bits there, and what is of Unix goes ----

glib_includes=$(pkg-config --cflags-only-I glib-2.0)
glibconfig=$(printf '%s\n' $glib_includes | sed -n 's|^-I\(.*/lib/.*\)|\1/glibconfig.h|p')
sed -e 's/^typedef signed long \(gint64\|gssize\|gintptr\);/typedef signed long long \1;/' \
    -e 's/^typedef unsigned long \(guint64\|gsize\|guintptr\);/typedef unsigned long long \1;/' \
    -e 's/_CONSTANT(val)\t(val##L)/_CONSTANT(val)\t(val##LL)/; s/_CONSTANT(val)\t(val##UL)/_CONSTANT(val)\t(val##ULL)/' \
    -e 's/\(_MODIFIER *\) "l"/\1 "ll"/; s/\(_FORMAT *\) "l\([iu]\)"/\1 "ll\2"/' \
    -e 's/^#define GLIB_SIZEOF_LONG .*/#define GLIB_SIZEOF_LONG 4/' \
    -e 's/G_MAXULONG$/G_MAXUINT64/; s/\(SSIZE\t\)G_MINLONG/\1G_MININT64/; s/\(SSIZE\t\)G_MAXLONG/\1G_MAXINT64/' \
    -e 's/(glong) (\([pi]\))/(gint64) (\1)/; s/(gulong) (\([pu]\))/(guint64) (\1)/' \
    -e 's/^#define G_OS_UNIX/#define G_OS_WIN32\n#define G_PLATFORM_WIN32/; s/G_THREADS_IMPL_POSIX/G_THREADS_IMPL_WIN32/' \
    -e 's/GLONG_TO_\(..\)(val)\t((glong) GINT64/GLONG_TO_\1(val)\t((glong) GINT32/' \
    -e 's/GULONG_TO_\(..\)(val)\t((gulong) GUINT64/GULONG_TO_\1(val)\t((gulong) GUINT32/' \
    -e 's/^typedef int GPid;/typedef void *GPid;/; s/^#define G_MODULE_SUFFIX .*/#define G_MODULE_SUFFIX "dll"/' \
    "$glibconfig" >"$out/include/glibconfig.h"
: >"$out/include/glib/gwin32.h" # functions that nobody here calls

# ---- compiled ----

version=$(sed -n 's/^set(KX_VERSION *\(.*\))/\1/p' plugin/version.cmake)
for source in plugin/*.c plugin/core/*.c; do
    # shellcheck disable=SC2086
    "$tools-gcc" -std=gnu11 -O2 -Wall -Wextra -Werror -DWS_BUILD_DLL "-DKX_VERSION=\"$version\"" \
        -I"$out/include" -Iplugin/core $(pkg-config --cflags-only-I wireshark) $glib_includes \
        -c "$source" -o "$out/objects/$(basename "$source" .c).o"
done

# ---- linked with libraries that hold no more than the names of what it needs ----

"$tools-nm" -u "$out"/objects/*.o | sed -n 's/^ *U \(__imp_\)\{0,1\}//p' | sort -u >"$out/needed"
# DLL LIBRARY: as Wireshark's own installer names the one, and what Linux has of it.
import() {
    nm -D --defined-only "$libraries/$2" | sed 's/.* //; s/@.*//' | sort -u | comm -12 "$out/needed" - >"$out/names"
    { printf 'LIBRARY "%s"\nEXPORTS\n' "$1"; cat "$out/names"; } >"$out/$1.def"
    "$tools-dlltool" -d "$out/$1.def" -l "$out/$1.a"
}
import libwireshark.dll libwireshark.so
import libwsutil.dll libwsutil.so
import glib-2.0-0.dll libglib-2.0.so
"$tools-gcc" -shared -static-libgcc -s -Wl,--fatal-warnings -o "$out/kx.dll" "$out"/objects/*.o "$out"/*.a

# ---- what it imports and exports ----

imports=$("$tools-objdump" -p "$out/kx.dll" | sed -n 's/.*DLL Name: //p' | sort)
foreign=$(grep -vixE 'libwireshark\.dll|libwsutil\.dll|glib-2\.0-0\.dll|kernel32\.dll|api-ms-win-crt-.*\.dll' <<<"$imports" || true)
[ -z "$foreign" ] || fail "it imports $foreign"
exports=$("$tools-objdump" -p "$out/kx.dll" | sed -n '/Ordinal\/Name Pointer/,/^$/s/.* \(plugin_[a-z_]*\)$/\1/p' | sort | xargs)
[ "$exports" = 'plugin_describe plugin_register plugin_version plugin_want_major plugin_want_minor' ] ||
    fail "it exports $exports"
echo "kx.dll for Wireshark $(pkg-config --modversion wireshark) compiles without a warning, and imports:"
echo "$imports"
