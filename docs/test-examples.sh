#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-examples.sh TSHARK_SCRIPT KX_CAPTURE
# Runs those examples of README.md that are no tshark commands: the scenario of "Captures of your own making" and the
# check of "In your own regression tests" must print what stands there. The check must tell good captures from bad, and
# the preferences must be there.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -eu

if [ $# -ne 2 ]; then
    sed -n '3,7s/^# //p' "$0" >&2
    exit 2
fi

tshark=$1
kx_capture=$2
root=$(cd "$(dirname "$0")/.." && pwd)
check=$root/docs/examples/check-capture.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAIL: $1" >&2
    exit 1
}

# HEADING LANGUAGE: the first fenced block of that language below the heading.
block() {
    awk -v heading="$1" -v fence="\`\`\`$2" '
        $0 == heading { below = 1; next }
        !inside && /^#/ { below = 0 }
        below && inside && /^```/ { exit }
        inside { print }
        below && $0 == fence { inside = 1 }' "$root/README.md"
}

# What the examples call tshark. The script itself needs the real one: the path as it was.
mkdir "$work/bin"
printf '#!/bin/sh\nPATH="%s" exec "%s" "$@"\n' "$PATH" "$tshark" >"$work/bin/tshark"
chmod 755 "$work" "$work/bin" "$work/bin/tshark"
PATH=$work/bin:$PATH
cd "$work"

# ---- captures of your own making ----

block '### Captures of your own making' json >scenario.json
block '### Captures of your own making' console >expected
if [ ! -s scenario.json ] || [ ! -s expected ]; then fail 'no scenario, or no output of it, in README.md'; fi
"$kx_capture" scenario.json mine.pcap
tshark -r mine.pcap -Y kx >printed
diff expected printed || fail 'the scenario of README.md does not print what README.md says'

# ---- in your own regression tests ----

cp -R "$root/test-captures" .
mkdir docs
cp -R "$root/docs/examples" docs
block '## In your own regression tests' console >shown
command=$(sed -n 's/^\$ //p' shown)
[ -n "$command" ] || fail 'no command in README.md'
sed '/^\$ /d' shown >expected
sh -c "$command" >printed && fail "$command finds nothing"
diff expected printed || fail "$command does not print what README.md says"

# STATUS CAPTURE [TSHARK ARGUMENT ...]: the check's exit status
expect() {
    status=$1 capture=test-captures/$2
    shift 2
    got=0
    "$check" "$capture" "$@" >printed 2>errors || got=$?
    [ "$got" -eq "$status" ] || fail "the check of $capture $* exits with $got, not $status: $(cat printed errors)"
}

expect 0 tcp-interleaved.pcap
for capture in key-relay key-relay-inconsistent key-id-reused keys-mismatch message-ids unanswered garbage \
    invalid-syntax deviations-missing deviations-types deviations-unknown deviations-duplicates deviations-commands \
    deviations-not-object; do
    expect 1 $capture.pcap
done
expect 0 live-tls13.pcapng -R 'frame.number < 100'
expect 1 live-tls13.pcapng
expect 2 live-tls13-no-secrets.pcapng # nothing that could be read
expect 2 no-such-capture.pcap
expect 2 tcp-interleaved.pcap --disable-protocol kx

# Whatever the plugin reports is in the check, but for what is no fault of a key manager: what is said of the payload's way
# to the JSON dissector, and of the bytes before a connection was recognised.
sed -n '/^## Expert infos/,$s/^| `\(kx[^`]*\)`.*/\1/p' "$root/docs/fields.md" | grep -v -e not_handed_over -e connection.late >reported
[ -s reported ] || fail 'no expert infos in docs/fields.md'
while read -r name; do
    grep -qF "$name" "$check" || fail "$check does not know $name"
done <reported

# ---- preferences ----

set --
# shellcheck disable=SC2013,SC2016
for name in $(sed -n '/^## Preferences/,/^## Limits/s/^| `\(kx[^`]*\)`.*/\1/p' "$root/README.md"); do
    set -- "$@" -o "$name:"
done
[ $# -gt 0 ] || fail 'no preferences in README.md'
tshark -r mine.pcap "$@" 2>&1 | grep 'unknown preference' && fail 'README.md names a preference that is none'
exit 0
