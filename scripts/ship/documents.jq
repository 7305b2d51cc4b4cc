# SPDX-License-Identifier: GPL-2.0-or-later
# From `tshark -T ek`, with the members "_ws_expert" told apart: a line for every Kx message, the action of the bulk API
# and the document with a tab in between. $window names the capture files that were read and their frames, counted
# through; $own is the one whose messages are sent.
def values: if type == "array" then .[] else . end;

def innermost: if type == "array" then .[-1] else . end;

def present: with_entries(select(.value | IN(null, [], {}) | not));

# "FILE#FRAME", which is the same in every document that names the frame.
def packet($number): first($window[] | select(.first <= $number and $number <= .last))
    | "\(.name)#\($number - .first + 1)";

# An object or an array where a text is due may hold anything, key data too.
def scalar: if $key_data then . else (split("{")[0] // "" | split("[")[0] // "") as $begin
    | if $begin == . then . else $begin + "..." end end;

# Wireshark 4.6 writes decimal where older ones write hexadecimal.
def integer: if startswith("0x") then reduce (.[2:] | explode[]) as $digit (0;
    . * 16 + $digit - if $digit >= 97 then 87 else 48 end) | tostring else . end;

def value($kind):
    if $kind == "FT_FRAMENUM" then packet(tonumber) // null
    elif $kind == "FT_STRING" then scalar
    elif type == "string" then integer
    else . end;

def add_field($name; $value): $fields[$name].type as $kind
    | if $kind == null or $kind == "FT_NONE" then . else .[$name] = ($value
        | if type == "array" then map(value($kind)) else value($kind) end) end;

# An expert info may name a frame by its number among all that were read.
def located: . as $text | [match("(?:in|but) frame ([0-9]+)"; "g").captures[0]] | reverse
    | reduce .[] as $found ($text; .[:$found.offset] + (packet($found.string | tonumber) // $found.string)
        + .[$found.offset + $found.length:]);

select(.layers.kx)
| .timestamp as $timestamp | .layers as {$frame, $ip, $ipv6, $tcp, $kx}
| ($frame.frame_frame_number | tonumber) as $number
| ($number - $own.first + 1 | tostring) as $own_number
| [$kx | values] | to_entries[]
| .value as $message | ($message | keys_unsorted) as $names
| [$message[$names[] | select(startswith("_ws_expert"))] | values] as $experts
| {index: {_index: $index, _id: "\($own.id)-\($own_number)-\(.key)"}} as $action
| ({
    timestamp: $timestamp,
    capture: $own.name,
    packet: packet($number),
    command: $commands[$message.kx_kx_command_code // "" | integer],
    expert: [$experts[] | keys_unsorted[] | select(startswith("_ws_expert") | not) | $fields[.].name // .],
    expert_message: [$experts[]._ws_expert__ws_expert_message | values | strings | scalar | located],
    layers: ({
        frame: ($frame | {frame_frame_time, frame_frame_len, frame_frame_number: $own_number}),
        ip: ($ip | innermost | {ip_ip_src, ip_ip_dst} | present),
        ipv6: ($ipv6 | innermost | {ipv6_ipv6_src, ipv6_ipv6_dst} | present),
        tcp: ($tcp | innermost | {tcp_tcp_srcport, tcp_tcp_dstport} | present),
        kx: (reduce $names[] as $name ({}; add_field($name; $message[$name])))
    } | present)
} | present) as $document
| "\($action | tojson)\t\($document | tojson)"
