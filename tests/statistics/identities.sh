#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/statistics/identities.sh TSHARK_SCRIPT KX_CAPTURE CAPTURE ...
# _id, relay.key and batch.key of -z kx,json are what docs/kx-json.schema.json says they are made of, computed here anew,
# and stay what they are where the capture is read compressed, in another format, behind another, in parts, or with a
# filter. By a clock that differs, keys stay, and _id does not. No two messages have one _id.
# TSHARK_SCRIPT: scripts/tshark.sh, with KX_PLUGIN_DIR set.
set -eu
export LC_ALL=C

if [ $# -lt 3 ]; then
    sed -n '3,7s/^# //p' "$0" >&2
    exit 2
fi

tshark=$1 kx_capture=$2
shift 2
. "$(dirname "$0")/common.sh"
use_copies "$@"

# CAPTURE [FILTER]: its lines.
lines() { chmod a+r "$1" && "$tshark" -n -2 -r "$1" -q -z "kx,json${2:+,$2}"; }

# FILE: what of its lines other captures must say too, sorted.
named() { jq -c '[._id, .parameters, .batch.key, (select(.header.command_code == 4353) | .relay.key) // null]' "$1" | sort; }
keys() { jq -c '[.parameters, .batch.key, .relay.key]' "$1" | sort; }

cat >"$work/compute.py" <<'PYTHON'
import collections, hashlib, json, sys
from datetime import datetime, timezone

def identity(*what):
    texts = [str(each).encode() for each in what]
    return hashlib.sha256(b"".join(b"%d:%s" % (len(text), text) for text in texts)).hexdigest()[:32]

def nanoseconds(time):
    whole, fraction = time.rstrip("Z").split(".")
    return int(datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp()) * 10**9 + int(fraction)

def of_message(line, alike):
    header, place = line["header"], [line[end][what] for end in ("sender", "receiver") for what in ("address", "port")]
    parts = (nanoseconds(line["time"]), *place, *[header[what] for what in ("version", "message_id", "command_code", "length")])
    alike[parts] += 1
    return identity("message", *parts, alike[parts] - 1)

def of_keys(kind, ends, line):
    ids = sorted({key["Key ID"].encode() for key in line["parameters"].get("Keys", []) if "Key ID" in key})
    return identity(kind, *ends, *[each.decode() for each in ids]) if ids and None not in ends else None

def expected(line, alike, requests):
    relay, parameters = line.get("relay", {}), line["parameters"]
    ends = relay.get("source"), relay.get("destination")
    request = parameters.get("Key relay request ID") if "id" in relay else None
    is_relay = "hop" in relay and "end_to_end" not in relay
    if not request and not is_relay:
        request = requests.get(relay.get("id"))
    by_request = identity("relay", *ends, request) if request and None not in ends else None
    by_keys = of_keys("relay of keys", ends, line) if is_relay and not request else None
    return of_message(line, alike), by_request or by_keys, of_keys("batch", ends, line) if is_relay else None

lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
alike, requests, kinds = collections.Counter(), {}, collections.Counter()
for line in lines:
    if "relay" in line and "Key relay request ID" in line["parameters"]:
        requests.setdefault(line["relay"]["id"], line["parameters"]["Key relay request ID"])
for line in lines:
    said = line["_id"], line.get("relay", {}).get("key"), line.get("batch", {}).get("key")
    if said != expected(line, alike, requests):
        sys.exit(f"frame {line['frame']}: {said}, not {expected(line, alike, requests)}")
    kinds.update(name for name, value in zip(("_id", "relay.key", "batch.key"), said) if value)
if len({line["_id"] for line in lines}) != len(lines):
    sys.exit("two messages of one _id")
print(*[f"{kinds[name]} {name}" for name in ("_id", "relay.key", "batch.key")], sep=", ")
PYTHON

check_values() { # FILE NAME
    python3 "$work/compute.py" "$1" >>"$work/counts" || fail "$2"
}

# Everything that gives the same messages at the same times.
check_same() {
    named "$work/lines" >"$work/named"
    editcap -F pcapng "$capture" "$work/other.pcapng" && gzip -f "$work/other.pcapng"
    lines "$work/other.pcapng.gz" >"$work/got"
    named "$work/got" | cmp -s - "$work/named" || fail "$name: compressed, as pcapng"
    mergecap -a -w "$work/behind.pcapng" "$work/alike.pcap" "$capture"
    lines "$work/behind.pcapng" >"$work/got"
    named "$work/got" | comm -13 - "$work/named" >"$work/missing"
    [ ! -s "$work/missing" ] || fail "$name: behind another capture: $(head -n 1 "$work/missing")"
}

# In parts some messages are not whole, but none has another name than in the whole.
check_parts() {
    frames=$(capinfos -c -M -T -r "$capture" | cut -f 2)
    editcap -r "$capture" "$work/first.pcap" 1-$((frames / 2))
    editcap "$capture" "$work/further.pcap" 1-$((frames / 2))
    { lines "$work/first.pcap"; lines "$work/further.pcap"; } >"$work/got"
    jq -r ._id "$work/got" | sort >"$work/ids"
    jq -r ._id "$work/lines" | sort | comm -23 "$work/ids" - >"$work/missing"
    [ ! -s "$work/missing" ] || fail "$name: in parts: $(head -n 1 "$work/missing")"
    [ "$(wc -l <"$work/ids")" -ge $(($(wc -l <"$work/lines") - 2)) ] || fail "$name: too few messages in parts"
}

check_filter() {
    lines "$capture" kx.command_code==0x1102 >"$work/got"
    jq -r '[._id, .time] | @tsv' "$work/got" | sort >"$work/ids"
    jq -r '[._id, .time] | @tsv' "$work/lines" | sort | comm -13 - "$work/ids" >"$work/missing"
    [ ! -s "$work/missing" ] || fail "$name: with a filter"
}

check_clock() {
    editcap -t 0.005 "$capture" "$work/later.pcap"
    lines "$work/later.pcap" >"$work/got"
    keys "$work/lines" >"$work/keys"
    keys "$work/got" | cmp -s - "$work/keys" || fail "$name: other keys by another clock"
    ! jq -r ._id "$work/got" "$work/lines" | sort | uniq -d | grep -q . || fail "$name: one _id at two times"
}

# Nothing that the captures know: their connections are others. Two of its messages are alike, as they share a segment.
cat >"$work/alike.json" <<'JSON'
{
  "nodes": {"sendai": "198.51.100.1", "kobe": "198.51.100.4"},
  "connections": {"link": {"client": "sendai", "server": "kobe", "port": 7100}},
  "messages": [
    {"repeat": 3, "command": "key supply notification", "id": 7, "coalesce": true, "payload": {"Session ID": "s-${i}"}},
    {"command": "key supply notification", "id": 7, "delay": 1, "payload": {"Session ID": "s-4"}}
  ]
}
JSON
"$kx_capture" "$work/alike.json" "$work/alike.pcap"
for capture; do
    name=$(basename "$capture")
    capture=$work/captures/$name
    lines "$capture" >"$work/lines"
    check_values "$work/lines" "$name"
    check_same
    check_parts
    check_filter
    check_clock
done

lines "$work/alike.pcap" >"$work/lines"
check_values "$work/lines" alike
[ "$(jq -c '[.time, .header]' "$work/lines" | sort | uniq -d | wc -l)" -eq 1 ] || fail 'no messages alike'

cat "$work/counts"
awk '{ for (i = 1; i < 6; i += 2) sum[i] += $i } END { exit !(sum[1] > 50 && sum[3] > 20 && sum[5] > 10) }' "$work/counts" ||
    fail 'too little was checked'
echo "$failures failures"
[ "$failures" -eq 0 ]
