#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: kx-rsyslog.sh [CONFIGURATION]
# Runs rsyslog with kx-rsyslog.conf beside this script, or another CONFIGURATION. What rsyslog noted as read the last time
# need not have arrived, so it begins anew, but for what was refused: it sends all lines that are there. The engine keeps
# each once.
set -eu

case "${1-}" in
-h | --help) sed -n '3,6s/^# //p' "$0"; exit 0 ;;
esac
configuration=${1-$(dirname "$0")/kx-rsyslog.conf}
folder=$(sed -n 's/^global(.*workDirectory="\([^"]*\)".*/\1/p' "$configuration")
find "$folder" -maxdepth 1 -type f ! -name refused.json -delete
PATH=$PATH:/usr/sbin
exec rsyslogd -n -f "$configuration" -i "$folder/pid"
