#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-examples.sh TSHARK_SCRIPT KX_CAPTURE
# Runs those examples of README.md that are no tshark commands: the scenario of "Your own captures", which must print
# what stands there, and the step of "In your own tests", which must tell a good capture from bad ones.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -eu

if [ $# -ne 2 ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi

tshark=$1
kx_capture=$2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAIL: $1" >&2
    exit 1
}

# HEADING LANGUAGE: the first fenced block of that language below the heading.
block() {
    awk -v heading="## $1" -v fence="\`\`\`$2" '
        $0 == heading { below = 1; next }
        /^## / { below = 0 }
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

# ---- your own captures ----

block 'Your own captures' json >scenario.json
block 'Your own captures' console >expected
[ -s scenario.json ] && [ -s expected ] || fail 'no scenario, or no output of it, in README.md'
"$kx_capture" scenario.json mine.pcap
tshark -r mine.pcap -Y kx >printed
diff expected printed || fail 'the scenario of README.md does not print what README.md says'

# ---- in your own tests ----

block 'In your own tests' sh >step.sh
[ -s step.sh ] || fail 'no step in README.md'

# CAPTURE: the exit status of the step
step() {
    cp "$root/test-captures/$1" capture.pcapng
    sh step.sh >printed
}

step tcp-interleaved.pcap || fail "the step finds something in a good capture: $(cat printed)"
for bad in deviations-missing key-relay key-supply unanswered invalid-syntax; do
    if step "$bad.pcap"; then
        fail "the step finds nothing in $bad.pcap"
    fi
done
