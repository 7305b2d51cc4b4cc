#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/reference.sh [--check]
# Prints the display filter reference, docs/fields.md: the fields and values that the plugin registers, as tshark lists
# them, and the expert infos, whose group and severity only plugin/kx-findings.c tells. With --check: says how the
# committed page differs. The plugin is that of build/release (or KX_PLUGIN_DIR).
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1-}" in
-h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
--check)
    scripts/reference.sh | diff -u docs/fields.md - && exit
    echo 'docs/fields.md is not what is registered: scripts/reference.sh >docs/fields.md' >&2
    exit 1
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# REPORT: what tshark says of Kx.
glossary() {
    scripts/tshark.sh -G "$1" 2>/dev/null | awk -F '\t' '$5 == "kx" || $2 ~ /^kx\./'
}

# Name, group and severity of each expert info, as Wireshark shows them.
expert_infos() {
    tr '\n' ' ' <plugin/kx-findings.c |
        grep -o '{"kx[^"]*", PI_[A-Z_]*, PI_[A-Z]*,' |
        sed -E 's/\{"([^"]*)", PI_([A-Z])([A-Z]*)[A-Z_]*, PI_([A-Z])([A-Z]*),/\1\t\2\L\3\E\t\4\L\5/; s/Warn$/Warning/'
}

glossary fields >"$work/fields"
expert_infos >"$work/experts"
if [ ! -s "$work/fields" ] || [ ! -s "$work/experts" ]; then
    echo 'reference.sh: tshark knows no Kx, or there is no expert info in plugin/kx-findings.c' >&2
    exit 1
fi

# CHAPTER: the rows of its table, in the order of registration. What is neither of the header nor computed is a
# parameter.
rows() {
    awk -F '\t' -v chapter="$1" '
        BEGIN {
            type["FT_STRING"] = "string"; type["FT_NONE"] = "presence"; type["FT_BOOLEAN"] = "boolean"
            type["FT_UINT16"] = type["FT_UINT32"] = type["FT_INT64"] = "number"
            type["FT_FRAMENUM"] = "frame number"; type["FT_RELATIVE_TIME"] = "time"
        }
        function chapter_of(name) {
            if (name in expert) return "experts"
            if (name ~ /^kx\.(version|message_id|command_code|length)$/) return "header"
            if (name ~ /^kx\.(relay\.|response_(in|to|time)$|payload\.|resync\.)/) return "computed"
            return "parameters"
        }
        FILENAME ~ /experts$/ { expert[$1] = $2 " | " $3; next }
        chapter_of($3) != chapter { next }
        chapter == "experts" { print "| `" $3 "` | " expert[$3] " | " $2 " |"; next }
        !($4 in type) { print "reference.sh: no word for the type " $4 >"/dev/stderr"; exit 1 }
        { print "| `" $3 "` | " type[$4] " | " $2 " | " $8 " |" }' "$work/experts" "$work/fields"
}

cat <<'PAGE'
# Display filter reference

Every field of Kx: for display filters, for columns, for `tshark -T fields -e`. `scripts/reference.sh` makes this page
from what the plugin registers, and a test compares them. It is the same with Wireshark 4.0, 4.4 and 4.6. Tables and
figures are those of ITU-T Q.4163.

A field's name alone asks whether it is there. If a field stands in a message several times (Key IDs, transit KMAs), one
value that fits is enough; with `!=` all of them have to differ.

<!-- cookbook:begin -->

In `test-captures/key-relay.pcap`:

| Type | For example | Also |
|---|---|---|
| presence | `kx.keys` | `!kx.keys`, and so with every other type |
| string | `kx.key.id contains "41cd"` | `==`, `!=`, `in {"a", "b"}`, `matches "regular expression"` (without case) |
| number | `kx.keys.count > 1` | `==`, `!=`, `<`, `<=`, `>=`, `in {1, 3..5}` |
| frame number | `kx.response_to == 4` | as numbers |
| time | `kx.response_time > 0.02` | as numbers; in seconds |
| boolean | `kx.response.success == 1` | `== 0` |

<!-- cookbook:end -->

## Header

Figure I.1. Every message has these four.

| Filter | Type | Name | Meaning |
|---|---|---|---|
PAGE
rows header
cat <<'PAGE'

| CommandCode | Message |
|---|---|
PAGE
glossary values | awk -F '\t' '$1 == "V" { print "| `kx.command_code == " $3 "` | " $4 " |" }'
cat <<'PAGE'

## Parameters

Tables 1 to 4. A string or a number highlights the bytes of its value; what stands in brackets in the tree is computed.

| Filter | Type | Name | Meaning |
|---|---|---|---|
PAGE
rows parameters
cat <<'PAGE'

## Computed from several messages, or about bytes at fault

| Filter | Type | Name | Meaning |
|---|---|---|---|
PAGE
rows computed
cat <<'PAGE'

## Expert infos

Present where something is wrong. `_ws.expert.message` says what exactly. **Analyze > Expert Information** lists them
all.

| Filter | Group | Severity | Raised for |
|---|---|---|---|
PAGE
rows experts
