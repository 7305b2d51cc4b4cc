/* kx-handover.c
 * Handing a payload to Wireshark's JSON dissector, where that is safe.
 *
 * That dissector keeps a path for every value and recurses: one hostile payload costs it a gigabyte, or the
 * stack.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-handover.h"

#include <inttypes.h>

#include <epan/column-utils.h>
#include <epan/exceptions.h>
#include <epan/tap.h>

#include "kx-prefs.h"

/* Deeper than any real payload, and no deeper than the JSON dissectors of all supported versions follow. */
#define DEPTH_MAX 16

/* Bytes of paths that the JSON dissector would make. A key relay that fills a message with keys makes some
 * 30,000. */
#define PATH_SUM_MAX 1048576

/* A key relay that fills a message with 256-bit keys has 1,500 values. */
#define VALUES_MAX 4000

/* Every call of a dissector adds to the frame's list of protocols, and Wireshark stops dissecting a frame in which
 * that has 500. In TLS, ours is called for each record: the more records, the less is left for JSON. */
#define UNITS_MAX        256
#define UNITS_FOR_A_CALL 3

static dissector_handle_t json_handle;
static int proto_json;
static int hf_frame_protocols;

/* Whether anyone can tell if the JSON dissector ran: by its fields, by the frame's list of protocols, or because a
 * consumer goes through the whole tree, in which every protocol has an item even if nobody asked for it. */
static bool is_watched(proto_tree *tree)
{
    return tree && (PTREE_DATA(tree)->visible || !PTREE_DATA(tree)->fake_protocols ||
                    (union_of_tap_listener_flags() & TL_REQUIRES_PROTO_TREE) ||
                    proto_field_is_referenced(tree, proto_json) ||
                    proto_field_is_referenced(tree, hf_frame_protocols));
}

static const char *why_not(const kx_json_reader *reader, const kx_message *message,
                           const kx_frame_state *frame, wmem_allocator_t *pool)
{
    if (kx_prefs.hide_keys && message->has_key_data)
        return "keys are hidden";
    if (reader->fault != KX_JSON_FAULT_NONE)
        return "it is not valid";
    if (reader->deepest > DEPTH_MAX)
        return wmem_strdup_printf(pool, "it is nested %u deep", reader->deepest);
    if (reader->values > VALUES_MAX)
        return wmem_strdup_printf(pool, "it holds %u values", reader->values);
    if (reader->path_sum > PATH_SUM_MAX)
        return wmem_strdup_printf(pool, "the paths of its values take %" PRIu64 " bytes", reader->path_sum);
    if (frame->units + UNITS_FOR_A_CALL * (frame->calls - 1) > UNITS_MAX)
        return "the frame holds too many messages";
    return NULL;
}

/* A click on a byte selects the last item of the tree that highlights it: that is to be ours. The JSON dissector is
 * called last, and its item is put before the message's, also if it gave up. Nothing names that item but its place. */
static void put_first(proto_tree *tree, proto_item *message_item)
{
    if (tree->last_child != message_item)
        proto_tree_move_item(tree, tree->last_child, message_item);
}

static void call_json(tvbuff_t *payload, packet_info *pinfo, proto_tree *tree, proto_item *message_item)
{
    kx_bool protocol_writable = col_get_writable(pinfo->cinfo, COL_PROTOCOL);
    kx_bool info_writable = col_get_writable(pinfo->cinfo, COL_INFO);

    col_set_writable(pinfo->cinfo, COL_PROTOCOL, FALSE);
    col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    TRY
    {
        call_dissector_only(json_handle, payload, pinfo, tree, NULL);
    }
    FINALLY
    {
        col_set_writable(pinfo->cinfo, COL_PROTOCOL, protocol_writable);
        col_set_writable(pinfo->cinfo, COL_INFO, info_writable);
        put_first(tree, message_item);
    }
    ENDTRY;
}

bool kx_handover_allowed(tvbuff_t *tvb, packet_info *pinfo, proto_item *message_item,
                         const kx_frame_state *frame, const kx_message *message, const kx_json_reader *reader,
                         kx_findings *findings)
{
    if (!kx_prefs.json_subtree || !json_handle || reader->length == 0 ||
        tvb_captured_length(tvb) < tvb_reported_length(tvb))
        return false;

    const char *reason = why_not(reader, message, frame, pinfo->pool);
    if (reason)
        kx_findings_add(findings, KX_PAYLOAD_NOT_HANDED_OVER, 0, message_item,
                        "The JSON dissector was spared this payload: %s", reason);
    return !reason;
}

void kx_handover(tvbuff_t *tvb, int payload_offset, packet_info *pinfo, proto_tree *tree,
                 proto_item *message_item)
{
    if (is_watched(tree))
        call_json(tvb_new_subset_remaining(tvb, payload_offset), pinfo, tree, message_item);
}

void kx_handover_prepare(void)
{
    json_handle = find_dissector("json");
    proto_json = proto_get_id_by_filter_name("json");
    hf_frame_protocols = proto_registrar_get_id_byname("frame.protocols");
}
