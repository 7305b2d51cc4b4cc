#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/scale/cluster.sh start|stop FOLDER [FIRST-PORT]
# A cluster of three nodes of OpenSearch on loopback, for tests: FOLDER holds its programs, data and logs. The nodes listen on
# three ports from FIRST-PORT on (default 9201), and for each other on those 100 higher. As root it runs them as an ordinary
# user. Needs Java 17 with its compiler, Maven and what Maven fetches from Maven Central (Debian: openjdk-17-jdk-headless,
# maven). Ends with 0 once all three have joined, with 77 if Java or Maven is not here.
set -euo pipefail

usage() { sed -n '3,7s/^# //p' "$0"; }

[ $# -ge 2 ] || { usage >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
folder=$(realpath "$2") first=${3-9201}
user=()
[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

fetch() {
    [ ! -e "$folder/classes/KxNode.class" ] || return 0
    for program in java javac mvn; do
        command -v $program >/dev/null || { echo "There is no $program."; exit 77; }
    done
    cp "$here/pom.xml" "$folder"
    (cd "$folder" && mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$folder/lib")
    javac -cp "$folder/lib/*" -d "$folder/classes" "$here/KxNode.java"
}

# NUMBER
configure() {
    mkdir -p "$folder/node-$1/config"
    cat >"$folder/node-$1/config/opensearch.yml" <<YML
cluster.name: kx-test
node.name: node-$1
network.host: 127.0.0.1
http.port: $((first + $1 - 1))
transport.port: $((first + $1 + 99))
discovery.seed_hosts: ["127.0.0.1:$((first + 100))", "127.0.0.1:$((first + 101))", "127.0.0.1:$((first + 102))"]
cluster.initial_cluster_manager_nodes: [node-1, node-2, node-3]
cluster.routing.allocation.disk.threshold_enabled: false
YML
    cat >"$folder/node-$1/config/log4j2.properties" <<PROPERTIES
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
PROPERTIES
}

# NUMBER
start() {
    configure "$1"
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$folder/node-$1"
    cd /
    "${user[@]}" java -Xms384m -Xmx384m -Djava.io.tmpdir="$folder/node-$1" -cp "$folder/classes:$folder/lib/*" \
        KxNode "$folder/node-$1" >"$folder/node-$1.log" 2>&1 &
    echo $! >"$folder/node-$1.pid"
}

stop() {
    local file
    for file in "$folder"/node-*.pid; do
        [ -e "$file" ] || continue
        kill "$(cat "$file")" 2>/dev/null || true
        rm "$file"
    done
}

case $1 in
start)
    fetch
    chmod 755 "$folder"
    for number in 1 2 3; do start $number; done
    for ((second = 0; second < 300; second++)); do
        ! curl -s "http://127.0.0.1:$first/_cluster/health" | grep -q '"number_of_nodes":3' || exit 0
        sleep 1
    done
    echo "The nodes do not join: see $folder/node-*.log" >&2
    exit 1
    ;;
stop) stop ;;
*) usage >&2; exit 2 ;;
esac
