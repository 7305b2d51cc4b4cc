/* kx-dissect.c
 * Dissects one message: its header, and what is done with it; or bytes that are none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-dissect.h"

#include <epan/unit_strings.h>
#include <wsutil/str_util.h>

#include "kx-column.h"
#include "kx-filters.h"
#include "kx-findings.h"
#include "kx-handover.h"
#include "kx-links.h"
#include "kx-mistakes.h"
#include "kx-params.h"
#include "kx-prefs.h"
#include "kx-report.h"
#include "kx-share.h"
#include "kx-standard.h"

static int proto_kx = -1;

static int hf_version = -1;
static int hf_message_id = -1;
static int hf_command_code = -1;
static int hf_length = -1;
static int hf_fault_offset = -1;
static int hf_resync_length = -1;
static int hf_seen_before = -1;

static int ett_kx = -1;

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
    const char *name = kx_command_name(header->command_code);
    header->length = tvb_get_ntohs(tvb, KX_OFFSET_LENGTH);
    proto_tree_add_uint(tree, hf_length, tvb, KX_OFFSET_LENGTH, 2, header->length);

    if (name && !kx_command_is_standard(header->command_code))
        proto_item_set_text(code, "CommandCode: %s (0x%04x)", name, header->command_code);
    if (!name)
        kx_findings_add(findings, KX_COMMAND_CODE_UNKNOWN, 0, code, "CommandCode is not in Table I.1");
}

/* Points at the first byte at fault; after the payload if that is where something is missing. */
static proto_item *add_fault(tvbuff_t *tvb, proto_tree *tree, uint32_t offset)
{
    int at = KX_HEADER_LENGTH + (int)offset;
    proto_item *item = proto_tree_add_uint(tree, hf_fault_offset, tvb, at,
                                           tvb_captured_length_remaining(tvb, at) > 0, offset);

    proto_item_set_generated(item);
    return item;
}

/* A payload that is shorter than its Length because the capture was limited is not the sender's fault: Wireshark
 * says so itself when the missing bytes are touched. */
static void note_invalid(tvbuff_t *tvb, proto_tree *tree, const kx_json_reader *reader,
                         const kx_message *message, kx_findings *findings)
{
    unsigned present = tvb_reported_length(tvb) - KX_HEADER_LENGTH;
    bool limited = tvb_captured_length(tvb) < tvb_reported_length(tvb);
    bool cut_off = reader->fault == KX_JSON_FAULT_CUT_OFF || reader->fault == KX_JSON_FAULT_EMPTY;

    bool differs = !limited && (present != message->header.length || reader->fault == KX_JSON_FAULT_NUL);
    bool explained = differs && kx_note_length(tvb, tree, message->header.length, findings);

    if (present < message->header.length && !limited && !explained)
        kx_findings_add(findings, KX_PAYLOAD_INVALID, -1, add_fault(tvb, tree, present),
                        "Length says %u bytes, but the payload ends at offset %u", message->header.length,
                        present);
    if (reader->fault == KX_JSON_FAULT_EMPTY && message->header.length == 0 &&
        kx_command_of(message->header.command_code)->table == KX_NO_TABLE)
        return; /* what the standard does not know may do without */
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
 * lose a message or shift the others of the frame; in the tree its item stands first all the same (kx-handover.c). */
void kx_dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool in_tls)
{
    /* Taps are told when the frame is done. */
    kx_report *report = kx_report_new(pinfo);
    kx_message *message = &report->message;
    kx_json_reader reader;
    kx_findings findings;
    proto_item *item = proto_tree_add_item(tree, proto_kx, tvb, 0, -1, ENC_NA);
    proto_tree *kx_tree = proto_item_add_subtree(item, ett_kx);
    kx_frame_state *frame = kx_get_frame_state(pinfo);
    bool counts = !pinfo->flags.in_error_pkt; /* not what an ICMP error quotes */

    message->in_tls = in_tls;
    report->length = tvb_reported_length(tvb);
    kx_findings_init(&findings, pinfo->pool);
    kx_column_begin(pinfo);
    dissect_header(tvb, kx_tree, &message->header, &findings);
    const kx_command *command = kx_command_of(message->header.command_code);
    message->acts_as = command->acts_as;
    message->default_number_of_keys = kx_prefs.default_number_of_keys;
    proto_item_set_text(item, KX_TITLE ", %s", command->code ? command->name : "Unknown command");
    kx_note_late(item, frame->late, &findings);
    kx_note_mistake(item, frame->mistake, &findings);
    dissect_payload(tvb, pinfo, kx_tree, &reader, message, &findings);
    kx_column_label(pinfo, item, message);
    if (frame->again)
        proto_item_set_generated(proto_tree_add_boolean(kx_tree, hf_seen_before, tvb, 0, 0, TRUE));
    /* A frame may hold many messages: what is known of one is found by its place among them. */
    unsigned ordinal = report->ordinal = frame->messages;
    if (counts) {
        frame->messages++;
        kx_links_find(pinfo, message, ordinal, &report->links);
    }
    kx_links_show(tvb, pinfo, kx_tree, message, ordinal, &report->links, &findings);
    kx_column_add_message(pinfo, message, &report->links, &findings);
    bool handed_over = kx_handover_allowed(tvb, pinfo, kx_tree, frame, message, &reader, &findings);
    if (!frame->again)
        kx_findings_report(&findings, pinfo);
    if (counts && !frame->again) {
        kx_report_send(pinfo, report, &findings);
        kx_share(tvb, pinfo, in_tls ? KX_TLS_DISSECTOR : KX_TCP_DISSECTOR);
    }
    kx_filters_remember(pinfo, message, &report->links);
    if (handed_over)
        kx_handover(tvb, KX_HEADER_LENGTH, pinfo, tree, item);
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

    proto_item_set_text(item, KX_TITLE ", %u %s skipped", length, bytes);
    kx_column_begin(pinfo);
    kx_column_add_skipped(pinfo, length);
    proto_item_set_generated(count);
    kx_findings_init(&findings, pinfo->pool);
    kx_findings_add(&findings, KX_RESYNC, 0, count, "Bytes skipped to find the next message header");
    kx_findings_report(&findings, pinfo);
}

/* ---- registration ---- */

/* The names of commands, as Wireshark wants them. */
static const value_string *command_names(void)
{
    wmem_array_t *names = wmem_array_new(wmem_epan_scope(), sizeof(value_string));

    for (const kx_command *command = kx_commands;; command++) {
        value_string name = {command->code, command->name};
        wmem_array_append_one(names, name);
        if (!command->code)
            return (const value_string *)wmem_array_get_raw(names);
    }
}

void kx_dissect_register(int proto)
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
         {"CommandCode", "kx.command_code", FT_UINT16, BASE_HEX, NULL, 0, "Command or response (Table I.1)",
          HFILL}},
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

    proto_kx = proto;
    for (unsigned i = 0; i < array_length(fields); i++)
        if (fields[i].p_id == &hf_command_code)
            fields[i].hfinfo.strings = command_names();
    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}
