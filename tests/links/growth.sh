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

failed=0
for workload in hops namesakes batches key-ids message-id; do
    one=$(count $workload "$n") two=$(count $workload $((2 * n))) four=$(count $workload $((4 * n)))
    # The second doubling may cost 2.2 times the first one: queues are looked through to a fixed depth.
    verdict=linear
    if [ $(((four - two) * 10)) -gt $(((two - one) * 22)) ]; then verdict='NOT linear' failed=1; fi
    echo "$workload $one $two $four $verdict"
done
exit $failed
