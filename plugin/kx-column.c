/* kx-column.c
 * What a message is, in a phrase: in the columns Protocol and Info, and on its line of the tree.
 *
 * Info is what every line of output costs, so a phrase is put together first and added in one go.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-column.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <epan/column-info.h>
#include <wsutil/str_util.h>
#include <wsutil/utf8_entities.h>

#include "kx-standard.h"
#include "kx-text.h"

#define USUAL_LENGTH 256

/* The protocol and the command stand before it. */
#define LABEL_MAX (KX_LINE_MAX - 40)

/* Where a record that holds a part of a message and the record that completes it share a segment, TLS has said of the
 * first one that it is a part, in the first pass only, and fenced that off. */
static void forget_part(packet_info *pinfo)
{
    const char *info = col_get_text(pinfo->cinfo, COL_INFO);

    if (info && strcmp(info, "[TLS segment of a reassembled PDU]") == 0)
        col_clear_fence(pinfo->cinfo, COL_INFO);
}

void kx_column_begin(packet_info *pinfo)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "Kx");
    if (kx_get_frame_state(pinfo)->units++ != 0)
        return;
    forget_part(pinfo);
    col_clear(pinfo->cinfo, COL_INFO);
}

/* Whether anyone looks at Info. */
static bool is_shown(packet_info *pinfo)
{
    return pinfo->cinfo && pinfo->cinfo->col_first[COL_INFO] >= 0;
}

static wmem_strbuf_t *begin_phrase(packet_info *pinfo)
{
    wmem_strbuf_t *phrase = kx_strbuf_new(pinfo->pool, USUAL_LENGTH);

    if (kx_get_frame_state(pinfo)->units > 1)
        wmem_strbuf_append(phrase, "; ");
    return phrase;
}

static void end_phrase(packet_info *pinfo, wmem_strbuf_t *phrase)
{
    col_append_str(pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(phrase));
}

/* ---- the parts of a phrase, each with a comma before it ---- */

static void append_text(wmem_strbuf_t *phrase, const char *before, const char *text)
{
    if (!text)
        return;
    wmem_strbuf_append(phrase, before);
    kx_text_append(phrase, text);
}

static void append_result(wmem_strbuf_t *phrase, const kx_message *message)
{
    const char *response = message->response;

    if (!response)
        return;
    if (message->verdict == KX_SUCCESS)
        wmem_strbuf_append(phrase, ", success");
    else if (message->verdict == KX_INTERIM || g_ascii_strncasecmp(response, "fail", 4) == 0)
        append_text(phrase, ", ", response);
    else
        append_text(phrase, ", failure: ", response);
}

static void append_end_points(wmem_strbuf_t *phrase, const char *source, const char *destination)
{
    if (!source && !destination)
        return;
    append_text(phrase, ", ", source ? source : "?");
    append_text(phrase, " " UTF8_RIGHTWARDS_ARROW " ", destination ? destination : "?");
}

/* Where in the key relay: of the only KM link there is nothing to say. */
static void append_hop(wmem_strbuf_t *phrase, const kx_message *message, const kx_links *links)
{
    bool answers = message->acts_as == KX_KEY_RELAY_COMPLETION;

    if (links->hop == 0 || (links->hop == 1 && links->hops < 2 && message->transit_count == 0))
        return;
    wmem_strbuf_append_printf(phrase, answers ? ", at hop %u" : ", hop %u", links->hop);
    if (links->hop <= links->hops)
        wmem_strbuf_append_printf(phrase, " of %u", links->hops);
}

static void append_count(wmem_strbuf_t *phrase, int64_t count)
{
    char text[32];

    snprintf(text, sizeof text, ", %" PRId64 " key%s", count, plurality(count, "", "s"));
    wmem_strbuf_append(phrase, text);
}

static void append_keys(wmem_strbuf_t *phrase, const kx_message *message)
{
    if (message->has_number_of_keys && message->number_of_keys < INT64_MAX)
        append_count(phrase, message->number_of_keys);
    if (message->has_keys && (message->verdict == KX_SUCCESS || !message->response))
        append_count(phrase, message->key_count);
}

/* ---- phrases ---- */

/* A completion says by its request ID only which key relay it answers: by the links, it is known. */
static void append_parts(wmem_strbuf_t *phrase, const kx_message *message, const kx_links *links,
                         const kx_findings *findings)
{
    append_result(phrase, message);
    append_end_points(phrase, message->source_kma_id ? message->source_kma_id : links->source_kma_id,
                      message->destination_kma_id ? message->destination_kma_id : links->destination_kma_id);
    append_hop(phrase, message, links);
    append_keys(phrase, message);
    kx_findings_hint(findings, phrase);
    append_text(phrase, ", session ", message->session_id);
    append_text(phrase, ", request ", message->key_relay_request_id);
}

void kx_column_add_message(packet_info *pinfo, const kx_message *message, const kx_links *links,
                           const kx_findings *findings)
{
    const kx_command *command = kx_command_of(message->header.command_code);

    if (!is_shown(pinfo))
        return;
    wmem_strbuf_t *phrase = begin_phrase(pinfo);
    wmem_strbuf_t *parts = kx_strbuf_new(pinfo->pool, USUAL_LENGTH);

    if (command->code)
        wmem_strbuf_append(phrase, command->brief);
    else
        wmem_strbuf_append_printf(phrase, "Unknown command 0x%04x", message->header.command_code);
    append_parts(parts, message, links, findings);
    const char *said = wmem_strbuf_get_str(parts);
    if (*said == ',')
        wmem_strbuf_append(phrase, ":");
    wmem_strbuf_append(phrase, *said == ',' ? said + 1 : said);
    end_phrase(pinfo, phrase);
}

void kx_column_label(packet_info *pinfo, proto_item *item, const kx_message *message)
{
    /* One that is printed by its name is not visible, but not hidden either. */
    if (!item || (!PTREE_DATA(item)->visible && PROTO_ITEM_IS_HIDDEN(item)))
        return;
    wmem_strbuf_t *phrase = kx_strbuf_new(pinfo->pool, USUAL_LENGTH);

    append_end_points(phrase, message->source_kma_id, message->destination_kma_id);
    append_text(phrase, ", ", message->session_id);
    append_text(phrase, ", ", message->key_relay_request_id);
    proto_item_append_text(item, "%s", kx_text_cut(pinfo->pool, wmem_strbuf_get_str(phrase), LABEL_MAX));
}

void kx_column_add_skipped(packet_info *pinfo, unsigned length)
{
    wmem_strbuf_t *phrase = begin_phrase(pinfo);

    wmem_strbuf_append_printf(phrase, "%u %s skipped", length, plurality(length, "byte", "bytes"));
    end_phrase(pinfo, phrase);
}
