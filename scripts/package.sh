#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/package.sh [CMAKE ARGUMENT ...]
# Makes the packages for the Wireshark that is installed, in build/packages: a .tar.gz with an install.sh for one user,
# and on Debian a .deb for all users. Installs what is missing. DEBFULLNAME and DEBEMAIL say who the packager is.
# KX_PACKAGE_DIR: another folder for them.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
esac

scripts/install-deps.sh dpkg-dev file txt2man
if command -v dpkg-buildflags >/dev/null; then
    eval "$(DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --export=sh)"
    export CFLAGS="$CPPFLAGS $CFLAGS" # CMake knows no CPPFLAGS
fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
umask 022 # folders in the packages take it over

packages=${KX_PACKAGE_DIR:-build/packages}
rm -rf "$packages"
cmake -S . -B "$packages/build" -G Ninja -DKX_BUILD_GENERATOR=ON "$@"
cmake --build "$packages/build"
cpack --config "$packages/build/CPackConfig.cmake" -B "$packages"
rm -r "$packages/_CPack_Packages"
ls -l "$packages"
