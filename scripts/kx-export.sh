#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: kx-export [OPTION ...] --out FOLDER CAPTURES ...
# Writes the Kx messages of dumpcap's ring buffers in the folders CAPTURES as lines of JSON, without key data: a file
# NAME.ndjson in FOLDER for each capture file that is complete, each message once, whatever interrupts it. A shipper can
# take them from there; a file is whole once it has its name.
#   --site NAME      say in each line where it was captured
#   --watch SECONDS  go on, and look for further files this often
#   --final          capturing has ended: the last file of each ring buffer is complete too
#   --context N      how many files of a ring buffer before and after one to read along with it, so that messages at its
#                    edges are whole and linked (default: 1)
#   --at-once N      how many files to read together where several wait (default: 16)
#   --jobs N         how many times to run tshark at the same time (default: 1)
#   --keep DAYS      delete lines that are older than that (default: keep them)
# After --: options for tshark, such as -o tls.keylog_file:keys.log.
# Exit status: 0: all is exported; 1: something is lost or cannot be read, see the messages; 75: the disk is full, run it
# again to go on.
set -uo pipefail
umask 077
export LC_ALL=C

out='' site='' watch='' final='' context=1 at_once=16 jobs=1 keep=''
folders=() tshark_options=()

say() { printf 'kx-export: %s\n' "$*" >&2; }

usage() { sed -n '3,18s/^# //p' "$0"; }

wrong() {
    say "$*"
    exit 2
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
        --final) final=yes ;;
        -h | --help) usage; exit 0 ;;
        --) shift; tshark_options=("$@"); break ;;
        --*)
            [ $# -gt 1 ] || wrong "$1 needs a value"
            parse_value "$1" "$2"
            shift
            ;;
        *) [ -d "$1" ] || wrong "there is no folder $1"; folders+=("$(realpath "$1")") ;;
        esac
        shift
    done
    if [ -z "$out" ] || [ ${#folders[@]} -eq 0 ]; then
        usage >&2
        exit 2
    fi
}

parse_value() {
    case $1 in
    --out) out=$2; return ;;
    --site)
        [[ $2 =~ ^[[:alnum:]._-]+$ ]] || wrong "--site takes letters, digits, '.', '_' and '-'"
        site=$2
        return
        ;;
    esac
    [[ $2 =~ ^[0-9]{1,6}$ ]] || wrong "$1 takes a number, not $2"
    case $1 in
    --watch) watch=$2 ;;
    --context) context=$2 ;;
    --at-once) at_once=$((10#$2 > 0 ? 10#$2 : 1)) ;;
    --jobs) jobs=$((10#$2 > 0 ? 10#$2 : 1)) ;;
    --keep) keep=$2 ;;
    *) wrong "no such option: $1" ;;
    esac
}

# Whatever is lost is said once, and in the exit status.
trouble=0
declare -A complaints

complain() {
    trouble=1
    [ -z "${complaints[$*]-}" ] || return 0
    complaints[$*]=said
    say "$*"
}

# ---- which files there are ----

# The files of a ring buffer, as dumpcap names them, differ in number and time: RING_NUMBER_TIME.SUFFIX
ring_file='^(.+)_([0-9]{5,})_([0-9]{14})(\.[[:alnum:].]+)?$'

# Sets ring, number, time and name of a file; fails if dumpcap gives no such name, or it would not do in JSON. The suffix
# does not count: a file that was compressed later is still the same.
parse_name() {
    [[ ${1##*/} =~ $ring_file ]] && [[ ${BASH_REMATCH[1]} != *[[:cntrl:]\"\\]* ]] || return
    ring=${BASH_REMATCH[1]} number=$((10#${BASH_REMATCH[2]})) time=${BASH_REMATCH[3]}
    name=${ring}_${BASH_REMATCH[2]}_$time
}

files=() rings=() numbers=() names=()
declare -A last # of each ring, in files

# Ring by ring in the order in which they were written. What is no file of a ring buffer is said once. Of a file and its
# compressed copy, which may still be growing, the first counts.
list_files() {
    local folder path ring number time name
    for folder in "${folders[@]}"; do
        for path in "$folder"/*; do
            [ -f "$path" ] || continue
            if parse_name "$path"; then
                printf '%s\t%s\t%s\t%s\n' "$ring" "$time" "$number" "$path"
            else
                printf '\t\t\t%q\n' "$path"
            fi
        done
    done | sort -t $'\t' -k 1,1 -k 2,2 -k 3,3n -k 4,4
}

load_files() {
    local path ring number time name
    files=() rings=() numbers=() names=() last=()
    while IFS=$'\x1f' read -r ring time number path; do
        if [ -z "$ring" ]; then
            note "$path is no file of a ring buffer: left alone"
            continue
        fi
        parse_name "$path"
        if [ ${#names[@]} -gt 0 ] && [ "${names[-1]}" = "$name" ]; then
            [ "${files[-1]%/*}" = "${path%/*}" ] || complain "two ring buffers have one name: ${files[-1]}, $path"
            continue
        fi
        last[$ring]=${#files[@]}
        files+=("$path") rings+=("$ring") numbers+=("$number") names+=("$name")
    done < <(list_files | tr '\t' '\037')
}

# dumpcap writes to the newest file only. The context is still to come for those just before.
is_ready() { [ -n "$final" ] || [ $(($1 + context)) -lt "${last[${rings[$1]}]}" ]; }

# A B: whether file B is the next of A's ring buffer. Where dumpcap was started anew it counts from 1.
follows() {
    [ "$1" -ge 0 ] && [ "$2" -lt ${#files[@]} ] && [ "${rings[$1]}" = "${rings[$2]}" ] &&
        [ $((numbers[$1] + 1)) -eq "${numbers[$2]}" ]
}

# ---- what was done ----

# $state/done/NAME: exported; $state/failed/NAME: cannot be read. They stay as long as the capture is there, and those of
# each ring buffer's newest for ever: these tell whether the one after it was missed.
is_done() { [ -e "$state/done/$1" ] || [ -e "$state/failed/$1" ]; }

declare -A newest # of each ring, by what was done: TIME NUMBER

find_newest() {
    local path ring number time name
    newest=()
    for path in "$state"/done/* "$state"/failed/*; do
        parse_name "$path" || continue
        [[ "$time $(printf %06d "$number")" > ${newest[$ring]-} ]] && newest[$ring]="$time $(printf %06d "$number")"
    done
    return 0
}

forget_overwritten() {
    local path ring number time name
    local -A here
    for name in "${names[@]}"; do here[$name]=yes; done
    find_newest
    for path in "$state"/done/* "$state"/failed/*; do
        parse_name "$path" || continue
        [ -n "${here[$name]-}" ] || [ "${newest[$ring]}" = "$time $(printf %06d "$number")" ] || rm -f "$path"
    done
    [ -z "$keep" ] || find "$out" -maxdepth 1 -name '*.ndjson' -mtime "+$keep" -delete
}

# Numbers that are missing between what was done or is there and what is there.
report_overwritten() {
    local i before ring
    find_newest
    for i in "${!files[@]}"; do
        ring=${rings[i]}
        ! is_done "${names[i]}" || continue
        if [ "$i" -gt 0 ] && [ "${rings[i - 1]}" = "$ring" ]; then
            before=${numbers[i - 1]}
        elif [ -n "${newest[$ring]-}" ]; then
            before=$((10#${newest[$ring]#* }))
        else
            continue
        fi
        [ "$before" -lt "${numbers[i]}" ] || before=0
        [ "${numbers[i]}" -le $((before + 1)) ] ||
            complain "LOST: files $((before + 1)) to $((numbers[i] - 1)) of $ring were overwritten before they were exported"
    done
}

# ---- from captures to lines ----

# What Wireshark's programs say of a capture that was cut short is no failure. ERRORS COMMAND ...
unless_cut() { "${@:2}" 2>"$1" || grep -q 'cut short' "$1"; }

is_whole() { capinfos "$1" >/dev/null 2>&1; }

# Lines of -z kx,json in; each goes to the capture file that holds the message's frame. Frames are named by file and number
# in it; what else counts through what was read together is left out: connections and relays, which end points and relay.key
# tell. In a text a quotation mark has a backslash before it, so nothing of a text is taken for a member.
read -r -d '' by_file <<'AWK'
function file_of(frame, i) {
    for (i = 1; i < count && frame > last[i]; i++);
    return i
}
function named(frame, i) {
    i = file_of(frame)
    return "\"" name[i] "#" (frame - last[i - 1]) "\""
}
FILENAME == table {
    count++
    name[count] = $1
    last[count] = last[count - 1] + $2
    own[count] = $3
    if ($3) printf "" >(folder "/" $1)
    next
}
!/^{"_id":"[0-9a-f]+","frame":[0-9]+,.*}$/ { exit failed = 3 }
{
    match($0, /"frame":[0-9]+/)
    i = file_of(substr($0, RSTART + 8, RLENGTH - 8) + 0)
    if (!own[i]) next
    done = ""
    rest = $0
    while (match(rest, /"(frame|response_in|response_to|repeat_of|first_hop_in|previous_hop_in|next_hop_in)":[0-9]+/)) {
        member = substr(rest, RSTART, RLENGTH)
        colon = index(member, ":")
        done = done substr(rest, 1, RSTART - 1) substr(member, 1, colon) named(substr(member, colon + 1) + 0)
        rest = substr(rest, RSTART + RLENGTH)
    }
    line = done rest
    sub(/"connection":[0-9]+,/, "", line)
    sub(/"relay":{"id":[0-9]+,?/, "\"relay\":{", line)
    print "{" site substr(line, 2) >(folder "/" name[i])
    lines[i]++
}
END {
    if (failed) exit failed
    for (i = 1; i <= count; i++) if (own[i]) print name[i] "\t" lines[i] + 0
}
AWK

# FIRST LAST CONTEXT: exports these files, read along with so many before and after them. Runs beside others.
export_files() {
    local first=$1 final_one=$2 low=$1 high=$2 i work
    while [ $((first - low)) -lt "$3" ] && follows $((low - 1)) "$low" && is_whole "${files[low - 1]}"; do
        low=$((low - 1))
    done
    while [ $((high - final_one)) -lt "$3" ] && follows "$high" $((high + 1)); do high=$((high + 1)); done
    work=$(mktemp -d "$state/work/XXXXXX") || return
    read_together "$work" "$first" "$final_one" "$low" "$high" && publish "$work"
    i=$?
    [ $i -eq 0 ] || cat "$work"/errors* >"$state/work/errors.$first" 2>/dev/null
    rm -rf "$work"
    return $i
}

# WORK FIRST LAST LOW HIGH: WORK/lines/NAME of each of the files.
read_together() {
    local work=$1 capture=${files[$4]} i own
    mkdir "$work/lines" && : >"$work/table" || return
    for ((i = $4; i <= $5; i++)); do
        own=$((i >= $2 && i <= $3))
        unless_cut "$work/errors" capinfos -T -M -r -c "${files[i]}" >"$work/count" || return
        printf '%s\t%d\t%d\n' "${names[i]}" "$(cut -f 2 "$work/count")" $own 2>/dev/null >>"$work/table" || return
    done
    if [ "$4" -lt "$5" ]; then
        capture=$work/window
        unless_cut "$work/errors" mergecap -a -w "$capture" "${files[@]:$4:$5-$4+1}" || return
    fi
    unless_cut "$work/errors" tshark -n -q -2 -r "$capture" -z kx,json "${tshark_options[@]}" |
        awk -F '\t' -v table="$work/table" -v folder="$work/lines" -v site="${site:+\"site\":\"$site\",}" "$by_file" \
            "$work/table" - >"$work/counts" 2>"$work/errors.awk"
    [ "${PIPESTATUS[*]}" = '0 0' ]
}

# WORK: gives the lines their names. They are on the disk first.
publish() {
    local name lines
    sync "$1"/lines/* 2>"$1/errors" || return
    while IFS=$'\t' read -r name lines; do
        mv "$1/lines/$name" "$out/$name.ndjson" 2>"$1/errors" && sync "$out" && : >"$state/done/$name" || return
        rm -f "$state/failed/$name"
        say "$name: $lines messages"
    done <"$1/counts"
}

# FIRST LAST: together; where that fails each alone, so that one bad file harms no other. Not without its context because
# the disk is full: that is waited for.
export_group() {
    local i status=0
    ! export_files "$1" "$2" "$context" || return 0
    for ((i = $1; i <= $2; i++)); do
        is_done "${names[i]}" || export_files "$i" "$i" "$context" || ! is_full "$i" || return 75
        is_done "${names[i]}" || export_files "$i" "$i" 0 || give_up "$i" || status=$?
    done
    return $status
}

# Why a file could not be exported: 75 if the disk is full, and it can be tried again.
give_up() {
    local errors
    errors=$(tail -n 1 "$state/work/errors.$1" 2>/dev/null)
    if is_full "$1"; then
        return 75
    elif [ ! -e "${files[$1]}" ]; then
        say "LOST: ${names[$1]} was overwritten before it was exported"
    else
        say "${files[$1]} cannot be read: ${errors:-for no reason given}"
    fi
    : >"$state/failed/${names[$1]}" && return 1
}

# Whether this file failed because the disk is full: something says so, or there is no room for a little.
is_full() {
    local file
    ! grep -qi 'no space left\|quota' "$state/work/errors.$1" 2>/dev/null || return 0
    file=$(mktemp "$state/work/XXXXXX" 2>/dev/null) || return 0
    ! { head -c 1048576 /dev/zero 2>/dev/null >"$file" && rm "$file"; }
}

# ---- all of it ----

note() {
    [ -n "${complaints[$*]-}" ] || say "$*"
    complaints[$*]=said
}

# What is ready, in groups of neighbours, several at a time. Returns 75 if the disk is full.
pass() {
    local i size begin=-1 status=0 waiting=()
    load_files
    report_overwritten
    for i in "${!files[@]}"; do
        if ! is_done "${names[i]}"; then
            if is_ready "$i"; then waiting+=("$i"); else note "${names[i]}: waits until dumpcap has written further files"; fi
        fi
    done
    size=$(((${#waiting[@]} + jobs - 1) / jobs))
    [ "$size" -lt "$at_once" ] || size=$at_once
    for i in "${!waiting[@]}"; do
        [ $begin -ge 0 ] || begin=$i
        if [ $((i + 1 - begin)) -lt "$size" ] && [ $((i + 1)) -lt ${#waiting[@]} ] &&
            follows "${waiting[i]}" "${waiting[i + 1]}" && [ $((waiting[i] + 1)) -eq "${waiting[i + 1]}" ]; then
            continue
        fi
        while [ "$(jobs -r | wc -l)" -ge "$jobs" ]; do wait -n || note_status $?; done
        export_group "${waiting[begin]}" "${waiting[i]}" &
        begin=-1
    done
    while [ -n "$(jobs)" ]; do wait -n || note_status $?; done
    forget_overwritten
    return $status
}

# Of a group of pass().
note_status() {
    case $1 in
    75) status=75; note 'the disk is full: waiting for room' ;;
    127) ;; # none is left
    *) trouble=1 ;;
    esac
}

main() {
    local result
    parse "$@"
    mkdir -p "$out/.kx-export" && out=$(realpath "$out") && state=$out/.kx-export && mkdir -p "$state"/{done,failed} || exit 75
    # tshark and its like inherit the lock: what a killed kx-export began has ended before another begins.
    exec 9>"$state/lock"
    flock -n 9 || { say 'waiting for another kx-export'; flock 9; }
    rm -rf "$state/work"
    mkdir "$state/work" || exit 75
    tshark -G protocols 2>/dev/null | grep -q $'\tkx$' || { say 'tshark knows no Kx: is the plugin installed?'; exit 1; }
    while pass; result=$?; [ -n "$watch" ]; do sleep "$watch"; done
    rm -rf "$state/work"
    [ $result -ne 0 ] || result=$trouble
    exit $result
}

main "$@"
