#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: profile/test-profile.sh TSHARK PLUGIN_FOLDER
# Loads the profile Kx in TSHARK: its columns, colours and filter buttons must be understood, and do what they say.
set -eu

if [ $# -ne 2 ]; then
    sed -n '3,4s/^# //p' "$0" >&2
    exit 2
fi

tshark=$1
plugins=$2
here=$(cd "$(dirname "$0")" && pwd)
captures=$here/../test-captures
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

fail() {
    echo "FAIL: $1" | tee -a "$home/failures" >&2
}

# Personal folders of its own; as root, Wireshark reads plugins from nowhere else, so without privileges.
mkdir -p "$home/wireshark/profiles"
cp -R "$here/Kx" "$home/wireshark/profiles/"
cp -R "$plugins" "$home/plugins"
cp "$captures"/*.pcap "$home/"
chmod -R a+rX "$home"
drop=
if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534:65534 "$home"
    drop='setpriv --reuid=65534 --regid=65534 --clear-groups'
fi

# CAPTURE [TSHARK ARGUMENT ...]: in two passes; anything on standard error is a failure.
with_profile() {
    capture=$home/$1.pcap
    shift
    $drop env -i PATH="$PATH" LC_ALL=C.UTF-8 TZ=UTC HOME="$home" XDG_CONFIG_HOME="$home" \
        WIRESHARK_PLUGIN_DIR="$home/plugins" WIRESHARK_EXTCAP_DIR="$home" \
        ${KX_TEST_PRELOAD:+LD_PRELOAD="$KX_TEST_PRELOAD" ASAN_OPTIONS="${ASAN_OPTIONS-}"} \
        "$tshark" -C Kx -n -2 -r "$capture" "$@" 2>"$home/errors" || fail "tshark $*: exit status $?"
    [ ! -s "$home/errors" ] || fail "tshark $*: $(cat "$home/errors")"
}

# WHAT GOT EXPECTED
check() {
    [ "$2" = "$3" ] || fail "$1:
  is        $2
  should be $3"
}

# ---- columns ----

# Command, Hop, Response, Response time
tab=$(printf '\t')
check 'columns' "$(with_profile key-relay -Y kx -T tabs | sed "s/$tab→$tab/$tab/" | cut -f 6-9 | tr '\t' ',')" \
    'Key relay,1,,
Key relay,2,,
Key relay,3,,
Key relay completion notification,,success,0.034000000'
# Widths are those of the columns, in their order.
columns=$(sed -n 's/^\t.*"\(%[^":]*:*[^":]*\).*/\1/p' "$here/Kx/preferences")
widths=$(sed -n 's/^\t"*\(%[^",]*\).*/\1/p' "$here/Kx/recent")
check 'the columns with a width' "$widths" "$columns"

# ---- colours: of the rules that match, the most severe one decides ----

# CAPTURE FILTER RULE
colour() {
    check "the colour of $2 in $1" "$(with_profile "$1" --color -Y "$2" -T fields -e frame.coloring_rule.name | sort -u)" "$3"
}

colour key-relay 'kx.command_code == 0x1101' 'Kx key outside TLS'
colour key-relay 'kx.command_code == 0x1102' 'Kx'
colour key-relay-failure 'kx.response' 'Kx failure'
colour invalid-syntax 'kx.payload.invalid' 'Kx broken message'
colour garbage 'kx.resync' 'Kx broken message'
colour unanswered 'kx.session_id' 'Kx no response or no request'
# In a laboratory without TLS, keys outside TLS hide neither of these.
colour relays-interleaved 'kx.response.missing && kx.key.cleartext' 'Kx no response or no request'
colour deviations-unknown 'kx.parameter.unknown && kx.key.cleartext && !kx.response.missing' 'Kx deviation'
colour key-relay 'tcp.flags.syn == 1' 'TCP SYN/FIN'
while read -r line; do
    case $line in
    @*)
        rule=${line#@*@}
        with_profile key-relay -Y "${rule%@\[*}" >/dev/null
        ;;
    esac
done <"$here/Kx/colorfilters"

# Every finding has a colour, but for what is said of the payload's way to the JSON dissector.
# shellcheck disable=SC2013,SC2016
for finding in $(sed -n '/^## Expert infos/,$s/^| `\(kx[^`]*\)`.*/\1/p' "$here/../docs/fields.md" | grep -v not_handed_over); do
    grep -qF "$finding" "$here/Kx/colorfilters" || fail "no colour for $finding"
done

# ---- filter buttons: each is a filter, and finds something in the capture meant for it ----

# LABEL CAPTURE [TSHARK ARGUMENT ...]
button() {
    label=$1
    capture=$2
    shift 2
    filter=$(sed -n "s/^\"TRUE\",\"$label\",\"\([^\"]*\)\",.*/\1/p" "$here/Kx/dfilter_buttons")
    [ -n "$filter" ] || fail "there is no button $label"
    [ -n "$(with_profile "$capture" -Y "$filter" "$@")" ] || fail "the button $label finds nothing in $capture"
    tested=$((tested + 1))
}

tested=0
button 'All Kx' commands
button 'Key relays' commands
button 'Failures' key-supply
button 'Deviations' deviations-missing
button 'Cleartext keys' key-relay
button 'Unanswered' unanswered
check 'the button Slow' "$(grep -c '"Slow > 1 s","kx.response_time > 1"' "$here/Kx/dfilter_buttons")" 1
check 'the number of buttons' "$(grep -c '^"' "$here/Kx/dfilter_buttons")" $((tested + 1))

# ---- graphs: their filters, and fields ----

while IFS=, read -r _ name filter _ _ _ field _; do
    filter=${filter#?} field=${field#?}
    field=${field%?}
    [ -n "$(with_profile key-relay-failure -Y "${filter%?}" -T fields -e frame.number ${field:+-e "$field"})" ] ||
        fail "the graph $name finds nothing"
done <<END
$(grep '^"' "$here/Kx/io_graphs")
END

[ ! -e "$home/failures" ]
