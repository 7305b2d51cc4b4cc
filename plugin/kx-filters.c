/* kx-filters.c
 * The conversation filters of the packet list's context menu.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-filters.h"

#include <epan/conversation_filter.h>

static const kx_subject *subject_of(packet_info *pinfo)
{
    return &kx_get_frame_state(pinfo)->subject;
}

void kx_filters_remember(packet_info *pinfo, const kx_message *message)
{
    kx_subject *s = &kx_get_frame_state(pinfo)->subject;

    if (!s->session_id)
        s->session_id = message->session_id;
    if (!s->key_relay_request_id)
        s->key_relay_request_id = message->key_relay_request_id;
    if (!s->key_id && message->source_kma_id && message->destination_kma_id && message->first_key_id) {
        s->source_kma_id = message->source_kma_id;
        s->destination_kma_id = message->destination_kma_id;
        s->key_id = message->first_key_id;
    }
}

/* A display filter that compares a field with any text. */
static char *compare(const char *field, const char *text)
{
    GString *filter = g_string_new(field);

    g_string_append(filter, " == \"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(filter, '\\');
        g_string_append_c(filter, *text);
    }
    g_string_append_c(filter, '"');
    return g_string_free(filter, FALSE);
}

static bool has_session(packet_info *pinfo)
{
    return subject_of(pinfo)->session_id;
}

static char *session_filter(packet_info *pinfo)
{
    return compare("kx.session_id", subject_of(pinfo)->session_id);
}

static bool has_relay(packet_info *pinfo)
{
    const kx_subject *s = subject_of(pinfo);

    return s->key_relay_request_id || s->key_id;
}

static char *relay_filter(packet_info *pinfo)
{
    const kx_subject *s = subject_of(pinfo);

    if (s->key_relay_request_id)
        return compare("kx.key_relay_request_id", s->key_relay_request_id);

    char *source = compare("kx.source_kma_id", s->source_kma_id);
    char *destination = compare("kx.destination_kma_id", s->destination_kma_id);
    char *key = compare("kx.key.id", s->key_id);
    char *filter = g_strdup_printf("%s && %s && %s", source, destination, key);
    g_free(source);
    g_free(destination);
    g_free(key);
    return filter;
}

KX_CONVERSATION_FILTER(session, has_session, session_filter)
KX_CONVERSATION_FILTER(relay, has_relay, relay_filter)

void kx_filters_register(void)
{
    kx_register_conversation_filter("Kx session", session);
    kx_register_conversation_filter("Kx key relay", relay);
}
