# Key relays, over all sites, of what an engine answers to kx-relays.json: Key relay request ID, Source and Destination KMA,
# the nodes from hop to hop, how many sites saw something of it, seconds from the first hop to the last message, result.
# usage: curl ... --data-binary @kx-relays.json .../kx/_search | jq -r -f kx-relays.jq
# The order of hops is that of the nodes, not that of the sites' clocks: who sends a hop has received the one before.
# SPDX-License-Identifier: GPL-2.0-or-later

# Hops in: their nodes, one after the other. What does not join has three dots before it.
def route:
  def follow($hops; $node):
    ($hops | map(.sender == $node) | index(true)) as $next |
    if $next then [$hops[$next].receiver] + follow($hops | del(.[$next]); $hops[$next].receiver)
    elif ($hops | length) > 0 then ["..."] + ($hops | route)
    else [] end;
  (map(.receiver)) as $receivers |
  (map(select([.sender] | inside($receivers) | not) | .sender)[0] // .[0].sender) as $first |
  [$first] + follow(.; $first);

# Longer than a relay is quiet (kx.link_timeout), in seconds: after that, the same ID is another relay's.
def was_quiet: map(.epoch) | sort | . as $times | any(range(1; length); $times[.] - $times[. - 1] > 60);

.aggregations.relays.buckets[] |
.key.request as $request | .keys.value as $relays | [.messages.hits.hits[]._source] |
map(select(.header.command_code == 4353)) as $hops |
map(select(.header.command_code == 4354)) as $ends |
(map(.site) | unique | length) as $sites |
if $relays > 1 or was_quiet then [$request, "?", "?", "?", $sites, "?", "several relays of this ID"]
else
  [$request, $hops[0].relay.source // "?", $hops[0].relay.destination // "?",
    ([$hops[] | {sender: .sender.address, receiver: .receiver.address}] | unique | route | join(" > ")),
    $sites,
    ((map(.epoch) | max) - (map(.epoch) | min) | . * 1000000 | round / 1000000),
    ($ends | map(.["links"].verdict) | unique | join(", ") | if . == "" then "open" else . end)]
end | @tsv
