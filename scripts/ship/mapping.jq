# SPDX-License-Identifier: GPL-2.0-or-later
# From `tshark -G elastic-mapping`: the index for what documents.jq makes. Where its types do not fit, others take their
# place: texts have none, so that nobody could search for them, and times between messages are dates for Wireshark 4.0.
def keyword: {type: "keyword", ignore_above: 8000};

def type_of: {
    FT_STRING: keyword, FT_FRAMENUM: keyword, FT_RELATIVE_TIME: {type: "double"}
}[.type];

.mappings.properties.layers.properties.kx.properties as $tshark
| {
    settings: {},
    mappings: {
        dynamic: false,
        properties: {
            timestamp: {type: "date"},
            capture: keyword,
            packet: keyword,
            command: keyword,
            expert: keyword,
            expert_message: keyword,
            layers: {properties: {
                frame: {properties: {
                    frame_frame_time: {type: "date_nanos"},
                    frame_frame_number: {type: "long"},
                    frame_frame_len: {type: "long"}
                }},
                ip: {properties: {ip_ip_src: {type: "ip"}, ip_ip_dst: {type: "ip"}}},
                ipv6: {properties: {ipv6_ipv6_src: {type: "ip"}, ipv6_ipv6_dst: {type: "ip"}}},
                tcp: {properties: {tcp_tcp_srcport: {type: "integer"}, tcp_tcp_dstport: {type: "integer"}}},
                kx: {properties: ($fields | with_entries(select(.value.type != "FT_NONE"))
                    | with_entries(.value = ((.value | type_of) // $tshark[.key])))}
            }}
        }
    }
}
