#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/rpm.sh
# Makes an .rpm of HEAD for the Wireshark that is installed, in build/rpm, by packaging/rpm/wireshark-plugin-kx.spec. On
# Debian it shows that rpmbuild accepts the specification, and what the package would hold; on Fedora it is untried.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1-}" in
?*) sed -n '3,5s/^# //p' "$0"; exit 2 ;;
esac

dependencies=()
if command -v apt-get >/dev/null; then
    scripts/install-deps.sh rpm txt2man
    dependencies=(--nodeps) # rpm knows nothing of Debian's packages
fi
top=$PWD/build/rpm
version=$(sed -n 's/^set(KX_VERSION *\(.*\))/\1/p' plugin/version.cmake)
rm -rf "$top"
mkdir -p "$top/SOURCES"
git archive --prefix="wireshark-plugin-kx-$version/" -o "$top/SOURCES/wireshark-plugin-kx-$version.tar.gz" HEAD
rpmbuild -bb "${dependencies[@]}" --define "_topdir $top" --define "kx_version $version" --define 'debug_package %{nil}' \
    packaging/rpm/wireshark-plugin-kx.spec
find "$top/RPMS" -name '*.rpm' -exec rpm -qlp {} +
