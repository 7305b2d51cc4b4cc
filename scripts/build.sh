#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/build.sh [PRESET]
# Installs what is missing, configures and builds. PRESET: release (default), tests, debug or asan; see CMakePresets.json.
# KX_CMAKE_OPTIONS: more options for CMake.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac

preset=${1-release}
if [ "$preset" = release ]; then scripts/install-deps.sh; else scripts/install-deps.sh tests; fi
# shellcheck disable=SC2086
cmake --preset "$preset" ${KX_CMAKE_OPTIONS-}
cmake --build --preset "$preset"
