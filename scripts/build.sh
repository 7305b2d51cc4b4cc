#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/build.sh [PRESET]
# Installs what is missing, configures and builds. PRESET: release (default), debug or asan; see CMakePresets.json.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,4s/^# //p' "$0"; exit 0 ;;
esac

preset=${1-release}
scripts/install-deps.sh
cmake --preset "$preset"
cmake --build --preset "$preset"
