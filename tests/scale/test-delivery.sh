#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/scale/test-delivery.sh KX_CAPTURE PLUGINS
# Exports a ring buffer and has rsyslog deliver it to a cluster of OpenSearch, with docs/examples/kx-rsyslog.conf and the
# index template beside it. One node is killed while it does, a line is refused, and everything is sent again. What the
# engine holds is compared with what the scenario says was sent. KX_CLUSTER: a folder for the cluster's programs, to be kept.
# Exits with 77 if rsyslog, Java or Maven is not here.
set -euo pipefail

[ $# -eq 2 ] || { sed -n '3,7s/^# //p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
rsyslogd=$(PATH=$PATH:/usr/sbin command -v rsyslogd) || { echo 'There is no rsyslogd.'; exit 77; }
ls /usr/lib/*/rsyslog/omelasticsearch.so >/dev/null 2>&1 || { echo 'rsyslog has no omelasticsearch.'; exit 77; }
port=${KX_PORT-9241} url=http://127.0.0.1:${KX_PORT-9241}
work=$(mktemp -d)
cluster=${KX_CLUSTER-$work/cluster}
shipper=

clean_up() {
    [ -z "$shipper" ] || kill -9 "$shipper" 2>/dev/null || true
    "$root/tests/scale/cluster.sh" stop "$cluster"
    rm -rf "$work" "$cluster"/node-*
}
trap clean_up EXIT

fail() {
    echo "FAIL: $*" >&2
    tail -n 5 "$work/rsyslog.log" >&2 || true
    exit 1
}

mkdir -p "$work"/{home,lines,rsyslog,kx}
cp -R "$root/scripts/kx-export.sh" "$2" "$work"
"$1" "$root/tests/scale/ring.json" "$work/whole.pcap"
editcap -c 20 "$work/whole.pcap" "$work/kx/kx.pcap"
sed -e "s,/var/lib/kx,$work,; s,127.0.0.1:9201,127.0.0.1:$port,; s,127.0.0.1:9202,127.0.0.1:$((port + 1))," \
    -e "s,127.0.0.1:9203,127.0.0.1:$((port + 2))," "$root/docs/examples/kx-rsyslog.conf" >"$work/rsyslog.conf"
chmod 755 "$work"
user=(env HOME="$work/home" XDG_CONFIG_HOME="$work/home" WIRESHARK_PLUGIN_DIR="$work/$(basename "$2")")
if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534:65534 "$work"
    user=(setpriv --reuid=65534 --regid=65534 --clear-groups "${user[@]}")
fi

deliver() {
    "${user[@]}" "$rsyslogd" -n -f "$work/rsyslog.conf" -i "$work/rsyslog/pid" >>"$work/rsyslog.log" 2>&1 &
    shipper=$!
}

# PORT: of the node that is asked.
count() {
    curl -s -X POST "http://127.0.0.1:$1/kx/_refresh" >/dev/null
    curl -s "http://127.0.0.1:$1/kx/_count" | jq '.count // 0'
}

# PORT
await_all() {
    local second
    for ((second = 0; second < 90; second++)); do
        [ "$(count "$1")" != 150 ] || return 0
        sleep 1
    done
    fail "$(count "$1") messages of 150"
}

"$root/tests/scale/cluster.sh" start "$cluster" "$port"
curl -sf -X PUT -H 'Content-Type: application/json' --data-binary "@$root/docs/examples/kx-index-template.json" \
    "$url/_index_template/kx" >/dev/null || fail 'the template is refused'
"${user[@]}" "$work/kx-export.sh" --out "$work/lines" --final "$work/kx" 2>/dev/null
echo '{"_id":"no-date","time":"never"}' >"$work/lines/bad.ndjson"
chmod 644 "$work/lines/bad.ndjson"
deliver
sleep 1
kill -9 "$(cat "$cluster/node-3.pid")"
await_all "$port"
for ((second = 0; second < 30; second++)); do [ -s "$work/rsyslog/refused.json" ] && break; sleep 1; done
grep -q no-date "$work/rsyslog/refused.json" || fail 'what is refused is not kept'

# The shipper is killed, and sends everything again.
kill -9 "$shipper"
wait "$shipper" 2>/dev/null || true
find "$work/rsyslog" -type f ! -name refused.json -delete
deliver
sleep 10
await_all "$port"
diff <(cat "$work"/lines/kx_*.ndjson | jq -r ._id | sort) \
    <(curl -s "$url/kx/_search?size=1000&_source=false" | jq -r '.hits.hits[]._id' | sort) >&2 || fail 'other documents'
