#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: tests/scale/cluster.sh start|kill|stop FOLDER [FIRST-PORT [NODE ...]]
# A cluster of three nodes of OpenSearch on loopback, for tests: FOLDER, which any user must be able to look into, holds its
# programs, data and logs. The nodes 1 to 3 listen on three ports from FIRST-PORT on (default 9201), and for each other on
# those 100 higher. start: starts those that do not run, and waits until all three have joined; kill: kills NODEs (kill -9);
# stop: ends all. As root it runs them as an ordinary user. Needs Java 17 with its compiler, Maven, and what Maven fetches
# from Maven Central (Debian: openjdk-17-jdk-headless, maven). Exits with 77 if these are not here.
set -euo pipefail

usage() { sed -n '3,9s/^# //p' "$0"; }

[ $# -ge 2 ] || { usage >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
action=$1 folder=$(realpath "$2") first=${3-9201}
shift $(($# < 3 ? $# : 3))
nodes=(1 2 3)
user=()
[ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

fetch() {
    [ ! -e "$folder/classes/KxNode.class" ] || return 0
    for program in java javac mvn; do
        command -v $program >/dev/null || { echo "There is no $program."; exit 77; }
    done
    cp "$here/pom.xml" "$folder"
    (cd "$folder" && mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$folder/lib") ||
        { echo 'Maven cannot fetch OpenSearch.'; exit 77; }
    javac -cp "$folder/lib/*" -d "$folder/classes" "$here/KxNode.java"
    chmod -R a+rX "$folder/lib" "$folder/classes"
}

# NODE
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
    [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$folder/node-$1"
}

# NODE
is_running() { [ -e "$folder/node-$1.pid" ] && kill -0 "$(cat "$folder/node-$1.pid")" 2>/dev/null; }

# NODE
start() {
    configure "$1"
    cd /
    "${user[@]}" java -Xms256m -Xmx256m -Djava.io.tmpdir="$folder/node-$1" -cp "$folder/classes:$folder/lib/*" \
        KxNode "$folder/node-$1" >>"$folder/node-$1.log" 2>&1 </dev/null &
    echo $! >"$folder/node-$1.pid"
}

have_joined() { curl -s "http://127.0.0.1:$first/_cluster/health" | grep -q '"number_of_nodes":3'; }

await_all() {
    local second node
    for ((second = 0; second < 300; second++)); do
        ! have_joined || return 0
        for node in "${nodes[@]}"; do
            is_running "$node" || { tail "$folder/node-$node.log" >&2; exit 1; }
        done
        sleep 1
    done
    echo "The nodes do not join: see $folder/node-*.log" >&2
    exit 1
}

# SIGNAL NODE ...: ends them, and waits until they have.
end() {
    local node
    for node in "${@:2}"; do ! is_running "$node" || kill "$1" "$(cat "$folder/node-$node.pid")"; done
    for node in "${@:2}"; do
        while is_running "$node"; do sleep 0.1; done
        rm -f "$folder/node-$node.pid"
    done
}

case $action in
start)
    fetch
    chmod 755 "$folder"
    for node in "${nodes[@]}"; do is_running "$node" || start "$node"; done
    await_all
    ;;
kill) end -9 "$@" ;;
stop) end -15 "${nodes[@]}" ;;
*) usage >&2; exit 2 ;;
esac
