/* packet-kx.c
 * Dissector for the Kx interface between QKDN key managers, ITU-T Q.4163: registration, header,
 * and what is done with a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packet-kx.h"

#include <inttypes.h>

#include <epan/proto_data.h>
#include <epan/tap.h>
#include <epan/unit_strings.h>
#include <wsutil/str_util.h>

#include "kx-claim.h"
#include "kx-column.h"
#include "kx-connection.h"
#include "kx-filters.h"
#include "kx-findings.h"
#include "kx-handover.h"
#include "kx-links.h"
#include "kx-params.h"
#include "kx-prefs.h"
#include "kx-share.h"
#include "kx-stats.h"
#include "kx-stream.h"
#include "kx-track.h"

#define TITLE "QKDN Kx interface (ITU-T Q.4163)"

static int proto_kx = -1;

static int hf_version = -1;
static int hf_message_id = -1;
static int hf_command_code = -1;
static int hf_length = -1;
static int hf_fault_offset = -1;
static int hf_resync_length = -1;
static int hf_seen_before = -1;

static int ett_kx = -1;

static int kx_tap = -1;

static const value_string command_names[] = {
    {KX_KEY_RELAY, "Key relay"},
    {KX_KEY_RELAY_COMPLETION, "Key relay completion notification"},
    {KX_KEY_SUPPLY, "Key supply notification"},
    {KX_KEY_SUPPLY_RESPONSE, "Response to key supply notification"},
    {0, NULL},
};

const char *kx_command_name(uint16_t command_code)
{
    return try_val_to_str(command_code, command_names);
}

kx_frame_state *kx_get_frame_state(packet_info *pinfo)
{
    kx_frame_state *state = (kx_frame_state *)p_get_proto_data(pinfo->pool, pinfo, proto_kx, KX_DATA_FRAME);

    if (!state) {
        state = wmem_new0(pinfo->pool, kx_frame_state);
        p_add_proto_data(pinfo->pool, pinfo, proto_kx, KX_DATA_FRAME, state);
    }
    return state;
}

/* ---- one message ---- */

/* Field by field, so that as much of a header is shown as the capture's limit leaves of it. */
static void dissect_header(tvbuff_t *tvb, proto_tree *tree, kx_header *header, kx_findings *findings)
{
    header->version = tvb_get_ntohs(tvb, KX_OFFSET_VERSION);
    proto_tree_add_uint(tree, hf_version, tvb, KX_OFFSET_VERSION, 2, header->version);
    header->message_id = tvb_get_ntohl(tvb, KX_OFFSET_MESSAGE_ID);
    proto_tree_add_uint(tree, hf_message_id, tvb, KX_OFFSET_MESSAGE_ID, 4, header->message_id);
    header->command_code = tvb_get_ntohs(tvb, KX_OFFSET_COMMAND_CODE);
    proto_item *code =
        proto_tree_add_uint(tree, hf_command_code, tvb, KX_OFFSET_COMMAND_CODE, 2, header->command_code);
    header->length = tvb_get_ntohs(tvb, KX_OFFSET_LENGTH);
    proto_tree_add_uint(tree, hf_length, tvb, KX_OFFSET_LENGTH, 2, header->length);

    if (!kx_command_code_known(header->command_code))
        kx_findings_add(findings, KX_COMMAND_CODE_UNKNOWN, 0, code, "CommandCode 0x%04x is not in Table I.1",
                        header->command_code);
}

/* Points at the first byte at fault; behind the payload if that is where something is missing. */
static proto_item *add_fault(tvbuff_t *tvb, proto_tree *tree, uint32_t offset)
{
    int at = KX_HEADER_LENGTH + (int)offset;
    proto_item *item = proto_tree_add_uint(tree, hf_fault_offset, tvb, at,
                                           tvb_captured_length_remaining(tvb, at) > 0, offset);

    proto_item_set_generated(item);
    return item;
}

static void note_mistake(proto_item *item, kx_mistake mistake, kx_findings *findings)
{
    static const char *const texts[] = {
        [KX_LITTLE_ENDIAN] = "The header looks little-endian; Figure I.1 is read in network byte order",
        [KX_LENGTH_OF_32_BITS] = "Length looks like 4 bytes; Figure I.1 has 2",
        [KX_UTF_16] = "The payload looks like UTF-16; RFC 8259 asks for UTF-8",
        [KX_TLS_RECORDS] =
            "This looks like TLS: set the port in kx.tls.port, not in kx.tcp.port, and give the secrets",
    };

    if (mistake != KX_NO_MISTAKE)
        kx_findings_add(findings, KX_FRAMING_MISTAKE, 0, item, "%s", texts[mistake]);
}

static void note_late(proto_item *item, uint64_t late, kx_findings *findings)
{
    if (late > 0)
        kx_findings_add(
            findings, KX_CONNECTION_LATE, 0, item,
            "%" PRIu64
            " bytes before were not read as Kx; to have them read, set the port in the preferences",
            late);
}

/* What is complete as JSON is the payload, whatever Length says. Returns whether that is so. */
static bool note_length(tvbuff_t *tvb, proto_item *item, uint16_t said, kx_findings *findings)
{
    static const char *const causes[] = {
        [KX_LENGTH_COUNTS_HEADER] = "it seems to count the header",
        [KX_LENGTH_COUNTS_CHARACTERS] = "it seems to count characters",
        [KX_LENGTH_COUNTS_END] = "it seems to count a NUL or line end that was not sent",
        [KX_LENGTH_INCLUDES_NUL] = "it includes a NUL, which is no JSON",
        [KX_LENGTH_WRONG_SOMEHOW] = "the payload is complete as JSON",
    };
    uint32_t present = (uint32_t)tvb_captured_length(tvb) - KX_HEADER_LENGTH;
    kx_length_cause cause =
        present == 0
            ? KX_LENGTH_RIGHT
            : kx_framing_explain_length(tvb_get_ptr(tvb, KX_HEADER_LENGTH, (int)present), present, said);

    if (cause != KX_LENGTH_RIGHT)
        kx_findings_add(findings, KX_LENGTH_WRONG, 0, item, "Length says %u bytes, the payload has %u: %s",
                        said, present, causes[cause]);
    return cause != KX_LENGTH_RIGHT;
}

/* A payload that is shorter than its Length because the capture was limited is not the sender's fault: Wireshark
 * says so itself when the missing bytes are touched. */
static void note_invalid(tvbuff_t *tvb, proto_tree *tree, const kx_json_reader *reader,
                         const kx_message *message, kx_findings *findings)
{
    unsigned present = tvb_reported_length(tvb) - KX_HEADER_LENGTH;
    bool limited = tvb_captured_length(tvb) < tvb_reported_length(tvb);
    bool cut_off = reader->fault == KX_JSON_FAULT_CUT_OFF || reader->fault == KX_JSON_FAULT_EMPTY;

    bool explained = !limited && (present != message->header.length || reader->fault == KX_JSON_FAULT_NUL) &&
                     note_length(tvb, tree, message->header.length, findings);
    if (present < message->header.length && !limited && !explained)
        kx_findings_add(findings, KX_PAYLOAD_INVALID, -1, add_fault(tvb, tree, present),
                        "Length says %u bytes, but the payload ends at offset %u", message->header.length,
                        present);
    if (reader->fault != KX_JSON_FAULT_NONE && !(limited && cut_off))
        kx_findings_add(findings, KX_PAYLOAD_INVALID, (int)reader->fault,
                        add_fault(tvb, tree, reader->fault_offset), "Invalid JSON at payload offset %u: %s",
                        reader->fault_offset, kx_json_fault_text(reader->fault));
}

/* Reads the payload. Only what was captured is touched. */
static void dissect_payload(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, kx_json_reader *reader,
                            kx_message *message, kx_findings *findings)
{
    uint32_t captured = (uint32_t)tvb_captured_length(tvb) - KX_HEADER_LENGTH;

    kx_json_init(reader, captured ? tvb_get_ptr(tvb, KX_HEADER_LENGTH, (int)captured) : NULL, captured);
    kx_params_dissect(tvb, KX_HEADER_LENGTH, pinfo, tree, reader, message, findings);
    note_invalid(tvb, tree, reader, message, findings);
}

/* The order matters: what only the plugin knows comes first, the JSON dissector last, as an exception in it must not
 * lose a message or shift the others of the frame. */
void kx_dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool in_tls)
{
    /* Taps are told when the frame is done. */
    kx_report *report = wmem_new0(pinfo->pool, kx_report);
    kx_message *message = &report->message;
    kx_json_reader reader;
    kx_findings findings;
    proto_item *item = proto_tree_add_item(tree, proto_kx, tvb, 0, -1, ENC_NA);
    proto_tree *kx_tree = proto_item_add_subtree(item, ett_kx);
    kx_frame_state *frame = kx_get_frame_state(pinfo);
    bool counts = !pinfo->flags.in_error_pkt && !frame->again; /* not what an ICMP error quotes */

    message->in_tls = in_tls;
    report->length = tvb_reported_length(tvb);
    kx_findings_init(&findings, pinfo->pool);
    kx_column_begin(pinfo);
    dissect_header(tvb, kx_tree, &message->header, &findings);
    proto_item_set_text(item, TITLE ", %s",
                        val_to_str_const(message->header.command_code, command_names, "Unknown command"));
    note_late(item, frame->late, &findings);
    note_mistake(item, frame->mistake, &findings);
    dissect_payload(tvb, pinfo, kx_tree, &reader, message, &findings);
    if (frame->again)
        proto_item_set_generated(proto_tree_add_boolean(kx_tree, hf_seen_before, tvb, 0, 0, TRUE));
    /* A frame may hold many messages: what is known of one is found by its place among them. */
    if (counts)
        kx_track(pinfo, message, frame->messages++, &report->links);
    kx_links_show(tvb, kx_tree, message, &report->links, &findings);
    kx_column_add_message(pinfo, message);
    bool handed_over = kx_handover_allowed(tvb, pinfo, kx_tree, frame, &reader, &findings);
    kx_findings_report(&findings, pinfo);
    if (counts) {
        tap_queue_packet(kx_tap, pinfo, report);
        kx_share(tvb, pinfo, in_tls ? KX_TLS_DISSECTOR : KX_TCP_DISSECTOR);
    }
    kx_filters_remember(pinfo, message);
    if (handed_over)
        kx_handover(tvb, KX_HEADER_LENGTH, pinfo, tree);
    tvb_ensure_bytes_exist(tvb, 0, (int)tvb_reported_length(tvb));
}

/* ---- bytes that are no message ---- */

void kx_dissect_skipped(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    unsigned length = tvb_reported_length(tvb);
    const char *bytes = plurality(length, "byte", "bytes");
    proto_item *item = proto_tree_add_item(tree, proto_kx, tvb, 0, -1, ENC_NA);
    proto_item *count =
        proto_tree_add_uint(proto_item_add_subtree(item, ett_kx), hf_resync_length, tvb, 0, 0, length);
    kx_findings findings;

    proto_item_set_text(item, TITLE ", %u %s skipped", length, bytes);
    kx_column_begin(pinfo);
    kx_column_add_skipped(pinfo, length);
    proto_item_set_generated(count);
    kx_findings_init(&findings, pinfo->pool);
    kx_findings_add(&findings, KX_RESYNC, 0, count, "%u %s skipped to find the next message header", length,
                    bytes);
    note_mistake(item, kx_get_frame_state(pinfo)->mistake, &findings);
    kx_findings_report(&findings, pinfo);
}

/* ---- registration ---- */

void proto_register_kx(void)
{
    static const unit_name_string bytes = {" byte", " bytes"};
    static hf_register_info fields[] = {
        {&hf_version,
         {"Version", "kx.version", FT_UINT16, BASE_DEC_HEX, NULL, 0,
          "Version of the message format (Figure I.1)", HFILL}},
        {&hf_message_id,
         {"MessageID", "kx.message_id", FT_UINT32, BASE_DEC_HEX, NULL, 0,
          "Unique ID of the message (Figure I.1)", HFILL}},
        {&hf_command_code,
         {"CommandCode", "kx.command_code", FT_UINT16, BASE_HEX, VALS(command_names), 0,
          "Command or response (Table I.1)", HFILL}},
        {&hf_length,
         {"Length", "kx.length", FT_UINT16, BASE_DEC | BASE_UNIT_STRING, &bytes, 0,
          "Length of the payload (Figure I.1)", HFILL}},
        {&hf_fault_offset,
         {"Fault at payload offset", "kx.payload.fault_offset", FT_UINT32, BASE_DEC, NULL, 0,
          "Where the payload stops being a JSON text", HFILL}},
        {&hf_resync_length,
         {"Skipped", "kx.resync.length", FT_UINT32, BASE_DEC | BASE_UNIT_STRING, &bytes, 0,
          "Bytes that belong to no message", HFILL}},
        {&hf_seen_before,
         {"Seen before", "kx.seen_before", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "TCP delivered the message before: it is shown, and not counted again", HFILL}},
    };
    static int *subtrees[] = {&ett_kx};

    proto_kx = proto_register_protocol(TITLE, "Kx", "kx");
    proto_register_field_array(proto_kx, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    kx_params_register(proto_kx);
    kx_links_register(proto_kx);
    kx_track_register();
    kx_tap = register_tap("kx");
    kx_stats_srt_register(proto_kx);
    kx_stats_kma_register(proto_kx);
    kx_stats_relay_register();
    kx_share_register();
    kx_filters_register();
    kx_findings_register(proto_kx);
    kx_prefs_register(proto_kx);
    kx_connection_register(proto_kx);
    kx_stream_register(proto_kx);
    kx_claim_register(proto_kx);
}

void proto_reg_handoff_kx(void)
{
    kx_handover_prepare();
    kx_stats_tree_register();
    kx_claim_handoff();
}
