#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-troubleshooting.sh TSHARK PLUGIN_FOLDER KX_CAPTURE CMAKE
# Provokes every message that docs/troubleshooting.md shows: each must have been printed, by the programs that it says.
# A block ```text 4.0 is of that series of Wireshark only, ```text unprivileged is left out if who runs this is not root,
# as such a user may be allowed to capture; "..." in a message stands for anything.
set -euo pipefail

if [ $# -ne 4 ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi
tshark=$1 plugins=$2 kx_capture=$3 cmake=$4
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
series=$(ls "$plugins")

# ---- a user of Wireshark who is not root, and cannot look into the checkout ----

cp -R "$plugins" "$work/built"
cp -R "$root/packaging" "$root/profile" "$root/scripts" "$root/docs" "$work/"
cp "$root"/test-captures/{key-relay.pcap,live-tls13.pcapng} "$work/"
mkdir -p "$work/home" "$work/none" "$work/stubs" "$work/global/$series/epan"
chmod -R a+rX "$work"
chmod 777 "$work/home"
drop=()
[ "$(id -u)" -ne 0 ] || drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
folder=$work/none path=$(dirname "$tshark"):/usr/bin:/bin

as_root() {
    env -i PATH="$path" LC_ALL=C.UTF-8 HOME="$work/home" XDG_CONFIG_HOME="$work/home/.config" \
        ${KX_TEST_PRELOAD:+LD_PRELOAD="$KX_TEST_PRELOAD" ASAN_OPTIONS="${ASAN_OPTIONS-}"} \
        WIRESHARK_PLUGIN_DIR="$folder" KX_PLUGIN_DIR="$folder" "$@" >>"$work/said" 2>&1 </dev/null || true
}

as_user() { as_root "${drop[@]}" "$@"; }

# SERIES_MINOR [LIBRARY]: a plugin for that series in the global folder, linked with the library.
false_plugin() {
    cat >"$work/false.c" <<END
const char plugin_version[] = "0";
const int plugin_want_major = 4, plugin_want_minor = $1;
void plugin_register(void) {}
unsigned plugin_describe(void) { return 0; }
END
    cc -shared -fPIC "$work/false.c" -Wl,--no-as-needed ${2+"$2"} -o "$work/global/$series/epan/kx.so"
}

# NAME TEXT: a program that prints the text.
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$work/stubs/$1"
    chmod 755 "$work/stubs/$1"
}

# ---- without the plugin ----

read_relay=("$tshark" -r "$work/key-relay.pcap")
as_user "${read_relay[@]}" -Y kx
as_user "${read_relay[@]}" -d tcp.port==7100,kx
as_user "${read_relay[@]}" -q -z kx,relay
as_user "${read_relay[@]}" -o kx.tcp.port:7100
as_user "${read_relay[@]}" -C Kx
as_user "$work/scripts/tshark.sh" -v
folder=$work/no-such-folder as_user "$work/scripts/tshark.sh" -v

# ---- with another one ----

folder=$work/global
false_plugin 99
as_user "${read_relay[@]}" -Y kx
echo 'int x;' | cc -shared -fPIC -xc - -Wl,-soname,libwireshark.so.99 -o "$work/libwireshark.so.99"
false_plugin "${series#*.}" "$work/libwireshark.so.99"
rm "$work/libwireshark.so.99"
as_user "${read_relay[@]}" -Y kx

# ---- installing ----

install=("$work/packaging/install.sh" --profile "$work/profile/Kx" --plugins)
folder=$work/none
as_user "${install[@]}" "$work/no-such-folder"
as_user "${install[@]}" "$work/global"
cp "$work/built/$series/epan/kx.so" "$work/global/$series/epan/"
folder=$work/global
as_user "${install[@]}" "$work/built"
cp "$work/built/$series/epan/kx.so" "$work/home/.local/lib/wireshark/plugins/$series/epan/"
as_user "${read_relay[@]}" -Y kx
path=$work/stubs:/usr/bin:/bin
stub id 'echo 0'
as_user "${install[@]}" "$work/built"
rm "$work/stubs/id"
stub tshark 'echo "TShark (Wireshark) 4.2.5."'
as_user "${install[@]}" "$work/built"
path=$work/stubs
rm "$work/stubs/tshark"
for program in sh sed ls dirname id cat cc env setpriv; do
    ln -s "$(command -v $program)" "$work/stubs/$program"
done
as_user "${install[@]}" "$work/built"

# ---- building ----

as_user "$work/scripts/install-deps.sh"
stub apt-get ''
stub dpkg-query ''
stub sudo 'exit 1'
ln -s "$(command -v grep)" "$work/stubs/grep"
if [ "$(id -u)" -eq 0 ]; then as_user "$work/scripts/install-deps.sh"; else stub id 'echo 1'; as_user "$work/scripts/install-deps.sh"; fi
path=$PATH
mkdir "$work/4.2"
printf 'set(Wireshark_%s)\n' 'MAJOR_VERSION 4' 'MINOR_VERSION 2' 'VERSION 4.2.5' >"$work/4.2/WiresharkConfig.cmake"
as_root "$cmake" -S "$root" -B "$work/b1" -G Ninja -DWireshark_DIR="$work/4.2"
as_root "$cmake" -S "$root" -B "$work/b2" -G Ninja -DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON
printf '#!/bin/sh\necho "TShark (Wireshark) 4.2.5."\n' >"$work/tshark"
chmod 755 "$work/tshark"
as_root "$cmake" -S "$root" -B "$work/b3" -G Ninja -DTSHARK_EXECUTABLE="$work/tshark" -DKX_BUILD_TESTS=ON

# ---- capturing, checking, configuring ----

path=/usr/bin:/bin folder=$work/built
as_user dumpcap -i lo -a duration:1 -w "$work/home/run.pcapng"
as_user "$work/docs/examples/captured.sh" no-such-interface tcp "$work/home/run.pcapng" true
path=$work/stubs:/usr/bin:/bin
stub dumpcap "echo >'$work/home/run.pcapng'"
as_user "$work/docs/examples/captured.sh" lo tcp "$work/home/run.pcapng" sleep 1
path=/usr/bin:/bin
rm -rf "$work/home/.local"
as_user "$work/docs/examples/check-capture.sh" "$work/live-tls13.pcapng" -o tls.keylog_file: -Y 'frame.number < 4'
as_user "$work/docs/examples/check-capture.sh" "$work/live-tls13.pcapng" --disable-protocol tls
as_user editcap "$work/live-tls13.pcapng" "$work/home/again.pcapng"
as_user "${read_relay[@]}" -o 'uat:kx_parameter_names:"src","Source"'
as_user "${read_relay[@]}" -o 'uat:kx_parameter_names:"","Source KMA ID"'
cd "$work" && echo '{' >scenario.json
as_root "$kx_capture" scenario.json "$work/made.pcap"

# ---- were they all printed? ----

# The blocks that hold for this series, each as one line, its blanks alike.
shown() {
    local user=
    [ "$(id -u)" -ne 0 ] || user=unprivileged
    awk -v series="$series" -v user="$user" '
        /^```text/ { inside = NF == 1 || index($0 " ", " " series " ") || $2 == user; next }
        /^```/ { if (inside) print block; inside = 0; block = ""; next }
        inside { block = block $0 }' "$root/docs/troubleshooting.md"
}

said=$(tr -s '\n ' ' ' <"$work/said")
failed=0 count=0
while IFS= read -r message; do
    count=$((count + 1))
    pattern=$(printf '%s' "$message" | sed 's/[][\\*?]/\\&/g; s/\.\.\./*/g')
    # shellcheck disable=SC2053
    [[ $said == *$pattern* ]] || { echo "FAIL: nothing printed: $message" >&2; failed=1; }
done < <(shown)
[ "$count" -gt 20 ] || { echo "FAIL: only $count messages in docs/troubleshooting.md" >&2; failed=1; }
[ $failed -eq 0 ] || sed -n '/^[[:blank:]]/d; s/^/  | /p' "$work/said" >&2
exit $failed
