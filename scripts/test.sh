#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/test.sh [PRESET] [CTEST ARGUMENT ...]
# Builds (see scripts/build.sh; PRESET: tests by default, or debug or asan) and runs all tests.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,4s/^# //p' "$0"; exit 0 ;;
esac

preset=${1-tests}
[ $# -eq 0 ] || shift
scripts/build.sh "$preset"
ctest --preset "$preset" "$@"
