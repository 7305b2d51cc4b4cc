/* kx-filters.c
 * The conversation filters of the packet list's context menu: whatever the frame's messages belong to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-filters.h"

#include <string.h>

#include <epan/conversation_filter.h>

static const kx_subject *subject_of(packet_info *pinfo)
{
    return &kx_get_frame_state(pinfo)->subject;
}

static void remember_relay(kx_subject *s, uint32_t relay)
{
    for (unsigned i = 0; i < s->relay_count; i++)
        if (s->relays[i] == relay)
            return;
    if (relay && s->relay_count < KX_SUBJECTS_MAX)
        s->relays[s->relay_count++] = relay;
}

static void remember_session(kx_subject *s, const char *session_id)
{
    for (unsigned i = 0; session_id && i < s->session_count; i++)
        if (strcmp(s->sessions[i], session_id) == 0)
            return;
    if (session_id && s->session_count < KX_SUBJECTS_MAX)
        s->sessions[s->session_count++] = session_id;
}

void kx_filters_remember(packet_info *pinfo, const kx_message *message, const kx_links *links)
{
    kx_subject *s = &kx_get_frame_state(pinfo)->subject;

    remember_relay(s, links->relay);
    remember_session(s, message->session_id);
}

static bool has_session(packet_info *pinfo)
{
    return subject_of(pinfo)->session_count;
}

/* A display filter that compares a field with any text. */
static void append_comparison(GString *filter, const char *field, const char *text)
{
    g_string_append_printf(filter, "%s%s == \"", filter->len ? " || " : "", field);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(filter, '\\');
        g_string_append_c(filter, *text);
    }
    g_string_append_c(filter, '"');
}

static char *session_filter(packet_info *pinfo)
{
    const kx_subject *s = subject_of(pinfo);
    GString *filter = g_string_new(NULL);

    for (unsigned i = 0; i < s->session_count; i++)
        append_comparison(filter, "kx.session_id", s->sessions[i]);
    return g_string_free(filter, FALSE);
}

static bool has_relay(packet_info *pinfo)
{
    return subject_of(pinfo)->relay_count;
}

static char *relay_filter(packet_info *pinfo)
{
    const kx_subject *s = subject_of(pinfo);
    GString *filter = g_string_new(NULL);

    for (unsigned i = 0; i < s->relay_count; i++)
        g_string_append_printf(filter, "%skx.relay.id == %u", i ? " || " : "", s->relays[i]);
    return g_string_free(filter, FALSE);
}

KX_CONVERSATION_FILTER(session, has_session, session_filter)
KX_CONVERSATION_FILTER(relay, has_relay, relay_filter)

void kx_filters_register(void)
{
    kx_register_conversation_filter("Kx session", session);
    kx_register_conversation_filter("Kx key relay", relay);
}
