#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/processors/root.sh ARCHITECTURE FOLDER
# Fills FOLDER with what of this machine's Debian release is needed to build and run the plugin on another ARCHITECTURE:
# tshark and sharkd, and the development files. Packages are unpacked, not installed: none of their scripts could run
# here. 310 MB. A FOLDER with the tshark of this machine's version is left as it is.
set -euo pipefail

case "${2-}" in
"" | -h | --help) sed -n '3,6s/^# //p' "$0"; exit 2 ;;
esac
architecture=$1
root=$2
here=$(dpkg-query -W -f '${Version}' tshark)
[ ! -e "$root/wireshark-$here" ] || exit 0
mkdir -p "$root.new"
trap 'rm -rf "$root.new"' EXIT
trap 'exit 1' HUP INT TERM
new=$(realpath "$root.new")

# ---- apt with a system of its own, where nothing is installed ----

mkdir -p "$new"/apt/{state/lists/partial,cache/archives/partial}
: >"$new/apt/status"
cat >"$new/apt/apt.conf" <<TEXT
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Keep-Downloaded-Packages "true";
Dir::State "$new/apt/state";
Dir::State::status "$new/apt/status";
Dir::Cache "$new/apt/cache";
DPkg::Post-Invoke "";
APT::Update::Post-Invoke "";
TEXT
export APT_CONFIG=$new/apt/apt.conf
# Not every release has every architecture in each of its suites; what is missing is not asked for.
apt-get update -q >"$new/apt/update.log" 2>&1 || true
apt-get install -q -y --download-only tshark libwireshark-dev libjson-glib-dev libc6-dev >"$new/apt/install.log" ||
    { cat "$new/apt/update.log" "$new/apt/install.log" >&2; exit 1; }
# What depends on far more than is needed of them.
(cd "$new/apt/cache/archives" && apt-get download -q wireshark-dev libwiretap-dev libwsutil-dev >/dev/null)

# ---- unpacked, and entered where dpkg-shlibdeps looks, by the paths that it sees ----

database=$new/var/lib/dpkg
mkdir -p "$database/info" "$new"/usr/{bin,sbin,lib,lib64}
for folder in bin sbin lib lib64; do
    ln -s "usr/$folder" "$new/$folder"
done
echo 1 >"$database/info/format"
for package in "$new"/apt/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$new" --keep-directory-symlink
    name=$(dpkg-deb -f "$package" Package)
    [ "$(dpkg-deb -f "$package" Multi-Arch)" != same ] || name=$name:$architecture
    { dpkg-deb -f "$package" && printf 'Status: install ok installed\n\n'; } >>"$database/status"
    dpkg-deb --fsys-tarfile "$package" | tar -t | sed -e 's|^\./lib/|./usr/lib/|; s|/$||' \
        -e "s|^\.|$(realpath -m "$root")|" \
        >"$database/info/$name.list"
    for file in symbols shlibs; do
        dpkg-deb -I "$package" "$file" >"$database/info/$name.$file" 2>/dev/null || rm "$database/info/$name.$file"
    done
done

# Names of folders outside: Debian's CMake files of Wireshark, and links.
sed -i "s|\"/usr/|\"$(realpath -m "$root")/usr/|g; s|;/usr/|;$(realpath -m "$root")/usr/|g" \
    "$new"/usr/lib/*/{wireshark/cmake,cmake/wireshark}/WiresharkTargets.cmake 2>/dev/null || true
rm -rf "$new/apt/cache" "$new/apt/state"
: >"$new/wireshark-$(sed -n '/^Package: tshark$/,/^$/s/^Version: //p' "$database/status")"
rm -rf "$root"
mv "$new" "$root"
