# SPDX-License-Identifier: GPL-2.0-or-later
# usage: awk -f callgrind.awk CALLGRIND_OUTPUT
# Prints the instructions of all code, and those of kx.so itself, without what it calls.

/^c?ob=/ {
    match($0, /\([0-9]+\)/)
    id = substr($0, RSTART, RLENGTH)
    name = substr($0, RSTART + RLENGTH + 1)
    if (name != "")
        ours[id] = name ~ /\/kx\.so$/
    if ($0 ~ /^ob=/)
        own = ours[id]
}
/^calls=/ { called = 1; next }
/^[0-9+*-]/ {
    if (!called && own)
        self += $2
    called = 0
}
/^totals:/ { total = $2 }

END { printf "%d %d\n", total, self }
