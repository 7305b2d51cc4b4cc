#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/compat/series.sh CMAKE SOURCE_FOLDER
# Configures with a Wireshark of a series that the plugin is not made for: CMake has to stop and say why. And with a tshark
# of another series than the plugin: CMake has to leave out the tests that need tshark and say so, or to stop where it is
# told that all tests are required.
set -euo pipefail

if [ $# -ne 2 ]; then
    sed -n '3,5s/^# //p' "$0" >&2
    exit 2
fi

cmake=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# TEXT CMAKE_ARGUMENT ...: it must stop with a message that has the text.
refuses() {
    local text=$1 printed
    shift
    rm -rf "$work/build"
    if "$cmake" -S "$source" -B "$work/build" -G Ninja "$@" >"$work/printed" 2>&1; then
        echo "FAIL: configures with $*" >&2
        exit 1
    fi
    # CMake breaks lines.
    printed=$(tr -s '\n ' ' ' <"$work/printed")
    if [[ $printed != *"$text"* ]]; then
        echo "FAIL: does not say \"$text\", but: $printed" >&2
        exit 1
    fi
}

for version in 3.6.24 4.2.8 4.5.0 5.0.1; do
    mkdir "$work/$version"
    IFS=. read -r major minor patch <<<"$version"
    cat >"$work/$version/WiresharkConfig.cmake" <<END
set(Wireshark_MAJOR_VERSION $major)
set(Wireshark_MINOR_VERSION $minor)
set(Wireshark_PATCH_VERSION $patch)
set(Wireshark_VERSION $version)
END
    refuses "is of Wireshark $version. The Kx plugin is made for the series 4.0, 4.4, 4.6" -DWireshark_DIR="$work/$version"
done

printf '#!/bin/sh\necho "TShark (Wireshark) 4.2.8."\n' >"$work/tshark"
chmod +x "$work/tshark"
tests=(-DKX_BUILD_TESTS=ON -DTSHARK_EXECUTABLE="$work/tshark")
refuses "tshark ($work/tshark is not of Wireshark" "${tests[@]}" -DKX_REQUIRE_ALL_TESTS=ON
rm -rf "$work/build"
"$cmake" -S "$source" -B "$work/build" -G Ninja "${tests[@]}" >"$work/printed" 2>&1 || {
    echo "FAIL: does not configure without the tests of tshark: $(cat "$work/printed")" >&2
    exit 1
}
grep -qF "$work/tshark is not of Wireshark" "$work/printed" || { echo 'FAIL: does not say what is left out' >&2; exit 1; }
(cd "$work/build" && ctest -N) >"$work/printed"
grep -q 'Total Tests: [1-9]' "$work/printed" || { echo 'FAIL: no test is left' >&2; exit 1; }
! grep -q ': regression/' "$work/printed" || { echo 'FAIL: the tests of tshark are not left out' >&2; exit 1; }
# There is no library in it: some versions of CMake stop.
"$cmake" -S "$source" -B "$work/untried" -G Ninja -DKX_UNTRIED_SERIES=ON -DWireshark_DIR="$work/4.2.8" >"$work/printed" 2>&1 || true
tr -s '\n ' ' ' <"$work/printed" | grep -qF 'Nobody has tried it with 4.2.' ||
    { echo 'FAIL: does not say that nobody has tried it' >&2; exit 1; }
refuses "Wireshark's development files are not there" -DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON
