#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/screenshots.sh [--all FOLDER [PICTURE ...]]
# Makes the pictures of the documents anew, in docs/images in English and in docs/images/ja in Japanese; with --all, a
# picture of every window that shows something of the plugin, or of those named, in FOLDER, to be looked at. Wireshark
# runs with the plugin of build/release (or KX_PLUGIN_DIR) and the profile Kx, on a display of its own. Needs wireshark,
# Xvfb, openbox, xdotool, ImageMagick and a font with Japanese (Debian: fonts-noto-cjk). Tried with Wireshark 4.0; with
# 4.4 and 4.6 all but what is reached by its place in a menu that differs there (flow_graph, messages, export_pdus).
set -eu

usage() { sed -n '3,8s/^# //p' "$0"; }
root=$(cd "$(dirname "$0")/.." && pwd)
plugins=${KX_PLUGIN_DIR-$root/build/release/plugins}
images=$root/docs/images
all=
case "${1-}" in
-h | --help) usage; exit 0 ;;
--all) all=yes images=${2:?$(usage)}; shift 2 ;;
?*) usage >&2; exit 2 ;;
esac

fail() {
    echo "screenshots.sh: $1" >&2
    exit 1
}

for command in wireshark Xvfb openbox xdotool import convert; do
    command -v "$command" >/dev/null || fail "there is no $command"
done
[ -d "$plugins" ] || fail "there is no $plugins: please build first (scripts/build.sh)"

# ---- a display, and a home for a user who sees nothing of yours ----

work=$(mktemp -d)
wireshark_pid='' openbox_pid='' xvfb_pid=''

clean_up() {
    [ -z "$wireshark_pid" ] || kill "$wireshark_pid" 2>/dev/null || true
    [ -z "$openbox_pid" ] || kill "$openbox_pid" 2>/dev/null || true
    [ -z "$xvfb_pid" ] || kill "$xvfb_pid" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# Xvfb chooses a number that is free, and tells.
mkfifo "$work/number"
Xvfb -displayfd 3 -screen 0 1500x1000x24 3>"$work/number" 2>"$work/xvfb.log" &
xvfb_pid=$!
read -r number <"$work/number"
export DISPLAY=":$number"
openbox >"$work/openbox.log" 2>&1 &
openbox_pid=$!

as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

new_home() {
    rm -rf "${work:?}/home"
    mkdir -p "$work/home/wireshark/profiles" "$work/home/runtime"
    echo "language: $language" >"$work/home/wireshark/language"
    cp -R "$root/profile/Kx" "$work/home/wireshark/profiles/"
    cat >"$work/home/wireshark/recent_common" <<END
gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: 1280
gui.geometry_main_height: 820
gui.geometry_main_maximized: FALSE
END
    cat >>"$work/home/wireshark/profiles/Kx/recent" <<END
gui.geometry_main_upper_pane: 200
END
    chmod 700 "$work/home/runtime"
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$work/home"
}

# An ordinary user may not be able to look into the checkout.
chmod 755 "$work"
cp -R "$plugins" "$work/plugins"
cp -R "$root/test-captures" "$work/captures"

# ---- Wireshark ----

# CAPTURE [WIRESHARK ARGUMENT ...]: starts Wireshark and waits until the capture is open.
open_capture() {
    local capture=$1
    shift
    new_home
    "${as_user[@]}" env -i PATH="$PATH" DISPLAY="$DISPLAY" LC_ALL=C.UTF-8 TZ=UTC QT_QPA_PLATFORM=xcb \
        HOME="$work/home" XDG_CONFIG_HOME="$work/home" XDG_RUNTIME_DIR="$work/home/runtime" \
        WIRESHARK_PLUGIN_DIR="$work/plugins" WIRESHARK_EXTCAP_DIR="$work/home" \
        wireshark -C Kx -n -r "$work/captures/$capture" "$@" 2>"$work/wireshark.log" &
    wireshark_pid=$!
    main_window=$(find_window "$capture")
    sleep 2
    xdotool windowfocus --sync "$main_window"
}

# Selects the Kx message of the packet on display in its tree, below whose last line it clicks first.
select_message() {
    xdotool mousemove --window "$main_window" 200 770 click 1
    press Down Down Down Down Down Down
}

# TITLE: waits for a window whose title matches, and prints its id.
find_window() {
    local id
    for _ in $(seq 60); do
        id=$(xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -1)
        if [ -n "$id" ]; then
            echo "$id"
            return
        fi
        kill -0 "$wireshark_pid" 2>/dev/null || break
        sleep 0.5
    done
    cat "$work/wireshark.log" >&2
    fail "no window \"$1\""
}

close_capture() {
    kill "$wireshark_pid"
    wait "$wireshark_pid" 2>/dev/null || true
    wireshark_pid=''
}

# KEY ...: one after the other, each after Wireshark had time for the last.
press() {
    local key
    for key; do
        xdotool key "$key"
        sleep 0.15
    done
    sleep 1
}

# TITLE WIDTH HEIGHT: to be seen whole.
resize() {
    xdotool windowsize --sync "$(find_window "$1")" "$2" "$3"
    sleep 1
}

# TITLE PICTURE: photographs the window with its frame.
photograph() {
    local folder=$images
    [ "$language" = en ] || folder=$images/ja
    mkdir -p "$folder"
    import -frame -window "$(find_window "$1")" "$work/$2.png"
    convert "$work/$2.png" -strip +dither -colors 128 -define png:compression-level=9 "PNG8:$folder/$2.png"
    echo "$folder/$2.png"
}

# ---- the pictures ----

# The packet list, the tree of the second hop with its first key file open, the Key ID highlighted in the bytes.
main_window() {
    open_capture key-relay.pcap -Y kx -g 9
    select_message
    press Right Down Down Down Down Down Down Down Down Down Right Down Right Down
    photograph key-relay.pcap main-window
    close_capture
}

expert_information() {
    open_capture deviations-types.pcap -z expert
    resize 'Expert Information|エキスパート情報' 1000 420
    photograph 'Expert Information|エキスパート情報' expert-information
    close_capture
}

key_relays() {
    open_capture live-tls13.pcapng -o kx.tls.port:41630 -z kx,relay
    resize 'Kx Key Relays' 1250 330
    photograph 'Kx Key Relays' key-relays
    close_capture
}

tables() {
    for table in times keys links conformance; do
        open_capture live-tls13.pcapng -o kx.tls.port:41630 -z "kx,$table"
        resize 'Wireshark · Kx' 1250 330
        photograph 'Wireshark · Kx' "$table"
        close_capture
    done
}

# No option of Wireshark opens what follows: it is found by its place in a menu.

flow_graph() {
    open_capture key-relay.pcap -Y kx
    press alt+s Up Up Up Up Up Up Up Up Up Up Up Up Return
    resize 'Flow|フロー' 1470 330
    xdotool mousemove --window "$(find_window 'Flow|フロー')" 18 274 click 1
    sleep 1
    photograph 'Flow|フロー' flow-graph
    close_capture
}

io_graphs() {
    open_capture live-tls13.pcapng -o kx.tls.port:41630
    press alt+s i
    photograph 'Graphs|グラフ' io-graphs
    close_capture
}

response_times() {
    open_capture live-tls13.pcapng -o kx.tls.port:41630 -z kx,srt
    resize 'Response Time' 760 250
    photograph 'Response Time' response-times
    close_capture
}

messages() {
    open_capture live-tls13.pcapng -o kx.tls.port:41630
    press alt+s Up Right Return
    resize '· Messages ·' 800 480
    photograph '· Messages ·' messages
    close_capture
}

conversations() {
    open_capture live-tls13.pcapng -o kx.tls.port:41630
    press alt+s Down Down Down Return
    resize '· Conversations ·' 1250 480
    photograph '· Conversations ·' conversations
    close_capture
}

endpoints() {
    open_capture live-tls13.pcapng -o kx.tls.port:41630
    press alt+s Down Down Down Down Return
    resize '· Endpoints ·' 1250 480
    photograph '· Endpoints ·' endpoints
    close_capture
}

preferences() {
    open_capture key-relay.pcap -Y kx -g 9
    select_message
    press Menu Up Up Right Return
    photograph '· Preferences' preferences
    close_capture
}

decode_as() {
    open_capture key-relay.pcap -Y kx -d tcp.port==7100,kx
    press ctrl+shift+u
    photograph '· Decode As' decode-as
    close_capture
}

# The dialog, and what it makes.
export_pdus() {
    open_capture key-relay.pcap -Y kx
    press alt+f Up Up Up Up Up Up Return
    xdotool mousemove --window "$(find_window '^Dialog$')" 60 73 click 1
    press k Return
    photograph '^Dialog$' export-pdus
    press Return
    photograph 'Untitled' exported-pdus
    close_capture
}

documents='main_window expert_information key_relays flow_graph'
others='io_graphs tables response_times messages conversations endpoints preferences decode_as export_pdus'

language=en
if [ -n "$all" ]; then
    # shellcheck disable=SC2086
    [ $# -gt 0 ] || set -- $documents $others
    for picture; do "$picture"; done
    exit
fi
for language in en ja_JP; do
    for picture in $documents; do "$picture"; done
done
