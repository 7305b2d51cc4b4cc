#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: docs/test-examples.sh TSHARK_SCRIPT
# Runs docs/examples: the check must tell good captures from bad; what the pipelines do is done with a dumpcap and tests
# that only seem so. Capture filters and preferences that the pages name must be there.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -euo pipefail

if [ $# -ne 1 ]; then
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
fi

tshark=$1
root=$(cd "$(dirname "$0")/.." && pwd)
check=$root/docs/examples/check-capture.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAIL: $1" >&2
    exit 1
}

# What the examples call tshark. The script itself needs the real one: the path as it was.
mkdir "$work/bin"
printf '#!/bin/sh\nPATH="%s" exec "%s" "$@"\n' "$PATH" "$tshark" >"$work/bin/tshark"
chmod 755 "$work" "$work/bin" "$work/bin/tshark"
PATH=$work/bin:$PATH
cd "$work"
cp -R "$root/test-captures" .

# ---- the check ----

# STATUS [OPTION ...] CAPTURE [TSHARK ARGUMENT ...]: the check's exit status
expect() {
    local status=$1 got=0
    shift
    "$check" "$@" >printed 2>errors || got=$?
    [ "$got" -eq "$status" ] || fail "check-capture.sh $* exits with $got, not $status: $(cat printed errors)"
}

c=test-captures
expect 0 $c/tcp-interleaved.pcap
for capture in key-relay key-relay-inconsistent key-id-reused keys-mismatch message-ids unanswered garbage \
    invalid-syntax deviations-missing deviations-types deviations-unknown deviations-duplicates deviations-commands \
    deviations-not-object; do
    expect 1 $c/$capture.pcap
done
expect 0 $c/live-tls13.pcapng -R 'frame.number < 100'
expect 1 $c/live-tls13.pcapng
expect 2 $c/live-tls13-no-secrets.pcapng # nothing that could be read
expect 2 no-such-capture.pcap
expect 2 $c/tcp-interleaved.pcap --disable-protocol kx
expect 2
expect 2 --no-such-option $c/tcp-interleaved.pcap
expect 2 --allow 'kx.(' $c/tcp-interleaved.pcap

# What is allowed is not looked for, and nothing else: frames 4 and 9 have a key outside TLS, 11 and 13 a failure.
failed_relay=$c/key-relay-failure.pcap
found() { cut -f 1 printed | tr '\n' ' '; }
expect 1 $failed_relay
[ "$(found)" = '4 9 11 13 ' ] || fail "finds $(found)"
expect 1 --allow kx.key.cleartext $failed_relay
[ "$(found)" = '11 13 ' ] || fail "with --allow kx.key.cleartext finds $(found)"
expect 1 --allow 'frame.number == 9' --allow kx.response.failure $failed_relay
[ "$(found)" = '4 ' ] || fail "with --allow of a frame finds $(found)"
expect 0 --allow kx.key.cleartext --allow kx.response.failure $failed_relay
expect 0 --allow kx $failed_relay

# The report has a test case for each finding.
expect 1 --junit report.xml --allow kx.key.cleartext $failed_relay
grep -q 'tests="[0-9]*" failures="1"' report.xml || fail "the report: $(cat report.xml)"
[ "$(grep -c '<failure' report.xml)" -eq 1 ] || fail "the report: $(cat report.xml)"
grep -A 1 'name="kx.response.failure">' report.xml | grep -q '<failure.*frame 11: ' || fail "the report: $(cat report.xml)"
grep -q 'name="kx.key.cleartext"' report.xml && fail 'what is allowed is in the report'
expect 2 --junit report.xml $c/live-tls13-no-secrets.pcapng
[ ! -e report.xml ] || fail 'a report of a capture that proves nothing'

# Whatever the plugin reports is in the check, but for what is no fault of a key manager: what is said of the payload's way
# to the JSON dissector, and of the bytes before a connection was recognised.
sed -n '/^## Expert infos/,$s/^| `\(kx[^`]*\)`.*/\1/p' "$root/docs/fields.md" | grep -v -e not_handed_over -e connection.late -e link.uncertain -e request.repeated >reported
[ -s reported ] || fail 'no expert infos in docs/fields.md'
while read -r name; do
    grep -qF "$name" "$check" || fail "$check does not know $name"
done <reported

# ---- the pipelines ----

# A capture that grows until it is ended, tests that succeed or fail, and the package's folder.
cat >bin/dumpcap <<END
#!/bin/sh
while [ "\$1" != -w ]; do shift; done
cp "$work/captured.pcap" "\$2"
exec sleep 60
END
cp "$check" bin/kx-check
# shellcheck disable=SC2016
printf '#!/bin/sh\nexit "$TEST_STATUS"\n' >run-tests
: >keys.log
chmod 755 bin/dumpcap bin/kx-check run-tests
chmod 644 keys.log
cp -R "$root/docs/examples" .

# The commands between these lines of a pipeline, each a line of shell.
sed -n '/^  script:/,/^  artifacts:/s/^    - //p' "$root/docs/examples/gitlab-ci.yml" >gitlab.sh
sed -n '/^          examples=/,/^          exit/s/^          //p' "$root/docs/examples/github-actions.yml" >github.sh

# STATUS PIPELINE CAPTURE STATUS_OF_TESTS
pipeline() {
    local got=0
    cp "$c/$3" captured.pcap
    sed 's|^examples=.*|examples=examples|' "$2.sh" >run.sh
    KX_PORT=7100 KX_TESTS=./run-tests TEST_STATUS=$4 sh -e run.sh >printed 2>&1 || got=$?
    [ "$got" -eq "$1" ] || fail "$2 with $3 and tests that exit with $4 exits with $got, not $1: $(cat printed)"
    [ -s kx.xml ] || fail "$2 leaves no report"
}

for name in gitlab github; do
    [ "$(wc -l <$name.sh)" -eq 5 ] || fail "the commands of $name: $(cat $name.sh)"
    pipeline 0 $name tcp-interleaved.pcap 0
    pipeline 1 $name key-relay.pcap 0
    pipeline 3 $name tcp-interleaved.pcap 3
done

# ---- capture filters and preferences ----

filters=$(grep -oh "dumpcap .*-f '[^']*'" "$root"/README.md "$root"/docs/*.md | sed "s/.*-f '//; s/'$//" | sort -u)
[ -n "$filters" ] || fail 'no capture filters'
while IFS= read -r filter; do
    tcpdump -y EN10MB -d "$filter" >/dev/null || fail "no capture filter: $filter"
done <<<"$filters"

preferences=()
# shellcheck disable=SC2013,SC2016
for name in $(sed -n 's/^| `\(kx[^`]*\)`.*/\1/p' "$root/docs/preferences.md"); do
    preferences+=(-o "$name:")
done
[ ${#preferences[@]} -gt 0 ] || fail 'no preferences in docs/preferences.md'
! tshark -r $failed_relay "${preferences[@]}" 2>&1 | grep 'unknown preference' || fail 'a preference that is none'
