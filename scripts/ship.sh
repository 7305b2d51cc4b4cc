#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: scripts/ship.sh --url URL --index NAME [OPTION ...] FOLDER|FILE ... [-- TSHARK-OPTION ...]
# Sends the Kx messages of captures to OpenSearch or Elasticsearch, without key data: of a FOLDER, the files of
# dumpcap's ring buffers in it that are complete; a FILE as it is. Each message once, whatever interrupts it.
#   --watch SECONDS    go on, and look for further files this often
#   --final            capturing has ended: the last file of each ring buffer is complete too
#   --context FILES    how many files of a ring buffer before and after one to read along with it, so that messages at
#                      its edges are whole and linked (default: 1)
#   --curl FILE        curl's configuration: user, headers, certificates
#   --state FOLDER     where to keep what was sent so far (default: ~/.local/state/kx-ship/NAME)
#   --attempts N       give up for now after so many failures in a row (default: 8)
#   --backoff SECONDS  how long to wait after the first of them; twice as long after each further one (default: 1)
#   --batch BYTES      how much to send at once (default: 4m)
#   --key-data         send key data too
# Behind --: options for tshark, such as -o tls.keylog_file:keys.log.
# Exit status: 0: all is sent; 1: something is lost or was refused, see the messages; 75: the endpoint does not take it
# now, run again to go on.
# shellcheck disable=SC2317 # persist() calls some functions by name
set -euo pipefail
umask 077

programs=$(cd "$(dirname "$0")" && pwd)/ship
url='' index='' watch='' rings=open context=1 curl_options=() state='' attempts=8 backoff=1 batch_size=4m key_data=false
sources=() tshark_options=()

say() { echo "ship: $*" >&2; }

usage() { sed -n '3,18s/^# //p' "$0"; }

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
        --final) rings=closed ;;
        --key-data) key_data=true ;;
        -h | --help) usage; exit 0 ;;
        --) shift; tshark_options=("$@"); break ;;
        --*)
            [ $# -gt 1 ] || { say "$1 needs a value"; exit 2; }
            parse_value "$1" "$2"
            shift
            ;;
        *) sources+=("$(realpath -s "$1")") ;;
        esac
        shift
    done
    if [ -z "$url" ] || [ -z "$index" ] || [ ${#sources[@]} -eq 0 ]; then
        usage >&2
        exit 2
    fi
    state=${state:-${XDG_STATE_HOME:-$HOME/.local/state}/kx-ship/$index}
}

parse_value() {
    case $1 in
    --url) url=${2%/} ;;
    --index) index=$2 ;;
    --watch) watch=$2 ;;
    --context) context=$2 ;;
    --curl) curl_options=(--config "$2") ;;
    --state) state=$2 ;;
    --attempts) attempts=$2 ;;
    --backoff) backoff=$2 ;;
    --batch) batch_size=$2 ;;
    *) say "no such option: $1"; exit 2 ;;
    esac
}

# Whatever is lost or refused is said once, and in the exit status.
trouble=0
declare -A complaints

complain() {
    trouble=1
    [ -z "${complaints[$*]-}" ] || return 0
    complaints[$*]=said
    say "$*"
}

# ---- which files there are ----

# The files of a ring buffer, as dumpcap names them, differ in number and time: PREFIX_NUMBER_TIME.SUFFIX
ring_file='^(.*)_([0-9]{5})_([0-9]{14})(\.[^/]*)?$'

# Sets ring, number and time of a file. One that is in no ring buffer is alone in its own.
parse_name() {
    if [[ $1 =~ $ring_file ]]; then
        ring=${BASH_REMATCH[1]}${BASH_REMATCH[4]}
        number=$((10#${BASH_REMATCH[2]}))
        time=${BASH_REMATCH[3]}${BASH_REMATCH[2]}
    else
        ring=$1 number=0 time=0
    fi
}

# Its stamp differs once a file is written to, or another takes its name.
stamp_format='%i %s %T@'
stamp_of() { find -L "$1" -maxdepth 0 -printf "$stamp_format" 2>/dev/null; }

# Ring by ring, in the order in which they were written: ring, time, path, stamp, and whether the ring goes on.
list_files() {
    local source path stamp ring number time
    for source in "${sources[@]}"; do
        if [ -d "$source" ]; then
            find -L "$source/" -mindepth 1 -maxdepth 1 -type f -printf "%p\t$stamp_format\n" |
                while IFS=$'\t' read -r path stamp; do
                    parse_name "$path"
                    [ "$ring" = "$path" ] || printf '%s\t' "$ring" "$time" "$path" "$stamp" && echo $rings
                done
        elif [ -e "$source" ]; then
            parse_name "$source"
            printf '%s\t' "$ring" "$time" "$source" "$(stamp_of "$source")" && echo closed
        fi
    done | LC_ALL=C sort -t $'\t' -k 1,1 -k 2,2 -u
}

files=() stamps=() goes_on=() rings_of=() numbers=() times=()
declare -A last # of each ring, in files

load_files() {
    local path stamp goes ring number time
    files=() stamps=() goes_on=() rings_of=() numbers=() times=() last=()
    while IFS=$'\t' read -r ring time path stamp goes; do
        parse_name "$path"
        last[$ring]=${#files[@]}
        files+=("$path") stamps+=("$stamp") goes_on+=("$goes")
        rings_of+=("$ring") numbers+=("$number") times+=("$time")
    done < <(list_files)
}

# dumpcap writes to the newest file only. The context is still to come for those just before.
is_ready() { [ "${goes_on[$1]}" = closed ] || [ $(($1 + context)) -lt "${last[${rings_of[$1]}]}" ]; }

# A B: whether file B is the next of A's ring buffer.
follows() {
    [ "$1" -ge 0 ] && [ "$2" -lt ${#files[@]} ] && [ "${rings_of[$1]}" = "${rings_of[$2]}" ] &&
        [ $((numbers[$1] + 1)) -eq "${numbers[$2]}" ]
}

# ---- how much of each file was acknowledged ----

declare -A known acknowledged total # by path; known: the stamp; total: "failed" if the file could not be read

load_positions() {
    local path stamp some all
    [ -e "$state/positions" ] || return 0
    while IFS=$'\t' read -r path stamp some all; do
        known[$path]=$stamp acknowledged[$path]=$some total[$path]=$all
    done <"$state/positions"
}

save_positions() {
    local path
    for path in "${!known[@]}"; do
        printf '%s\t%s\t%s\t%s\n' "$path" "${known[$path]}" "${acknowledged[$path]}" "${total[$path]}"
    done | LC_ALL=C sort >"$state/positions.new"
    mv "$state/positions.new" "$state/positions"
}

set_position() {
    known[$1]=$2 acknowledged[$1]=$3 total[$1]=$4
    save_positions
}

is_done() {
    local path=${files[$1]}
    [ "${known[$path]-}" = "${stamps[$1]}" ] && [ "${total[$path]}" = "${acknowledged[$path]}" ]
}

declare -A newest newest_number newest_time # known file of each ring

find_newest() {
    local path ring number time
    newest=() newest_number=() newest_time=()
    for path in "${!known[@]}"; do
        parse_name "$path"
        [[ $time > ${newest_time[$ring]-} ]] || continue
        newest[$ring]=$path newest_number[$ring]=$number newest_time[$ring]=$time
    done
}

# Deleted files are forgotten, but for the newest of each ring buffer: it tells whether the one after it was missed.
forget_deleted() {
    local path ring number time
    find_newest
    for path in "${!known[@]}"; do
        parse_name "$path"
        [ -e "$path" ] || [ "${newest[$ring]}" = "$path" ] || unset "known[$path]" "acknowledged[$path]" "total[$path]"
    done
    save_positions
}

# What the ring buffers overwrote before it was sent: files that could not be read, and numbers that are missing. Where
# numbers fall, dumpcap was started anew, and counted from 1.
report_lost() {
    local path i before
    for path in "${sources[@]}"; do
        [ -e "$path" ] || [ -n "${known[$path]-}" ] || complain "there is no $path"
    done
    for path in "${!total[@]}"; do
        [ "${total[$path]}" != failed ] || [ -e "$path" ] || lose "$path"
    done
    find_newest
    for i in "${!files[@]}"; do
        [ -z "${known[${files[i]}]-}" ] || continue
        if [ "$i" -gt 0 ] && [ "${rings_of[i]}" = "${rings_of[i - 1]}" ]; then
            before=${numbers[i - 1]}
        elif [[ -n ${newest[${rings_of[i]}]-} && ${newest_time[${rings_of[i]}]} < ${times[i]} ]]; then
            before=${newest_number[${rings_of[i]}]}
        else
            continue
        fi
        [ "$before" -lt "${numbers[i]}" ] || before=0
        [ "${numbers[i]}" -le $((before + 1)) ] ||
            complain "LOST: files $((before + 1)) to $((numbers[i] - 1)) before ${files[i]}: overwritten, and not sent"
    done
}

lose() {
    complain "LOST: $1 was overwritten before it was sent"
    set_position "$1" lost 0 0
}

# ---- from a capture file to batches of documents, in the spool ----

learn_fields() {
    fields=$(tshark -G fields 2>/dev/null | grep -a $'\tkx\t' |
        jq -R -n -c --argjson key_data $key_data -f "$programs/fields.jq") ||
        { say "tshark knows no Kx: is the plugin installed?"; exit 1; }
    commands=$(tshark -G values 2>/dev/null | grep -a $'\tkx.command_code\t' | cut -f 3,4 |
        while IFS=$'\t' read -r code name; do printf '%d\t%s\n' "$code" "$name"; done |
        jq -R -n -c '[inputs | split("\t") | {key: .[0], value: .[1]}] | from_entries')
    tshark -G elastic-mapping --elastic-mapping-filter kx 2>/dev/null |
        jq --argjson fields "$fields" -f "$programs/mapping.jq" >"$state/mapping.json"
}

is_whole() { capinfos "$1" >/dev/null 2>&1; }
frames_in() { capinfos -T -M -r -c "$1" 2>/dev/null | cut -f 2; }

# FILE: the files to read along with it, itself included. None comes after one that was cut short, because mergecap
# of Wireshark 4.0 ends there.
window_of() {
    local low=$1 high=$1
    while [ $(($1 - low)) -lt "$context" ] && follows $((low - 1)) "$low" && is_whole "${files[low - 1]}"; do
        low=$((low - 1))
    done
    while [ $((high - $1)) -lt "$context" ] && is_whole "${files[high]}" && follows "$high" $((high + 1)); do
        high=$((high + 1))
    done
    printf '%s\n' "${files[@]:low:high-low+1}"
}

# PATH ...: their frames, counted through, as JSON.
describe_window() {
    local path first=1 count
    for path; do
        count=$(frames_in "$path") || true
        printf '%s\t%d\t%d\n' "${path##*/}" "$first" $((first + count - 1))
        first=$((first + count))
    done | jq -R -n -c '[inputs | split("\t") | {name: .[0], first: (.[1] | tonumber), last: (.[2] | tonumber)}]'
}

# What Wireshark's programs say of a capture that was cut short is no failure.
unless_cut() { "$@" 2>"$state/errors" || grep -q 'cut short' "$state/errors"; }

# tshark puts the findings of one message into several members of one name, of which JSON parsers keep the last.
number_findings() {
    awk -F '"_ws_expert":' '{
        printf "%s", $1
        for (i = 2; i <= NF; i++) printf "\"_ws_expert%d\":%s", i, $i
        print ""
    }'
}

# CAPTURE OWN WINDOW: reads the capture, and fills the spool with the documents of the window's file OWN.
dissect() {
    local frames
    frames=$(jq -r '"frame.number >= \(.first) && frame.number <= \(.last)"' <<<"$2")
    unless_cut tshark -n -2 -r "$1" -Y "kx && $frames" -T ek -J 'frame ip ipv6 tcp kx' "${tshark_options[@]}" |
        number_findings |
        jq -r --arg index "$index" --argjson own "$2" --argjson window "$3" --argjson fields "$fields" \
            --argjson commands "$commands" --argjson key_data $key_data -f "$programs/documents.jq" |
        split -C "$batch_size" -a 6 -d - "$state/spool.new/batch."
}

# FILE: fills the spool from it. It is complete once it has its name.
fill_spool() {
    local path=${files[$1]} stamp=${stamps[$1]} new=$state/spool.new id context_files window own capture
    rm -rf "$new"
    mkdir "$new"
    echo 'it cannot be opened' >"$state/errors"
    id=$(sha256sum 2>/dev/null <"$path" | cut -c 1-16) || return
    mapfile -t context_files < <(window_of "$1")
    window=$(describe_window "${context_files[@]}")
    own=$(jq -c --arg name "${path##*/}" --arg id "$id" '.[] | select(.name == $name) | .id = $id' <<<"$window")
    capture=$path
    if [ ${#context_files[@]} -gt 1 ]; then
        capture=$new/window
        unless_cut mergecap -a -w "$capture" "${context_files[@]}" || return
    fi
    dissect "$capture" "$own" "$window" || return
    [ "$stamp" = "$(stamp_of "$path")" ] || return
    is_whole "$path" || say "$path was cut short: what there is of it is sent"
    rm -f "$new/window"
    printf '%s\t%s\t%d\n' "$path" "$stamp" "$(remaining "$new")" >"$new/file"
    mv "$new" "$state/spool"
}

# SPOOL: how many documents it holds.
remaining() { find "$1" -name 'batch.*' -exec cat {} + | wc -l; }

# ---- from the spool to the endpoint ----

# CURL-ARGUMENT ...: sets status, 000 if there was no answer, and retry_after; the answer is in the file response.
request() {
    local answer
    answer=$(curl --silent --show-error --max-time 300 "${curl_options[@]}" --output "$state/response" \
        --write-out '%{http_code} %header{retry-after}' "$@" 2>"$state/errors") || answer=000
    read -r status retry_after <<<"$answer"
    [ "$status" = 000 ] || cp "$state/response" "$state/errors"
}

# Seconds to wait by the header Retry-After, which holds them or a date.
told_to_wait() {
    local date
    case $retry_after in
    '' | *[!0-9]*) date=$(date -d "${retry_after:-now}" +%s 2>/dev/null) && echo $((date - $(date +%s))) || echo 0 ;;
    *) echo "$retry_after" ;;
    esac
}

# FAILURES: waits, twice as long each time, but not just as long as others that were turned away at the same time.
back_off() {
    local delay
    delay=$(awk -v first="$backoff" -v failures="$1" -v told="$(told_to_wait)" -v random=$RANDOM 'BEGIN {
        delay = first * 2 ^ (failures - 1)
        if (delay > 120) delay = 120
        if (told < 0) told = 0
        print told + delay * (0.5 + random / 65536)
    }')
    say "$url: $status $(head -c 300 "$state/errors" | tr '\n' ' '): trying again in $delay s"
    sleep "$delay"
}

# COMMAND ...: until it succeeds. Returns 75 after too many failures without any progress.
persist() {
    local failures=0
    until "$@"; do
        [ "$progress" = no ] || failures=0
        failures=$((failures + 1))
        [ "$failures" -lt "$attempts" ] || { say "$url: $status: giving up for now"; return 75; }
        back_off "$failures"
    done
}

create_index() {
    progress=no
    request --head "$url/$index"
    [ "$status" != 200 ] || return 0
    [ "$status" = 404 ] || return 1
    request -X PUT -H 'Content-Type: application/json' --data-binary "@$state/mapping.json" "$url/$index"
    [ "$status" = 200 ] || grep -q resource_already_exists "$state/response"
}

# BATCH: sends its first lines. What is not acknowledged stays in it.
send() {
    progress=no
    head -n "$lines" "$1" >"$state/sent"
    tr '\t' '\n' <"$state/sent" >"$state/body"
    request -H 'Content-Type: application/x-ndjson' --data-binary "@$state/body" \
        "$url/_bulk?filter_path=items.*.status,items.*.error"
    case $status in
    200) settle "$1" ;;
    413) make_smaller "$1" ;;
    *) return 1 ;;
    esac
}

# BATCH: takes the documents out of it that the endpoint has, and those that it will never take.
settle() {
    local again sent
    sent=$(wc -l <"$state/sent")
    jq -r '.items[] | .[]
        | [.status, (.error | if type == "object" then "\(.type): \(.reason)" else . // "" end)]
        | @tsv' "$state/response" >"$state/answers" 2>/dev/null || return
    [ "$(wc -l <"$state/answers")" -eq "$sent" ] || return
    awk -F '\t' -v refused="$state/refused" -v reasons="$state/reasons" -v again="$state/again" '
        BEGIN { printf "" >refused; printf "" >reasons; printf "" >again }
        NR == FNR { status[FNR] = $1; reason[FNR] = $2; next }
        status[FNR] == 400 { print $1 "\n" $2 >refused; print reason[FNR] >reasons }
        status[FNR] >= 300 && status[FNR] != 400 { print >again }' "$state/answers" "$state/sent"
    keep_refused
    again=$(wc -l <"$state/again")
    [ "$again" -eq "$sent" ] || progress=yes
    tail -n +$((sent + 1)) "$1" >>"$state/again"
    mv "$state/again" "$1"
    jq -c '[.items[][] | select(.status >= 300 and .status != 400)][0]' "$state/response" >"$state/errors"
    [ "$again" -eq 0 ]
}

# Documents that the endpoint will never take are kept as they were sent.
keep_refused() {
    local reason
    [ -s "$state/refused" ] || return 0
    cat "$state/refused" >>"$state/refused.ndjson"
    while read -r reason; do complain "REFUSED, see $state/refused.ndjson: $reason"; done <"$state/reasons"
}

# BATCH: was too large for the endpoint.
make_smaller() {
    lines=$(wc -l <"$state/sent")
    if [ "$lines" -gt 1 ]; then
        lines=$(((lines + 1) / 2))
        return
    fi
    tr '\t' '\n' <"$state/sent" >"$state/refused"
    echo 'a document is too large' >"$state/reasons"
    keep_refused
    sed -i 1d "$1"
}

# Sends what the spool holds, and empties it.
send_spool() {
    local path stamp count batch lines
    [ -e "$state/spool" ] || return 0
    IFS=$'\t' read -r path stamp count <"$state/spool/file"
    for batch in "$state"/spool/batch.*; do
        [ -e "$batch" ] || continue
        lines=$(wc -l <"$batch")
        while [ -s "$batch" ]; do
            persist send "$batch" || return
            set_position "$path" "$stamp" $((count - $(remaining "$state/spool"))) "$count"
        done
        rm "$batch"
    done
    set_position "$path" "$stamp" "$count" "$count"
    mv "$state/spool" "$state/spool.done"
    rm -rf "$state/spool.done"
}

# ---- all of it ----

declare -A given_up # files that could not be read, by path: their stamps

ship_file() {
    local path=${files[$1]}
    # The files around it may be overwritten while they are read.
    if fill_spool "$1" || context=0 fill_spool "$1"; then
        send_spool
    elif [ "$(stamp_of "$path")" = "${stamps[$1]}" ]; then
        given_up[$path]=${stamps[$1]}
        complain "$path is not sent: $(tail -n 1 "$state/errors")"
        set_position "$path" "${stamps[$1]}" 0 failed
    else
        lose "$path"
    fi
}

# Sends what is complete and was not sent. Returns 75 if the endpoint does not take it now.
pass() {
    local i
    persist create_index && send_spool || return
    load_files
    report_lost
    for i in "${!files[@]}"; do
        if is_ready "$i" && ! is_done "$i" && [ "${given_up[${files[i]}]-}" != "${stamps[i]}" ]; then
            ship_file "$i" || return
        fi
    done
    forget_deleted
}

main() {
    local result=0
    parse "$@"
    mkdir -p "$state"
    exec 9>"$state/lock"
    flock --wait 5 9 || { say "$state is in use by another"; exit 1; }
    rm -rf "$state/spool.done"
    trap 'rm -rf "$state/spool.new"' EXIT
    learn_fields
    load_positions
    pass || result=$?
    while [ -n "$watch" ]; do
        sleep "$watch"
        pass || result=$?
    done
    [ $result -ne 0 ] || result=$trouble
    exit $result
}

main "$@"
