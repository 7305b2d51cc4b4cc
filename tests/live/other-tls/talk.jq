# What is sent in one connection, out of {name, client, server, port, client_port, verbs}: the lines of the talk, and the
# connection as a ledger has it. Every connection has the same procedures under identifiers of its own: a key relay to
# the neighbour, two supplies in one write, a relay of many keys, and what `verbs` puts between them.
# SPDX-License-Identifier: GPL-2.0-or-later

def digits($number; $width): ("0" * $width + ($number | tostring))[-$width:];

def hex($number; $width):
    reduce range($width) as $_ ({rest: $number, text: ""};
        {rest: (.rest / 16 | floor), text: ("0123456789abcdef"[.rest % 16:.rest % 16 + 1] + .text)}) | .text;

def key($connection; $number): {
    key_id: "00000000-0000-4000-8000-\(digits($connection; 4))\(digits($number; 8))",
    key: ("an example of a key, \(digits($connection; 4)) \(digits($number; 6))" | @base64)
};

def relay($connection; $name; $first; $count): {
    source_kma_id: "KMA-Tokyo", destination_kma_id: "KMA-Nagoya",
    keys: [range($first; $first + $count) | key($connection; .)],
    key_relay_request_id: "\($connection)-\($name)"
};

# As a ledger names parameters.
def in_words:
    if type == "object" then
        with_entries(.value |= in_words | .key |= (split("_") | map(if . == "kma" or . == "id" then ascii_upcase else . end)
            | join(" ") | .[:1] as $first | ($first | ascii_upcase) + .[1:]))
    elif type == "array" then map(in_words) else . end;

def message($from; $id; $command; $parameters):
    ($parameters | tojson) as $payload | {
        from: $from, bytes: ("0001" + hex($id; 8) + $command + hex($payload | length; 4)
            + ($payload | explode | map(hex(.; 2)) | add)),
        entry: {
            from: (if $from == "client" then "KMA-Tokyo" else "KMA-Nagoya" end),
            writing: "whole", spelling: "source_kma_id", "key encoding": "base64",
            Version: 1, MessageID: $id, CommandCode: "0x\($command)", Length: ($payload | length),
            parameters: ($parameters | in_words)
        }
    };

. as $connection | .client_port as $number
| [ message("client"; 1; "1101"; relay($number; "small"; 1; 2)),
    message("server"; 1001; "1102"; {response: "success", key_relay_request_id: "\($number)-small"}),
    message("client"; 2; "1103"; {session_id: "\($number)-first"}),
    message("client"; 3; "1103"; {session_id: "\($number)-second", number_of_keys: 1, size_of_key: 256}),
    message("server"; 2; "1104"; {session_id: "\($number)-first", key_id: key($number; 3).key_id, response: "success"}),
    message("server"; 3; "1104"; {session_id: "\($number)-second", key_id: key($number; 4).key_id, response: "success"}),
    message("client"; 4; "1101"; relay($number; "big"; 5; 160)),
    message("server"; 1002; "1102"; {response: "success", key_relay_request_id: "\($number)-big"})
  ] as $messages
| def write($indices): [$indices[] | $messages[.]] | "\(.[0].from) write \(map(.bytes) | add)";
  {
    talk: [
        (select(.verbs | index("early")) | "client early \($messages[0].bytes)"),
        write([0]), write([1]),
        (select(.verbs | index("update")) | "client update"),
        write([2, 3]), write([4]), write([5]),
        (select(.verbs | index("server-update")) | "server update"),
        write([6]), write([7]),
        (if .verbs | index("drop") then "client drop" else "client close" end)
    ],
    connection: {
        client: {"KMA ID": "KMA-Tokyo", address: .client, port: .client_port},
        server: {"KMA ID": "KMA-Nagoya", address: .server, port: .port},
        messages: ([$messages[0].entry, (select(.verbs | index("early")) | $messages[0].entry | .["sent before"] = true)]
            + [$messages[1:][].entry])
    }
  }
