/* kx-links.c
 * What a message has to do with the others of the capture: hands sightings to the core, and shows what it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-links.h"

#include <epan/tfs.h>

#include "kx-nodes.h"
#include "kx-prefs.h"
#include "kx-observe.h"
#include "kx-standard.h"
#include "kx-text.h"
#include "kx-time.h"

/* A completion names no more hops than this. */
#define HOPS_SHOWN_MAX 32

static int hf_response_in = -1;
static int hf_response_to = -1;
static int hf_response_time = -1;
static int hf_relay_id = -1;
static int hf_relay_hop = -1;
static int hf_relay_first_hop_in = -1;
static int hf_relay_hop_in = -1;
static int hf_relay_next_hop_in = -1;
static int hf_relay_previous_hop_in = -1;
static int hf_relay_hop_time = -1;
static int hf_relay_time = -1;
static int hf_relay_result = -1;
static int hf_relay_success = -1;
static int hf_relay_failed_hop = -1;
static int hf_request_repeat_of = -1;
static int hf_sender_kma_id = -1;
static int hf_receiver_kma_id = -1;

/* Fields of parameters, which completions show generated. */
static int hf_source_kma_id = -1;
static int hf_destination_kma_id = -1;
static int hf_kma_id = -1;

/* ---- to and from the core ---- */

void kx_links_find(packet_info *pinfo, const kx_message *message, unsigned ordinal, kx_links *links)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        kx_sighting sighting = kx_observe(pinfo, message, ordinal);
        kx_track_see(&sighting);
    }
    kx_track_ask(pinfo->num, ordinal, links);
}

static void links_begin_capture(void)
{
    kx_track_settings settings = {
        .link_timeout = (int64_t)kx_prefs.link_timeout * 1000000000,
        .clock_skew = (int64_t)kx_prefs.clock_skew * 1000000,
    };

    kx_track_start(&settings);
}

/* ---- fields ---- */

/* Where they are added. */
typedef struct {
    tvbuff_t *tvb;
    proto_tree *tree;
    wmem_allocator_t *pool;
} place;

static void add_number(const place *p, int field, uint32_t number)
{
    if (number)
        proto_item_set_generated(proto_tree_add_uint(p->tree, field, p->tvb, 0, 0, number));
}

static void add_text(const place *p, int field, const char *text)
{
    if (!text)
        return;
    proto_item *item = proto_tree_add_string(p->tree, field, p->tvb, 0, 0, text);

    kx_text_label(p->pool, item, text);
    proto_item_set_generated(item);
}

static void add_time(const place *p, int field, int64_t nanoseconds)
{
    nstime_t interval = kx_nstime(nanoseconds);

    proto_item_set_generated(proto_tree_add_time(p->tree, field, p->tvb, 0, 0, &interval));
}

static void add_hidden(const place *p, int field, const char *text)
{
    if (!text)
        return;
    proto_item *item = proto_tree_add_string(p->tree, field, p->tvb, 0, 0, text);

    kx_text_label(p->pool, item, text);
    proto_item_set_hidden(item);
}

static void show_nodes(const place *p, packet_info *pinfo)
{
    add_text(p, hf_sender_kma_id, kx_nodes_kma_id(&pinfo->src, pinfo->srcport));
    add_text(p, hf_receiver_kma_id, kx_nodes_kma_id(&pinfo->dst, pinfo->destport));
}

static void show_response(const place *p, const kx_links *links)
{
    add_number(p, hf_response_in, links->response_in);
    add_number(p, hf_response_to, links->response_to);
    if (links->response_to)
        add_time(p, hf_response_time, links->response_time);
    add_number(p, hf_request_repeat_of, links->repeat_of);
}

static void show_hop(const place *p, const kx_links *links)
{
    add_number(p, hf_relay_hop, links->hop);
    add_number(p, hf_relay_previous_hop_in, links->previous_hop_in);
    add_number(p, hf_relay_next_hop_in, links->next_hop_in);
    if (links->previous_hop_in)
        add_time(p, hf_relay_hop_time, links->hop_time);
    if (links->hop > 1)
        add_time(p, hf_relay_time, links->relay_time);
}

/* What a completion answers: it does not say so itself. */
static void show_answered(const place *p, packet_info *pinfo, unsigned ordinal, const kx_links *links)
{
    uint32_t hops[HOPS_SHOWN_MAX];
    unsigned count = kx_track_hops(pinfo->num, ordinal, hops, HOPS_SHOWN_MAX);

    add_text(p, hf_source_kma_id, links->source_kma_id);
    add_text(p, hf_destination_kma_id, links->destination_kma_id);
    add_hidden(p, hf_kma_id, links->source_kma_id);
    add_hidden(p, hf_kma_id, links->destination_kma_id);
    add_number(p, hf_relay_first_hop_in, links->first_hop_in);
    for (unsigned i = 0; i < count; i++)
        add_number(p, hf_relay_hop_in, hops[i]);
}

static void show_result(const place *p, const kx_links *links)
{
    if (!links->relay_ended)
        return;
    add_text(p, hf_relay_result, kx_track_result_text(links->relay_result, links->relay_failure));
    if (links->relay_result != KX_RELAY_OPEN)
        proto_item_set_generated(proto_tree_add_boolean(p->tree, hf_relay_success, p->tvb, 0, 0,
                                                        links->relay_result == KX_RELAY_SUCCESS));
    add_number(p, hf_relay_failed_hop, links->failed_hop);
}

/* ---- findings ---- */

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
                            links->inconsistent_with);
}

static void note_reuse(proto_tree *tree, const kx_links *links, kx_findings *findings)
{
    static const struct {
        kx_finding finding;
        const char *text;
    } texts[] = {
        {KX_KEY_ID_REUSED, "Key IDs that were relayed before: %u; the first is number %u, in frame %u"},
        {KX_KEY_DATA_REUSED,
         "Keys that were relayed before under other Key IDs, or between other end points: %u; the first is "
         "number %u, in frame %u"},
        {KX_KEY_ID_SUPPLIED_AGAIN,
         "Key IDs that were supplied in another session: %u; the first is number %u, in frame %u"},
    };
    const uint32_t values[][3] = {
        {links->reused_keys, links->reused_key, links->reused_key_in},
        {links->reused_data, links->reused_data_key, links->reused_data_in},
        {links->supplied_again, links->supplied_again_key, links->supplied_again_in},
    };

    for (unsigned i = 0; i < array_length(texts); i++)
        if (values[i][0])
            kx_findings_add(findings, texts[i].finding, 0, tree, texts[i].text, values[i][0],
                            values[i][1] + 1, values[i][2]);
}

static void note_mismatch(proto_tree *tree, const kx_links *links, kx_findings *findings)
{
    if (!links->keys_mismatch)
        return;
    if (links->keys_asked_for <= INT32_MAX)
        kx_findings_add(findings, KX_KEYS_MISMATCH, 0, tree,
                        "Key IDs supplied: %u, but frame %u asked for %u", links->keys_supplied,
                        links->response_to, (unsigned)links->keys_asked_for);
    else
        kx_findings_add(findings, KX_KEYS_MISMATCH, 0, tree,
                        "Key IDs supplied: %u, but frame %u asked for more", links->keys_supplied,
                        links->response_to);
}

static void note_findings(proto_tree *tree, const kx_message *message, const kx_links *links,
                          kx_findings *findings)
{
    if (links->response_missing)
        kx_findings_add(findings, KX_RESPONSE_MISSING, 0, tree,
                        "The capture holds no response to this request");
    if (links->unsolicited)
        kx_findings_add(findings, KX_RESPONSE_UNSOLICITED, 0, tree, "The capture does not hold the request");
    if (links->uncertain)
        kx_findings_add(findings, KX_LINK_UNCERTAIN, 0, tree,
                        "What belongs together is the best of several possibilities");
    if (links->repeat_of)
        kx_findings_add(findings, KX_REQUEST_REPEATED, 0, tree, "The request was sent before, in frame %u",
                        links->repeat_of);
    if (links->message_id_used_in)
        kx_findings_add(findings, KX_MESSAGE_ID_REUSED, 0, tree, "MessageID %u was used in frame %u before",
                        message->header.message_id, links->message_id_used_in);
    note_mismatch(tree, links, findings);
    note_reuse(tree, links, findings);
    note_inconsistent(tree, links, findings);
}

void kx_links_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const kx_message *message,
                   unsigned ordinal, const kx_links *links, kx_findings *findings)
{
    place p = {tvb, tree, pinfo->pool};

    show_nodes(&p, pinfo);
    show_response(&p, links);
    add_number(&p, hf_relay_id, links->relay);
    if (message->acts_as == KX_KEY_RELAY)
        show_hop(&p, links);
    else if (message->acts_as == KX_KEY_RELAY_COMPLETION && links->response_to)
        show_answered(&p, pinfo, ordinal, links);
    show_result(&p, links);
    note_findings(tree, message, links, findings);
}

/* ---- registration ---- */

void kx_links_prepare(void)
{
    hf_source_kma_id = proto_registrar_get_id_byname("kx.source_kma_id");
    hf_destination_kma_id = proto_registrar_get_id_byname("kx.destination_kma_id");
    hf_kma_id = proto_registrar_get_id_byname("kx.kma_id");
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
         {"Response time", "kx.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "Time since the request; negative where clocks differ", HFILL}},
        {&hf_relay_id,
         {"Relay", "kx.relay.id", FT_UINT32, BASE_DEC, NULL, 0,
          "Number of the key relay in the capture, by its first message", HFILL}},
        {&hf_relay_hop,
         {"Hop", "kx.relay.hop", FT_UINT32, BASE_DEC, NULL, 0,
          "Which KM link of the key relay this is, as captured", HFILL}},
        {&hf_relay_first_hop_in,
         {"First hop in", "kx.relay.first_hop_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The first hop of the key relay that this message answers", HFILL}},
        {&hf_relay_hop_in,
         {"Hop in", "kx.relay.hop_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "A hop of the key relay that this message answers", HFILL}},
        {&hf_relay_next_hop_in,
         {"Next hop in", "kx.relay.next_hop_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The same key relay one KM link further", HFILL}},
        {&hf_relay_previous_hop_in,
         {"Previous hop in", "kx.relay.previous_hop_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The same key relay one KM link earlier", HFILL}},
        {&hf_relay_hop_time,
         {"Time since the previous hop", "kx.relay.hop_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "Time since the previous hop of the key relay", HFILL}},
        {&hf_relay_time,
         {"Time since the first hop", "kx.relay.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "Time since hop 1 of the key relay", HFILL}},
        {&hf_relay_result,
         {"Result of the relay", "kx.relay.result", FT_STRING, BASE_NONE, NULL, 0,
          "success, open, or the Response of the failure", HFILL}},
        {&hf_relay_success,
         {"Relay succeeded", "kx.relay.success", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0,
          "Whether the key relay succeeded; absent while it is open", HFILL}},
        {&hf_relay_failed_hop,
         {"Failed at hop", "kx.relay.failed_hop", FT_UINT32, BASE_DEC, NULL, 0,
          "The hop whose answer says that the key relay failed there", HFILL}},
        {&hf_request_repeat_of,
         {"Repeat of", "kx.request.repeat_of", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV), 0, "The same request as it was sent first", HFILL}},
        {&hf_sender_kma_id,
         {"Sender", "kx.sender_kma_id", FT_STRING, BASE_NONE, NULL, 0,
          "KMA ID of the node that the message comes from, by the table of nodes", HFILL}},
        {&hf_receiver_kma_id,
         {"Receiver", "kx.receiver_kma_id", FT_STRING, BASE_NONE, NULL, 0,
          "KMA ID of the node that the message goes to, by the table of nodes", HFILL}},
    };

    proto_register_field_array(proto, fields, array_length(fields));
    register_init_routine(links_begin_capture);
    register_cleanup_routine(kx_track_forget);
    register_postseq_cleanup_routine(kx_track_complete);
}
