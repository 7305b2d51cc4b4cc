#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/scale/test-delivery.sh KX_CAPTURE PLUGINS
# Exports the ring buffers of three sites of a network, whose clocks differ, and has rsyslog deliver them to a cluster of
# OpenSearch, as docs/examples/kx-rsyslog.conf and the index template beside it say, while a node is killed and comes back,
# all nodes are away, the shipper is killed, its disk is full, and a line is refused. What the engine holds is compared with
# what was sent, and the relays that docs/examples/kx-relays.* join with those of one capture that saw everything.
# KX_RELAYS: how many relays of 6 messages (default 1000). Exits with 77 if rsyslog, Java, Maven or OpenSearch is not to be
# had here.
set -euo pipefail

[ $# -eq 2 ] || { sed -n '3,9s/^# //p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
relays=${KX_RELAYS-1000}
PATH=$PATH:/usr/sbin command -v rsyslogd >/dev/null || { echo 'There is no rsyslogd.'; exit 77; }
ls /usr/lib/*/rsyslog/omelasticsearch.so >/dev/null 2>&1 || { echo 'rsyslog has no omelasticsearch.'; exit 77; }
port=${KX_PORT-9241} url=http://127.0.0.1:${KX_PORT-9241}
work=$(mktemp -d)
chmod 755 "$work"
cluster=$work/cluster shipper='' sent=0

clean_up() {
    [ -z "$shipper" ] || kill -9 "$shipper" 2>/dev/null || true
    "$root/tests/scale/cluster.sh" kill "$cluster" "$port" 1 2 3
    ! mountpoint -q "$work/rsyslog" || umount -l "$work/rsyslog"
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAIL: $*" >&2
    tail -n 5 "$work/rsyslog.log" >&2 || true
    exit 1
}

# ---- the pipeline, as an ordinary user ----

user=(env HOME="$work/home" XDG_CONFIG_HOME="$work/home" WIRESHARK_PLUGIN_DIR="$work/$(basename "$2")")
[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups "${user[@]}")

share() {
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$work"/{home,lines,exported,whole,rsyslog,kx,"$(basename "$plugins")"}
}

plugins=$2
mkdir -p "$work"/{home,lines,exported,whole,rsyslog,kx,cluster}
cp -R "$root/scripts/kx-export.sh" "$root/docs/examples/kx-rsyslog.sh" "$plugins" "$work"
sed -e "s,/var/lib/kx,$work,; s,127.0.0.1:9201,127.0.0.1:$port,; s,127.0.0.1:9202,127.0.0.1:$((port + 1))," \
    -e "s,127.0.0.1:9203,127.0.0.1:$((port + 2))," "$root/docs/examples/kx-rsyslog.conf" >"$work/rsyslog.conf"

# SITE SECONDS NODE ...: the connections that these nodes began, by a clock that is so much ahead.
provide_site() {
    local nodes
    nodes=$(printf '192.0.2.%s ' "${@:3}")
    tshark -n -r "$work/whole.pcap" -w "$work/site.pcap" -F pcap -Y "(tcp.dstport == 7100 && ip.src in {${nodes// /, }0.0.0.0}) ||
        (tcp.srcport == 7100 && ip.dst in {${nodes// /, }0.0.0.0})" 2>/dev/null
    mkdir -p "$work/kx/$1"
    editcap -t "$2" -c $((relays * 2)) "$work/site.pcap" "$work/kx/$1/$1.pcap"
}

# SITE FOLDER
export_site() {
    "${user[@]}" "$work/kx-export.sh" --site "$1" --out "$work/$2" --final --at-once 4 "$work/kx/$1" 2>"$work/export.log" ||
        { cat "$work/export.log" >&2; fail 'kx-export'; }
}

export_lines() {
    local site
    jq ".messages[0].repeat = $relays" "$root/tests/scale/mesh.json" >"$work/mesh.json"
    "$1" "$work/mesh.json" "$work/whole.pcap"
    provide_site east 0 10 11 12
    provide_site west 0.005 13 14 15
    provide_site north -0.005 16 17
    mkdir "$work/kx/all"
    editcap -c $((relays * 4)) "$work/whole.pcap" "$work/kx/all/all.pcap"
    share
    for site in east west north; do export_site $site exported; done
    export_site all whole
    exported=("$work"/exported/*.ndjson)
    cat "${exported[@]}" | jq -r ._id | sort >"$work/expected"
    [ "$(uniq "$work/expected" | wc -l)" -eq $((relays * 6)) ] || fail "$(wc -l <"$work/expected") messages are exported"
}

deliver() {
    "${user[@]}" "$work/kx-rsyslog.sh" "$work/rsyslog.conf" >>"$work/rsyslog.log" 2>&1 &
    shipper=$!
}

# PART OF: gives the shipper these of the files.
provide() {
    local end=$((${#exported[@]} * $1 / $2))
    mv "${exported[@]:sent:end-sent}" "$work/lines"
    sent=$end
}

kill_shipper() {
    kill -9 "$shipper"
    wait "$shipper" 2>/dev/null || true
}

# ---- what the engine holds ----

ask() { curl -s -H 'Content-Type: application/json' "$url/$1" "${@:2}"; }

count() {
    ask kx/_refresh -X POST >/dev/null
    ask kx/_count | jq '.count // 0'
}

# All that were given to the shipper so far.
await_sent() {
    local second wanted
    wanted=$(cat "$work"/lines/[!b]*.ndjson | wc -l)
    for ((second = 0; second < 300 + relays / 200; second++)); do
        [ "$(count)" != "$wanted" ] || return 0
        sleep 1
    done
    fail "$(count) messages of $wanted"
}

# A page after the other.
list_ids() {
    ask 'kx/_search?scroll=5m' -d '{"size":10000,"_source":false,"sort":["_doc"]}' >"$work/page"
    while jq -e '.hits.hits | length > 0' "$work/page" >/dev/null; do
        jq -r '.hits.hits[]._id' "$work/page"
        ask _search/scroll -d "$(jq -c '{scroll: "5m", scroll_id: ._scroll_id}' "$work/page")" >"$work/next"
        mv "$work/next" "$work/page"
    done
}

# The same relays of the whole capture, by the hops that the plugin counts there; seconds not rounded.
relays_of_whole() {
    cut -f 1 "$work/joined" | sed 's/.*/"&"/' >"$work/requests"
    cat "$work"/whole/*.ndjson | grep -F -f "$work/requests" | jq -r -s 'map(select(.parameters["Key relay request ID"])) |
        group_by(.parameters["Key relay request ID"])[] | (map(select(.relay.hop)) | sort_by(.relay.hop)) as $hops |
        [.[0].parameters["Key relay request ID"], $hops[0].relay.source, $hops[0].relay.destination,
            ([$hops[0].sender.address] + [$hops[] | select(.header.command_code == 4353) | .receiver.address] | join(" > ")),
            (map(.epoch) | max - min), (map(.links.verdict // empty) | join(", "))] | @tsv' | sort
}

# What kx-relays.jq prints is the same, but for the clocks: no two of them are more than 10 ms apart.
check_relays() {
    ask kx/_search --data-binary "@$root/docs/examples/kx-relays.json" | jq -r -f "$root/docs/examples/kx-relays.jq" >"$work/joined"
    [ "$(wc -l <"$work/joined")" -eq $((relays < 1000 ? relays : 1000)) ] || fail "$(wc -l <"$work/joined") relays are joined"
    relays_of_whole >"$work/relays"
    awk -F '\t' '
        NR == FNR { said[$1] = $2 FS $3 FS $4 FS $6; time[$1] = $5; next }
        said[$1] != $2 FS $3 FS $4 FS $7 || $6 - time[$1] > 0.01001 || time[$1] - $6 > 0.01001 { print said[$1], time[$1], $0; bad = 1 }
        $5 > 1 { several++ }
        END { exit bad || several < FNR / 4 }' "$work/relays" "$work/joined" | head -n 5 >&2 || fail 'other relays'
}

cluster() { "$root/tests/scale/cluster.sh" "$1" "$cluster" "$port" "${@:2}"; }

# ---- what happens ----

report() { echo "$SECONDS s: $*"; }

cluster start
ask _index_template/kx -f -X PUT --data-binary "@$root/docs/examples/kx-index-template.json" >/dev/null ||
    fail 'the template is refused'
report 'the cluster is there'
export_lines "$1"
report "$((relays * 6)) messages are exported"
echo '{"_id":"no-date","time":"never"}' >"$work/lines/bad.ndjson"
chmod 644 "$work/lines/bad.ndjson"
deliver
provide 1 6
cluster kill 3
await_sent
report 'a node was killed'
cluster start
provide 2 6
sleep 1
cluster kill 1 2 3
provide 3 6
sleep 5
cluster start
await_sent
report 'all nodes were away'
provide 4 6
sleep 1
kill_shipper
deliver
await_sent
report 'the shipper was killed'
provide 5 6
sleep 1
kill "$shipper"
wait "$shipper" || true
cluster kill 1 2
deliver
sleep 3
kill_shipper
cluster start
deliver
await_sent
report 'the shipper was ended, and killed while most nodes were away'
kill_shipper
cp "$work/rsyslog/refused.json" "$work/refused.json" || fail 'nothing is refused'
if mount -t tmpfs -o size=64k tmpfs "$work/rsyslog" 2>/dev/null; then
    head -c 64k /dev/zero >"$work/rsyslog/stuffing" || true
    share
    rm "$work"/rsyslog/*
    head -c 64k /dev/zero >"$work/rsyslog/refused.json" || true
    report 'its disk is full'
fi
deliver
provide 6 6
await_sent
report 'all is there'
grep -q no-date "$work/refused.json" || fail 'what is refused is not kept'
list_ids | sort >"$work/ids"
diff "$work/expected" "$work/ids" >&2 || fail 'other documents'
check_relays
report "$(wc -l <"$work/joined") relays are joined"
