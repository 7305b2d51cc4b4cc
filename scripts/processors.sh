#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/processors.sh [ARCHITECTURE ...]
# Makes the .deb for other processors (s390x: big-endian, i386: 32 bits, arm64; all of them by default) out of nothing
# but this Debian release, cross-compiled without a warning, and tries it under qemu: the unit tests pass, kx-capture
# makes the same captures, and Wireshark shows the same of them all as it does here. Installs what is missing. Each
# processor takes 310 MB below KX_PROCESSORS_DIR (default: ~/.cache/kx-processors), used again, and two to four minutes.
# Needs root and Debian on x86-64; exits with 77 without them.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,8s/^# //p' "$0"; exit 0 ;;
esac

base=${KX_PROCESSORS_DIR:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kx-processors}
tests=$PWD/tests/processors
built=$PWD/build/processors

skip() {
    echo "scripts/processors.sh: skipped: $1" >&2
    exit 77
}

# ---- here ----

# A folder that an ordinary user may read: Wireshark loads no plugin for root from where it is built.
dissect_here() {
    cmake --preset release -DKX_BUILD_TESTS=OFF -B "$built/here"
    cmake --build "$built/here" --target kx
    cp test-captures/*.pcap* "$work"
    cp -R "$built/here/plugins" "$work"
    chmod -R a+rX "$work"
    "$tests/dissect.sh" "$work" setpriv --reuid=65534 --regid=65534 --clear-groups \
        env HOME="$work" XDG_CONFIG_HOME="$work" WIRESHARK_PLUGIN_DIR="$work/plugins" sharkd >"$work/here"
}

# ---- on another processor ----

# ARCHITECTURE: how CMake and qemu, Debian's folders and Debian's compilers call it.
name_processor() {
    case "$1" in
    s390x) export KX_CPU=s390x KX_TRIPLET=s390x-linux-gnu KX_COMPILER=s390x-linux-gnu ;;
    i386) export KX_CPU=i386 KX_TRIPLET=i386-linux-gnu KX_COMPILER=i686-linux-gnu ;;
    arm64) export KX_CPU=aarch64 KX_TRIPLET=aarch64-linux-gnu KX_COMPILER=aarch64-linux-gnu ;;
    *) echo "scripts/processors.sh: $1 is not one of s390x, i386 and arm64" >&2; exit 2 ;;
    esac
    export KX_ROOT=$base/$1 KX_EMULATOR=qemu-$KX_CPU-static
}

# ARCHITECTURE: what the plugin depends on is looked up among the packages for it.
make_package() {
    local shim=$built/$1/shim
    mkdir -p "$shim"
    printf '#!/bin/sh\nexec /usr/bin/dpkg-shlibdeps --admindir="%s" -l"%s" "$@"\n' \
        "$KX_ROOT/var/lib/dpkg" "$KX_ROOT/usr/lib/$KX_TRIPLET" >"$shim/dpkg-shlibdeps"
    chmod +x "$shim/dpkg-shlibdeps"
    PATH=$shim:$PATH DEB_HOST_ARCH=$1 KX_PACKAGE_DIR=$built/$1/packages scripts/package.sh \
        -DCMAKE_TOOLCHAIN_FILE="$tests/toolchain.cmake" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON \
        -DCPACK_DEBIAN_PACKAGE_ARCHITECTURE="$1"
    dpkg-deb -x "$built/$1"/packages/*.deb "$KX_ROOT"
}

# ARCHITECTURE
test_core() {
    cmake -S tests/unit -B "$built/$1/unit" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_TOOLCHAIN_FILE="$tests/toolchain.cmake" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
    cmake --build "$built/$1/unit"
    ctest --test-dir "$built/$1/unit" --output-on-failure
}

test_generator() {
    printf '#!/bin/sh\nexec "%s" -L "%s" "%s" "$@"\n' "$KX_EMULATOR" "$KX_ROOT" "$KX_ROOT/usr/bin/kx-capture" \
        >"$work/kx-capture"
    chmod +x "$work/kx-capture"
    test-captures/make.sh --check "$work/kx-capture"
}

# Without what is Wireshark's own: where seconds have 32 bits, times after 2038 are shown wrongly, which certificates end
# with and random numbers are taken for.
compared() {
    sed -E '/"f":"(x509af\.generalizedTime|tls\.handshake\.random_time) /d' "$1"
}

test_dissection() {
    "$tests/dissect.sh" "$work" "$KX_EMULATOR" -L "$KX_ROOT" "$KX_ROOT/usr/bin/sharkd" >"$work/there"
    diff <(compared "$work/here") <(compared "$work/there") >"$work/differences" || {
        head -n 100 "$work/differences" >&2
        echo "scripts/processors.sh: on $KX_CPU Wireshark shows something else, $(wc -l <"$work/differences") lines" >&2
        return 1
    }
}

# ARCHITECTURE
try() {
    name_processor "$1"
    (
        flock 9
        "$tests/root.sh" "$1" "$KX_ROOT"
        [ -e "$KX_ROOT/wireshark-$version" ] || skip "Debian has no Wireshark $version for $1"
        make_package "$1"
        test_core "$1"
        test_generator
        test_dissection
    ) 9>"$base/$1.lock"
    echo "$1: passed, Wireshark $version, $(wc -l <"$work/here") items shown"
}

[ "$(id -u)" -eq 0 ] || skip 'needs root'
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || skip 'needs Debian on x86-64'
[ $# -gt 0 ] || set -- s390x i386 arm64
packages=(qemu-user-static dpkg-dev)
for architecture in "$@"; do
    name_processor "$architecture"
    packages+=("gcc-${KX_COMPILER/_/-}")
done
scripts/install-deps.sh "${packages[@]}"
version=$(dpkg-query -W -f '${Version}' tshark)
mkdir -p "$base"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

dissect_here
for architecture in "$@"; do
    begin=$SECONDS
    try "$architecture"
    echo "$architecture: $((SECONDS - begin)) s"
done
