#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-errors.sh KX_CAPTURE
#
# Feeds wrong scenarios to the generator KX_CAPTURE. Each has to end with status 1 and a message that names
# the file, the place in it and the problem, and has to leave no file behind. A few right ones follow, to show
# that it is the error that is rejected.
set -u

[ $# -eq 1 ] && [ -x "$1" ] || {
    sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
    exit 2
}
kx_capture=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
mkdir out
cases=0
failures=0

report() { # what
    echo "FAILED: $1" >&2
    sed 's/^/    /' stderr >&2
    failures=$((failures + 1))
}

# Runs the generator on scenario.json and compares status and message (a fixed string).
rejects() { # expected-message
    cases=$((cases + 1))
    "$kx_capture" scenario.json out/capture.pcap >stdout 2>stderr
    status=$?
    if [ "$status" -ne 1 ]; then
        report "status $status, not 1, where this was expected: $1"
    elif ! grep -qF -- "kx-capture: $1" stderr; then
        report "expected: $1"
    elif [ -n "$(ls -A out)" ]; then
        report "left behind: $(ls -A out), after: $1"
        rm -f out/*
    fi
}

accepts() { # what
    cases=$((cases + 1))
    if ! "$kx_capture" scenario.json out/capture.pcap >stdout 2>stderr || [ ! -s out/capture.pcap ]; then
        report "$1"
    fi
    rm -f out/*
}

# scenario MESSAGES [CONNECTION-MEMBERS [TOP-MEMBERS]]: two nodes, one connection
scenario() {
    cat >scenario.json <<EOF
{"nodes": {"a": "192.0.2.1", "b": "192.0.2.2", "six": "2001:db8::1"},
 "connections": {"c": {"client": "a", "server": "b", "port": 7100${2-}}},
 "messages": [$1]${3-}}
EOF
}

# The same for errors of a message: one that is right comes first.
message() {
    scenario "{\"command\": \"key relay\", \"payload\": {}}, $1"
}

# --- text that is no JSON: line and column
printf '' >scenario.json
rejects 'scenario.json:1:1: '
printf '{\n  "nodes": {,}\n}\n' >scenario.json
rejects 'scenario.json:2:'
printf '{"nodes": {}' >scenario.json
rejects 'scenario.json:1:'
printf '{"nodes": {},\n "connections": {},\n "nodes": {}}' >scenario.json
rejects 'scenario.json:3:'
printf '{"nodes": {"a": "192.0.2.1", "a": "192.0.2.2"}}' >scenario.json
rejects 'scenario.json:1:'
printf '{"description": "a\\u0000b"}' >scenario.json
rejects 'scenario.json:1:19: \u0000 cannot be in a'
printf '{"description": [1.5e300, -9223372036854775808, 9223372036854775808]}' >scenario.json
rejects 'scenario.json:1:49: an integer beyond 64 bits cannot be in a'
printf '{"description": "\377"}' >scenario.json
rejects 'scenario.json: byte 17 is not UTF-8'
head -c 100000 /dev/zero | tr '\0' '[' >scenario.json
rejects 'scenario.json:1:201: nested too deeply'
rm scenario.json
rejects 'Failed to open file'

# --- the whole
echo '[]' >scenario.json
rejects 'scenario.json: [] is not an object'
echo '{}' >scenario.json
rejects 'scenario.json: the member "nodes" is missing'
scenario '' '' ', "Seed": 1'
rejects 'scenario.json: Seed: unknown member; known here: description, start'
scenario '' '' ', "snaplen": 0'
rejects 'scenario.json: snaplen: 0 is not between 1 and 262144'
scenario '' '' ', "resolution": "ms"'
rejects 'scenario.json: resolution: "ms" is not one of "us", "ns"'
scenario '' '' ', "start": "now"'
rejects 'scenario.json: start: "now" is not an integer'
scenario '' '' ', "seed": 1.5'
rejects 'scenario.json: seed: 1.5 is not an integer'

# --- nodes and connections
echo '{"nodes": {"a": "192.0.2"}, "connections": {}, "messages": []}' >scenario.json
rejects 'scenario.json: nodes.a: "192.0.2" is not an IPv4 or IPv6 address'
echo '{"nodes": {"client": "192.0.2.1"}, "connections": {}, "messages": []}' >scenario.json
rejects 'scenario.json: nodes.client: '
echo '{"nodes": {"an a": 1}, "connections": {}, "messages": []}' >scenario.json
rejects 'scenario.json: nodes["an a"]: 1 is not'
scenario '' ', "server": "b"'
rejects 'scenario.json:2:'
scenario '' ', "clientport": 1'
rejects 'scenario.json: connections.c.clientport: unknown member'
scenario '' ', "client_port": 65536'
rejects 'scenario.json: connections.c.client_port: 65536 is not between 1 and 65535'
scenario '' ', "client_port": 65535, "repeat": 2'
rejects 'scenario.json: connections.c: '
scenario '' ', "repeat": 2'
rejects 'scenario.json: connections.c: a second connection called "c"'
scenario '' ', "close": "quietly"'
rejects 'scenario.json: connections.c.close: "quietly" is not one of "fin", "rst", "none"'
scenario '' ', "mid_stream": -1'
rejects 'scenario.json: connections.c.mid_stream: -1 is not between'
scenario '' ', "segment_size": 0'
rejects 'scenario.json: connections.c.segment_size: 0 is not between'
scenario '' ', "split_at": [10, 10]'
rejects 'scenario.json: connections.c.split_at: the offsets do not ascend'
scenario '' ', "split_at": [0]'
rejects 'scenario.json: connections.c.split_at[0]: 0 is not between'
scenario '' ', "acks": "no"'
rejects 'scenario.json: connections.c.acks: "no" is not true or false'
scenario '' '}, "d": {"client": "a", "server": "x", "port": 1'
rejects 'scenario.json: connections.d.server: no node is called "x"'
scenario '' '}, "d": {"client": "a", "server": "a", "port": 1'
rejects 'scenario.json: connections.d: client and server are the same node'
scenario '' '}, "d": {"client": "a", "server": "six", "port": 1'
rejects 'scenario.json: connections.d: one end has an IPv4, the other an IPv6 address'
scenario '' '}, "d": {"client": "a", "port": 1'
rejects 'scenario.json: connections.d: the member "server" is missing'
scenario '{"connection": "c", "command": 1, "text": ""}, {"connection": "d", "command": 1, "text": ""}' \
    ', "client_port": 5000}, "d": {"client": "a", "server": "b", "port": 7100, "client_port": 5000'
rejects 'scenario.json: messages[1]: connection "c" still uses the addresses and ports of "d"'

# --- messages
message '7'
rejects 'scenario.json: messages[1]: 7 is not an object'
message '{"payload": {}}'
rejects 'scenario.json: messages[1]: the member "command" is missing'
message '{"command": "key relays", "payload": {}}'
rejects 'scenario.json: messages[1].command: "key relays" is not one of "key relay", '
message '{"command": "0x11011", "payload": {}}'
rejects 'scenario.json: messages[1].command: '
message '{"command": 65536, "payload": {}}'
rejects 'scenario.json: messages[1].command: 65536 is not between 0 and 65535'
message '{"command": 1}'
rejects 'scenario.json: messages[1]: a message has one of payload, text, hex, pieces and raw'
message '{"command": 1, "text": "", "payload": {}}'
rejects 'scenario.json: messages[1]: a message has one of'
message '{"command": 1, "txt": ""}'
rejects 'scenario.json: messages[1].txt: unknown member'
message '{"command": 1, "raw": ""}'
rejects 'scenario.json: messages[1]: raw bytes have no header'
message '{"command": 1, "text": "", "id": -1}'
rejects 'scenario.json: messages[1].id: -1 is not between 0 and 4294967295'
message '{"command": 1, "text": "", "id": "one"}'
rejects 'scenario.json: messages[1].id: "one" is no number of 32 bits'
message '{"command": 1, "text": "", "version": 1.0}'
rejects 'scenario.json: messages[1].version: 1.0 is not an integer'
message '{"command": 1, "text": "", "connection": "d"}'
rejects 'scenario.json: messages[1].connection: no connection is called "d"'
message '{"command": 1, "text": "", "from": "six"}'
rejects 'scenario.json: messages[1].from: "six" is no end of the connection "c"'
message '{"command": 1, "text": "", "at": 1, "delay": 1}'
rejects 'scenario.json: messages[1]: either at or delay'
message '{"command": 1, "text": "", "delay": -1}'
rejects 'scenario.json: messages[1].delay: -1 is not a number of seconds'
message '{"command": 1, "text": "", "at": 0}'
rejects 'scenario.json: messages[1].at: lies before the previous message'
scenario '{"command": 1, "text": ""}' '}, "d": {"client": "a", "server": "b", "port": 1'
rejects 'scenario.json: messages[0]: there are several connections'
message '{"close": "fin", "text": ""}'
rejects 'scenario.json: messages[1].text: unknown member'

# --- bytes
message '{"command": 1, "hex": "00 f"}'
rejects 'scenario.json: messages[1].hex: "f" is not a byte'
message '{"command": 1, "hex": "0 0"}'
rejects 'scenario.json: messages[1].hex: "0 0" is not a byte'
message '{"command": 1, "text": {}}'
rejects 'scenario.json: messages[1].text: {} is not a string'
message '{"command": 1, "text": ["", 1]}'
rejects 'scenario.json: messages[1].text[1]: 1 is not a string'
message '{"command": 1, "pieces": ["", 1]}'
rejects 'scenario.json: messages[1].pieces[1]: 1 is not a piece'
message '{"command": 1, "pieces": {"fill": 1}}'
rejects 'scenario.json: messages[1].pieces: a piece has "hex"'
message '{"command": 1, "pieces": {"repeat": "x"}}'
rejects 'scenario.json: messages[1].pieces: the member "count" is missing'
message '{"command": 1, "pieces": {"repeat": ["x", {"hex": "0"}], "count": 1}}'
rejects 'scenario.json: messages[1].pieces.repeat[1].hex: "0" is not a byte'
message '{"command": 1, "payload": [{"$repeat": 0, "$item": 1}]}'
rejects 'scenario.json: messages[1].payload[0].$repeat: 0 is not between'
message '{"command": 1, "payload": {"Keys": [{"$repeat": 1, "$item": {"Key": "${j}"}}]}}'
rejects 'scenario.json: messages[1].payload.Keys[0].$item.Key: no repetition here counts "j"'
message '{"command": 1, "pieces": {"repeat": "x", "count": 65536}}'
rejects 'scenario.json: messages[1]: the payload has 65536 bytes, but Length can only say 65535'
message '{"raw": {"repeat": {"repeat": "xxxxxxxxxxxxxxxx", "count": 10000000, "as": "m"}, "count": 10000000}}'
rejects 'scenario.json: messages[1]: yields more than'

# --- repetition and placeholders
message '{"command": 1, "text": "${i}"}'
rejects 'scenario.json: messages[1].text: no repetition here counts "i"'
for placeholder in '${i' '${i+}' '${i:65}' '${i%x}' '${i 1}' '${key}' '${key:x}' '${key:65536}' '${key:8:base32}' \
    '${uuid:}' '${uuid:x}' '${}'; do
    message "{\"repeat\": 2, \"command\": 1, \"text\": \"$placeholder\"}"
    rejects 'scenario.json: messages[1].text: '
done
message '{"repeat": 0, "command": 1, "text": ""}'
rejects 'scenario.json: messages[1].repeat: 0 is not between'
message '{"repeat": 2, "as": "key", "command": 1, "text": ""}'
rejects 'scenario.json: messages[1]: "key" cannot be the name of a counter'
message '{"as": "n", "command": 1, "text": ""}'
rejects 'scenario.json: messages[1]: the member "repeat" is missing'
message '{"repeat": 2, "messages": [{"repeat": 2, "command": 1, "text": ""}]}'
rejects 'scenario.json: messages[1].messages[0]: "i" counts an outer repetition'
message '{"repeat": 2, "messages": [{"command": 1}]}'
rejects 'scenario.json: messages[1].messages[0]: a message has one of'
message '{"repeat": 2, "messages": [], "command": 1}'
rejects 'scenario.json: messages[1].command: unknown member'

# --- delivery and faults
message '{"command": 1, "text": "", "split_at": [10]}'
rejects 'scenario.json: messages[1]: offset 10 lies outside the message, which has 10 bytes'
message '{"command": 1, "text": "", "drop": [1]}'
rejects 'scenario.json: messages[1]: there is no segment 1: the message has 1'
message '{"command": 1, "text": "", "reorder": [0]}'
rejects 'scenario.json: messages[1]: there is no segment 1'
message '{"command": 1, "text": "", "segments": [[0, 11]]}'
rejects 'scenario.json: messages[1]: offset 11 lies outside'
message '{"command": 1, "text": "", "segments": [[5, 5]]}'
rejects 'scenario.json: messages[1].segments[0]: a segment is [from, to]'
message '{"command": 1, "text": "", "segments": [[0, 5]], "drop": [0]}'
rejects 'scenario.json: messages[1]: segments excludes'
message '{"command": 1, "pieces": {"repeat": "x", "count": 65535}, "segments": [[0, 65545]]}'
rejects 'scenario.json: messages[1]: the segment [0, 65545] is longer than 65495 bytes'

# --- what must work
message '{"command": 1, "text": "$${i} costs $5"}'
accepts 'a literal ${'
message '{"repeat": 2, "command": 1, "text": "${i-1%3:4}${i}${uuid:i}${uuid}${key:0}${key:3:HEX}", "id": "${i+5}"}'
accepts 'every kind of placeholder'
scenario '{"connection": "c-1", "command": 1, "text": ""}' \
    '}, "c-${i}": {"client": "a", "server": "b", "port": 1, "repeat": 3'
accepts 'connections with repeat'
message '{"close": "fin"}, {"close": "fin"}, {"command": 1, "text": ""}'
accepts 'closing twice and opening again'

# --- the output
message '{"command": 1, "text": ""}'
cases=$((cases + 1))
"$kx_capture" scenario.json missing/capture.pcap 2>stderr
[ $? -eq 1 ] && grep -qF 'missing/capture.pcap: ' stderr || report 'output in a missing folder'
mkdir folder
"$kx_capture" scenario.json folder 2>stderr
[ $? -eq 1 ] && grep -qF 'folder: exists and is not a regular file' stderr || report 'output onto a folder'
echo old >out/capture.pcap
message '{"command": 1}'
"$kx_capture" scenario.json out/capture.pcap 2>stderr
[ "$(ls -A out)" = capture.pcap ] && [ "$(cat out/capture.pcap)" = old ] || report 'an error destroys the old capture'
if [ -w /dev/full ]; then # fails only when it is flushed
    ln -s /dev/full out/full
    "$kx_capture" scenario.json out/full 2>stderr
    [ $? -eq 1 ] || report 'output onto a device'
fi

# --- usage
"$kx_capture" >stdout 2>stderr
[ $? -eq 2 ] && grep -q '^Usage: ' stderr || report 'no arguments'
"$kx_capture" --verbose out/x >stdout 2>stderr
[ $? -eq 2 ] || report 'an unknown option'
"$kx_capture" --help >stdout 2>stderr
[ $? -eq 0 ] && grep -q '^PLACEHOLDERS' stdout || report '--help'

echo "$cases cases, $failures failures"
[ "$failures" -eq 0 ]
