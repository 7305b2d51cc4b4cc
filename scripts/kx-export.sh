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

AGAIN=3 # a status: a file has another name now, so look again
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
    local number=$((10#$2))
    case $1 in
    --watch) watch=$number ;;
    --context) context=$number ;;
    --at-once) at_once=$((number > 0 ? number : 1)) ;;
    --jobs) jobs=$((number > 0 ? number : 1)) ;;
    --keep) keep=$number ;;
    *) wrong "no such option: $1" ;;
    esac
}

# What holds for a while is said once: not if it was said in the pass before.
declare -A said_before said_now
trouble=0 # something is lost: the exit status

note() {
    [ -n "${said_before[$*]-}${said_now[$*]-}" ] || say "$*"
    said_now[$*]=yes
}

complain() {
    trouble=1
    note "$*"
}

begin_pass() {
    local text
    said_before=()
    for text in "${!said_now[@]}"; do said_before[$text]=yes; done
    said_now=()
}

# ---- which files there are ----

# The files of a ring buffer, as dumpcap names them, differ in number and time: RING_NUMBER_TIME.SUFFIX
ring_file='^(.+)_([0-9]{5,})_([0-9]{14})(\.[[:alnum:].]+)?$'

# Sets ring, number, time and name of a file; fails if dumpcap gives no such name, or it is not plain enough for a text of
# JSON. The suffix does not count: a file that was compressed later is still the same.
parse_name() {
    [[ ${1##*/} =~ $ring_file ]] || return
    [[ ${BASH_REMATCH[1]} != *[![:print:]]* && ${BASH_REMATCH[1]} != *[\"\\]* ]] || return
    ring=${BASH_REMATCH[1]} number=$((10#${BASH_REMATCH[2]})) time=${BASH_REMATCH[3]}
    name=${ring}_${BASH_REMATCH[2]}_$time
}

files=() rings=() times=() numbers=() names=()
declare -A last    # of each ring, in files
declare -A written # of each ring: the file that was written to last

# Ring by ring in the order in which they were written, each ended by a NUL.
list_files() {
    local folder path ring number time name
    for folder in "${folders[@]}"; do
        for path in "$folder"/*; do
            [ -f "$path" ] || continue
            ring='' number='' time=''
            parse_name "$path" || ring=''
            printf '%s\x1f%s\x1f%s\x1f%s\0' "$ring" "$time" "$number" "$path"
        done
    done | sort -z -t $'\x1f' -k 1,1 -k 2,2 -k 3,3n -k 4,4
}

# What is no file of a ring buffer is left alone. Of a file and its compressed copy, which may still be growing, the first
# counts.
load_files() {
    local path ring number time name
    files=() rings=() times=() numbers=() names=() last=() written=()
    while IFS=$'\x1f' read -r -d '' ring time number path; do
        if [ -z "$ring" ]; then
            note "$(printf %q "$path") is no file of a ring buffer: left alone"
            continue
        fi
        parse_name "$path"
        if [ ${#names[@]} -gt 0 ] && [ "${names[-1]}" = "$name" ]; then
            [ "${files[-1]%/*}" = "${path%/*}" ] || complain "two ring buffers have one name: ${files[-1]}, $path"
            continue
        fi
        last[$ring]=${#files[@]}
        [ "${written[$ring]-}" -nt "$path" ] || written[$ring]=$path
        files+=("$path") rings+=("$ring") times+=("$time") numbers+=("$number") names+=("$name")
    done < <(list_files)
}

# dumpcap writes to the newest file only. By its name: the context is still to come for those just before. Nor is it the
# one that was written to last, as the local time in the names may have gone back.
is_ready() {
    [ -n "$final" ] || { [ $(($1 + context)) -lt "${last[${rings[$1]}]}" ] && [ "${files[$1]}" != "${written[${rings[$1]}]}" ]; }
}

# A B: whether file B is the next of A's ring buffer. Where dumpcap was started anew it counts from 1.
follows() {
    [ "$1" -ge 0 ] && [ "$2" -lt ${#files[@]} ] && [ "${rings[$1]}" = "${rings[$2]}" ] &&
        [ $((numbers[$1] + 1)) -eq "${numbers[$2]}" ]
}

# ---- what was done ----

# $state/done/NAME: exported; $state/failed/NAME: cannot be read, until the next start. They stay as long as the capture is
# there, and those of each ring buffer's newest for ever: these tell whether the one after it was missed.
is_done() { [ -e "$state/done/$1" ] || [ -e "$state/failed/$1" ]; }

# TIME NUMBER: a text that sorts as the files of a ring buffer were written.
age() { printf -v "$1" '%s %010d' "$2" "$3"; }

declare -A newest # of each ring: the age of the newest that is done

find_newest() {
    local path ring number time name this
    newest=()
    for path in "$state"/done/* "$state"/failed/*; do
        parse_name "$path" || continue
        age this "$time" "$number"
        [[ $this < ${newest[$ring]-} ]] || newest[$ring]=$this
    done
}

# Nothing of a ring buffer of which no file is there: its folder may be away.
forget_overwritten() {
    local path ring number time name this
    local -A here
    for name in "${names[@]}"; do here[$name]=yes; done
    find_newest
    for path in "$state"/done/* "$state"/failed/*; do
        parse_name "$path" || continue
        age this "$time" "$number"
        [ -n "${here[$name]-}" ] || [ -z "${last[$ring]-}" ] || [ "${newest[$ring]}" = "$this" ] || rm -f "$path"
    done
    [ -z "$keep" ] || find "$out" -maxdepth 1 -name '*.ndjson' -mtime "+$keep" -delete
}

# Numbers that are missing between a file and what was done or is there before it.
report_overwritten() {
    local i ring before this
    find_newest
    for i in "${!files[@]}"; do
        ring=${rings[i]} before=''
        ! is_done "${names[i]}" || continue
        [ "$i" -eq 0 ] || [ "${rings[i - 1]}" != "$ring" ] || age before "${times[i - 1]}" "${numbers[i - 1]}"
        age this "${times[i]}" "${numbers[i]}"
        [[ ${newest[$ring]-} > $this || ${newest[$ring]-} < $before ]] || before=${newest[$ring]-}
        [ -z "$before" ] || report_gap "$ring" $((10#${before#* })) "${numbers[i]}"
    done
}

# RING BEFORE NUMBER. Where dumpcap was started anew, it counts from 1.
report_gap() {
    local before=$2
    [ "$before" -lt "$3" ] || before=0
    [ "$3" -le $((before + 1)) ] ||
        complain "LOST: files $((before + 1)) to $(($3 - 1)) of $1 were overwritten before they were exported"
}

# ---- from captures to lines ----

# COMMAND ...: what Wireshark's programs say of a capture that was cut short is no failure. Nothing of it goes to the disk,
# which may be full.
unless_cut() {
    local said
    { said=$("$@" 2>&1 >&3 3>&-); } 3>&1 || [[ $said == *'cut short'* ]] || { printf '%s\n' "$said" >&2; return 1; }
}

# CAPTURE: how many frames there are.
count_frames() {
    local line
    line=$(unless_cut capinfos -T -M -r -c "$1") && printf '%s\n' "${line##*$'\t'}"
}

is_whole() { capinfos -c "$1" >/dev/null 2>&1; }

# Lines of -z kx,json in; each goes to the capture file that holds the message's frame. Frames are named by file and number
# in it; what else counts through what was read together is left out: connections and relays, which end points and relay.key
# tell. In a text a quotation mark has a backslash before it, so nothing of a text is taken for a member. All frames but the
# message's own are named after "links".
read -r -d '' by_file <<'AWK'
function file_of(frame, i) {
    for (i = 1; i < count && frame > last[i]; i++);
    return i
}
function named(frame, i) {
    i = file_of(frame)
    return "\"" name[i] "#" (frame - last[i - 1]) "\""
}
NR == FNR {
    count++
    name[count] = $1
    last[count] = last[count - 1] + $2
    own[count] = $3
    if ($3) printf "" >(ENVIRON["folder"] "/" $1)
    next
}
{
    links = index($0, ",\"links\":{")
    if (!match($0, /^[{]"_id":"[0-9a-f]+","frame":[0-9]+,/) || !links || substr($0, length($0)) != "}") {
        print "tshark prints what is no line of kx,json" >"/dev/stderr"
        exit failed = 3
    }
    id = substr($0, 2, 41) # up to the comma behind _id
    frame = substr($0, 51, RLENGTH - 51) + 0
    i = file_of(frame)
    if (!own[i]) next
    middle = substr($0, RLENGTH, links - RLENGTH)
    sub(/,"connection":[0-9]+/, "", middle)
    done = ""
    rest = substr($0, links)
    while (match(rest, /_(in|to|of)":[0-9]+/)) {
        colon = RSTART + index(substr(rest, RSTART, RLENGTH), ":")
        done = done substr(rest, 1, colon - 1) named(substr(rest, colon, RSTART + RLENGTH - colon) + 0)
        rest = substr(rest, RSTART + RLENGTH)
    }
    rest = done rest
    sub(/"relay":[{]"id":[0-9]+,?/, "\"relay\":{", rest)
    print "{" ENVIRON["site"] id "\"frame\":" named(frame) middle rest >(ENVIRON["folder"] "/" name[i])
    lines[i]++
}
END {
    if (failed) exit failed
    for (i = 1; i <= count; i++) if (own[i]) print name[i] "\t" lines[i] + 0
}
AWK

# FIRST LAST CONTEXT: exports these files, read along with so many before and after them. Runs beside others. Sets reason
# if it fails.
export_files() {
    local first=$1 end=$2 low=$1 high=$2 work status=0
    while [ $((first - low)) -lt "$3" ] && follows $((low - 1)) "$low" && is_whole "${files[low - 1]}"; do
        low=$((low - 1))
    done
    while [ $((high - end)) -lt "$3" ] && follows "$high" $((high + 1)); do high=$((high + 1)); done
    work=$(mktemp -d "$state/work/XXXXXX" 2>&1) || { reason=$work; return 1; }
    reason=$({ read_together "$work" "$first" "$end" "$low" "$high" && publish "$work"; } 2>&1 >/dev/null) || status=1
    rm -rf "$work"
    return $status
}

# WORK FIRST LAST LOW HIGH: WORK/lines/NAME of each of the files, and how many lines each has in WORK/counts.
read_together() {
    local work=$1 capture=${files[$4]} i frames all=0
    mkdir "$work/lines" || return
    for ((i = $4; i <= $5; i++)); do
        frames=$(count_frames "${files[i]}") || return
        all=$((all + frames))
        printf '%s\t%d\t%d\n' "${names[i]}" "$frames" $((i >= $2 && i <= $3)) >>"$work/table" || return
    done
    if [ "$4" -lt "$5" ]; then
        capture=$work/window
        unless_cut mergecap -a -w "$capture" "${files[@]:$4:$5-$4+1}" || return
        # It ends where one of them was cut short.
        [ "$(count_frames "$capture")" -eq "$all" ] || { echo 'not all frames can be read together' >&2; return 1; }
    fi
    unless_cut tshark -n -q -2 -r "$capture" -z kx,json "${tshark_options[@]}" |
        folder=$work/lines site=${site:+\"site\":\"$site\",} awk -F '\t' "$by_file" "$work/table" - >"$work/counts"
    [ "${PIPESTATUS[*]}" = '0 0' ]
}

# WORK: gives the lines their names. They are on the disk first, and as many as were written.
publish() {
    local name lines
    sync "$1"/lines/* || return
    while IFS=$'\t' read -r name lines; do
        [ "$(wc -l <"$1/lines/$name")" -eq "$lines" ] || { echo "lines of $name are missing" >&2; return 1; }
        mv "$1/lines/$name" "$out/$name.ndjson" && sync "$out" && : >"$state/done/$name" || return
        say "$name: $lines messages" 2>&10
    done <"$1/counts"
}

# FIRST LAST: together; where that fails each alone, so that one bad file harms no other. Not without its context because
# the disk is full: that is waited for. Returns what note_status() says.
export_group() {
    local i context_now reason='' status=0
    export_files "$1" "$2" "$context" || ! is_full || return 75
    for ((i = $1; i <= $2; i++)); do
        for context_now in "$context" 0; do
            is_done "${names[i]}" || export_files "$i" "$i" "$context_now" || ! is_full || return 75
        done
        is_done "${names[i]}" || give_up "$i" || status=$?
    done
    return $status
}

# A file that could not be exported. That it was compressed meanwhile is no reason.
give_up() {
    local path=${files[$1]} other
    if [ -e "$path" ]; then
        say "$path cannot be read: ${reason##*$'\n'}"
    else
        for other in "${path%/*}/${names[$1]}".*; do [ ! -e "$other" ] || return $AGAIN; done
        say "LOST: ${names[$1]} was overwritten before it was exported"
    fi
    : >"$state/failed/${names[$1]}" || return 75
    return 1
}

# Whether it failed because the disk is full: something says so, or there is no room for a little.
is_full() {
    local file
    [[ ${reason,,} != *'no space left'* && ${reason,,} != *quota* ]] || return 0
    file=$(mktemp "$state/work/XXXXXX" 2>/dev/null) || return 0
    if head -c 1048576 /dev/zero 2>/dev/null >"$file"; then rm "$file"; return 1; fi
    rm -f "$file"
}

# ---- all of it ----

# What is ready, in groups of neighbours, several at a time. Returns 75 if the disk is full.
pass() {
    local i size begin=-1 status=0 waiting=() running=()
    begin_pass
    load_files
    report_overwritten
    for i in "${!files[@]}"; do
        if is_done "${names[i]}"; then continue; fi
        if is_ready "$i"; then waiting+=("$i"); else note "${names[i]}: waits until dumpcap has written further files"; fi
    done
    size=$(((${#waiting[@]} + jobs - 1) / jobs))
    [ "$size" -lt "$at_once" ] || size=$at_once
    for i in "${!waiting[@]}"; do
        [ $begin -ge 0 ] || begin=$i
        if [ $((i + 1 - begin)) -lt "$size" ] && [ $((i + 1)) -lt ${#waiting[@]} ] &&
            [ $((waiting[i] + 1)) -eq "${waiting[i + 1]}" ] && follows "${waiting[i]}" "${waiting[i + 1]}"; then
            continue
        fi
        [ ${#running[@]} -lt "$jobs" ] || await_oldest
        export_group "${waiting[begin]}" "${waiting[i]}" &
        running+=($!)
        begin=-1
    done
    while [ ${#running[@]} -gt 0 ]; do await_oldest; done
    forget_overwritten
    return $status
}

# Of the groups of pass(): they are of about one size.
await_oldest() {
    local result=0
    wait "${running[0]}" || result=$?
    running=("${running[@]:1}")
    case $result in
    0) ;;
    75) status=75; note 'the disk is full: waiting for room' ;;
    "$AGAIN") [ $status -ne 0 ] || status=$AGAIN ;;
    *) trouble=1 ;;
    esac
}

main() {
    local result
    parse "$@"
    mkdir -p "$out/.kx-export" && out=$(realpath "$out") && state=$out/.kx-export && mkdir -p "$state"/{done,failed} || exit 75
    # tshark and its like inherit the lock: what a killed kx-export began has ended before another begins.
    exec 9>"$state/lock" || exit 75
    flock -n 9 || { say 'waiting for another kx-export'; flock 9; }
    exec 10>&2
    rm -rf "$state/work" "$state"/failed/*
    mkdir "$state/work" || exit 75
    tshark -G protocols 2>/dev/null | grep -E $'\tkx(\t|$)' >/dev/null || { say 'tshark knows no Kx: is the plugin installed?'; exit 1; }
    while
        pass
        result=$?
        [ $result -eq $AGAIN ] || [ -n "$watch" ]
    do
        [ $result -eq $AGAIN ] || sleep "$watch"
    done
    rm -rf "$state/work"
    [ $result -ne 0 ] || result=$trouble
    exit $result
}

main "$@"
