/* kx-column.c
 * The columns Protocol and Info: a phrase for each message of a frame.
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

static void append_named(wmem_strbuf_t *phrase, const char *name, const char *value)
{
    if (!value)
        return;
    wmem_strbuf_append(phrase, name);
    kx_text_append(phrase, value);
}

static void append_count(wmem_strbuf_t *phrase, int64_t count)
{
    char text[32];

    snprintf(text, sizeof text, ", %" PRId64 " key%s", count, plurality(count, "", "s"));
    wmem_strbuf_append(phrase, text);
}

static void append_end_points(wmem_strbuf_t *phrase, const kx_message *message)
{
    if (!message->source_kma_id && !message->destination_kma_id)
        return;
    append_named(phrase, " ", message->source_kma_id ? message->source_kma_id : "?");
    append_named(phrase, " " UTF8_RIGHTWARDS_ARROW " ",
                 message->destination_kma_id ? message->destination_kma_id : "?");
}

static void append_response(wmem_strbuf_t *phrase, const kx_message *message)
{
    if (message->response && message->verdict == KX_SUCCESS)
        wmem_strbuf_append(phrase, ", success");
    else if (message->verdict == KX_INTERIM)
        append_named(phrase, ", ", message->response);
    else if (message->response && g_ascii_strncasecmp(message->response, "fail", 4) == 0)
        append_named(phrase, ", ", message->response);
    else
        append_named(phrase, ", failure: ", message->response);
}

void kx_column_add_message(packet_info *pinfo, const kx_message *message)
{
    const char *name = kx_command_name(message->header.command_code);

    if (!is_shown(pinfo))
        return;
    wmem_strbuf_t *phrase = begin_phrase(pinfo);

    if (name)
        wmem_strbuf_append(phrase, name);
    else
        wmem_strbuf_append_printf(phrase, "Unknown command 0x%04x", message->header.command_code);
    append_end_points(phrase, message);
    append_named(phrase, ", session ", message->session_id);
    if (message->has_number_of_keys && message->number_of_keys < INT64_MAX)
        append_count(phrase, message->number_of_keys);
    if (message->has_keys && (message->verdict == KX_SUCCESS || !message->response))
        append_count(phrase, message->key_count);
    append_named(phrase, ", request ", message->key_relay_request_id);
    append_response(phrase, message);
    end_phrase(pinfo, phrase);
}

void kx_column_add_skipped(packet_info *pinfo, unsigned length)
{
    wmem_strbuf_t *phrase = begin_phrase(pinfo);

    wmem_strbuf_append_printf(phrase, "%u %s skipped", length, plurality(length, "byte", "bytes"));
    end_phrase(pinfo, phrase);
}
