#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/links/growth.sh KX_GROWTH [N]
# What takes constant time a message takes twice the instructions for twice as many: checks that N (1000), 2 N and 4 N hops of
# one relay, relays of one request ID, unanswered batches, Key IDs, and messages of one MessageID do.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '3,5s/^# //p' "$0" >&2; exit 2; }
growth=$1
n=${2-1000}

count() { # WORKLOAD N
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$growth" "$1" "$2" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p'
}

# The second doubling may cost 2.2 times the first one: queues are looked through to a fixed depth.
is_linear() { # WORKLOAD
    local one two four
    one=$(count "$1" "$n") two=$(count "$1" $((2 * n))) four=$(count "$1" $((4 * n)))
    echo "$1 $one $two $four"
    [ $(((four - two) * 10)) -le $(((two - one) * 22)) ]
}

# Hashes are drawn anew at each start, and now and then many of them share a place.
failed=0
for workload in hops namesakes batches key-ids message-id; do
    is_linear $workload || is_linear $workload || is_linear $workload || { echo "$workload: NOT linear"; failed=1; }
done
exit $failed
