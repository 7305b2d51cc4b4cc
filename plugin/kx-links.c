/* kx-links.c
 * Shows what a message has to do with the others of the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-links.h"

static int hf_response_in = -1;
static int hf_response_to = -1;
static int hf_response_time = -1;
static int hf_relay_hop = -1;
static int hf_relay_next_hop_in = -1;
static int hf_relay_previous_hop_in = -1;
static int hf_relay_time = -1;

static void add_frame(tvbuff_t *tvb, proto_tree *tree, int field, uint32_t frame)
{
    if (frame)
        proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, frame));
}

static void add_time(tvbuff_t *tvb, proto_tree *tree, int field, const nstime_t *interval)
{
    proto_item_set_generated(proto_tree_add_time(tree, field, tvb, 0, 0, interval));
}

static void note_inconsistent(proto_tree *tree, const kx_links *links, kx_findings *findings)
{
    static const struct {
        kx_inconsistency what;
        const char *text;
    } texts[] = {
        {KX_OTHER_END_POINTS, "end points"},
        {KX_OTHER_TRANSIT_NODES, "transit nodes"},
        {KX_OTHER_KEY_IDS, "Key IDs"},
    };

    for (unsigned i = 0; i < array_length(texts); i++)
        if (links->inconsistent & texts[i].what)
            kx_findings_add(findings, KX_RELAY_INCONSISTENT, (int)texts[i].what, tree,
                            "Other %s than at the relay's first hop, in frame %u", texts[i].text,
                            links->first_hop_in);
}

static void note_findings(proto_tree *tree, const kx_message *message, const kx_links *links,
                          kx_findings *findings)
{
    if (links->response_missing)
        kx_findings_add(findings, KX_RESPONSE_MISSING, 0, tree,
                        "The capture holds no response to this request");
    if (links->unsolicited)
        kx_findings_add(findings, KX_RESPONSE_UNSOLICITED, 0, tree, "The capture does not hold the request");
    if (links->message_id_used_in)
        kx_findings_add(findings, KX_MESSAGE_ID_REUSED, 0, tree, "MessageID %u was used in frame %u before",
                        message->header.message_id, links->message_id_used_in);
    if (links->keys_mismatch)
        kx_findings_add(findings, KX_KEYS_MISMATCH, 0, tree, "%u Key ID%s, but frame %u asked for %u",
                        message->key_count, message->key_count == 1 ? "" : "s", links->response_to,
                        links->keys_asked_for);
    if (links->reused_keys)
        kx_findings_add(findings, KX_KEY_ID_REUSED, 0, tree,
                        "%u Key ID%s relayed before; the first is number %u, in frame %u", links->reused_keys,
                        links->reused_keys == 1 ? " was" : "s were", links->reused_key + 1,
                        links->reused_key_in);
    note_inconsistent(tree, links, findings);
}

void kx_links_show(tvbuff_t *tvb, proto_tree *tree, const kx_message *message, const kx_links *links,
                   kx_findings *findings)
{
    add_frame(tvb, tree, hf_response_in, links->response_in);
    add_frame(tvb, tree, hf_response_to, links->response_to);
    if (links->response_to)
        add_time(tvb, tree, hf_response_time, &links->response_time);
    if (links->hop)
        proto_item_set_generated(proto_tree_add_uint(tree, hf_relay_hop, tvb, 0, 0, links->hop));
    add_frame(tvb, tree, hf_relay_previous_hop_in, links->previous_hop_in);
    add_frame(tvb, tree, hf_relay_next_hop_in, links->next_hop_in);
    if (links->hop > 1)
        add_time(tvb, tree, hf_relay_time, &links->relay_time);
    note_findings(tree, message, links, findings);
}

void kx_links_register(int proto)
{
    static hf_register_info fields[] = {
        {&hf_response_in,
         {"Response in", "kx.response_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
          "The response to this request, or the notification that the key relay is complete", HFILL}},
        {&hf_response_to,
         {"Response to", "kx.response_to", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
          "The request that this message answers", HFILL}},
        {&hf_response_time,
         {"Response time", "kx.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0, "Time since the request",
          HFILL}},
        {&hf_relay_hop,
         {"Hop", "kx.relay.hop", FT_UINT32, BASE_DEC, NULL, 0,
          "Which KM link of the key relay this is, as captured", HFILL}},
        {&hf_relay_next_hop_in,
         {"Next hop in", "kx.relay.next_hop_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The same key relay one KM link further", HFILL}},
        {&hf_relay_previous_hop_in,
         {"Previous hop in", "kx.relay.previous_hop_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The same key relay one KM link earlier", HFILL}},
        {&hf_relay_time,
         {"Time since the first hop", "kx.relay.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "Time since hop 1 of the key relay", HFILL}},
    };

    proto_register_field_array(proto, fields, array_length(fields));
}
