#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/scale/test-relays.sh
# What docs/examples/kx-relays.jq prints of answers of an engine, written by hand: one relay that two sites saw, one whose
# answer is missing, two of one ID between other end points, and two of one ID between the same ones, an hour apart.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)

# SITE EPOCH SENDER RECEIVER COMMAND [VERDICT]: a message, as the engine has it.
message() {
    jq -n -c --arg site "$1" --argjson epoch "$2" --arg sender "$3" --arg receiver "$4" --argjson command "$5" \
        --arg verdict "${6-}" '{_source: ({site: $site, epoch: $epoch, sender: {address: $sender},
            receiver: {address: $receiver}, header: {command_code: $command},
            relay: {source: "Tokyo", destination: "Osaka"}} + if $verdict == "" then {} else {links: {verdict: $verdict}} end)}'
}

# REQUEST KEYS: with the messages of the standard input.
bucket() {
    jq -s -c --arg request "$1" --argjson keys "$2" \
        '{key: {request: $request}, keys: {value: $keys}, messages: {hits: {hits: .}}}'
}

buckets() {
    { message east 2.003 a b 4353; message west 2.001 b c 4353; message west 2.004 c a 4354 success; } | bucket whole 1
    message east 3 a b 4353 | bucket open 1
    { message east 4 a b 4353; message west 4 d b 4353; } | bucket counters 2
    { message east 5 a b 4353; message east 3605 a b 4353; message east 3605.1 b a 4354 success; } | bucket again 1
}

expected() {
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
        whole Tokyo Osaka 'a > b > c' 2 0.003 success \
        open Tokyo Osaka 'a > b' 1 0 open \
        counters '?' '?' '?' 2 '?' 'several relays of this ID' \
        again '?' '?' '?' 1 '?' 'several relays of this ID'
}

diff <(expected) <(buckets | jq -s '{aggregations: {relays: {buckets: .}}}' | jq -r -f "$root/docs/examples/kx-relays.jq")
