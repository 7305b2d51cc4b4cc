/* observed.c
 * What tshark shows of the Kx messages of a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observed.h"

#include <stdlib.h>
#include <string.h>

#include "messages.h"

/* Times depend on when the last segment of a message came, and what came before the first message on how much of it is
 * recognised, so they are left out. */
static const char *const varying[] = {"kx.response_time", "kx.relay.time", "kx.relay.hop_time",
                                      "kx.connection.late", NULL};
static const char *const links[] = {
    "kx.response_in",        "kx.response_to",  "kx.relay.next_hop_in", "kx.relay.previous_hop_in",
    "kx.relay.first_hop_in", "kx.relay.hop_in", "kx.request.repeat_of", NULL};

/* A relay's number depends on which relays the capture has before. */
#define RELAY "kx.relay.id"

static void clear_link(gpointer data)
{
    g_free(((link_field *)data)->name);
}

static void message_free(gpointer data)
{
    observed_message *m = (observed_message *)data;

    g_free(m->text);
    g_array_unref(m->links);
    g_free(m);
}

/* The frame of the first message with this number. */
static guint first_of_relay(observed *o, guint number, guint frame)
{
    gpointer first = g_hash_table_lookup(o->by_relay, GUINT_TO_POINTER(number));

    if (first)
        return GPOINTER_TO_UINT(first);
    g_hash_table_insert(o->by_relay, GUINT_TO_POINTER(number), GUINT_TO_POINTER(frame));
    return frame;
}

static void add_record(observed *o, observed_message *m, GString *text, const record_t *record)
{
    const char *name = record->name ? record->name : "";
    link_field field = {NULL, 0};

    /* A note may stand beside a message that is whole and mean the cut off one behind it. */
    if (record->kind == RECORD_NOTE || g_strv_contains(varying, name))
        return;
    if (!g_strv_contains(links, name) && strcmp(name, RELAY) != 0) {
        /* An expert info's text may name another frame. */
        g_string_append_printf(text, "%*s%s: %s\n", (int)record->depth, "", name,
                               record->kind == RECORD_EXPERT ? "" : record->value);
        return;
    }
    field.name = g_strdup(name);
    field.frame = (guint)strtoul(record->value, NULL, 10);
    if (strcmp(name, RELAY) == 0)
        field.frame = first_of_relay(o, field.frame, m->frame);
    g_array_append_val(m->links, field);
}

/* Returns FALSE for what is no message. */
static gboolean read_message(observed *o, observed_message *m, const message_t *from)
{
    GString *text = g_string_new(NULL);
    gboolean has_id = FALSE;

    for (guint i = 0; i < from->records->len; i++) {
        const record_t *record = (const record_t *)g_ptr_array_index(from->records, i);
        add_record(o, m, text, record);
        if (record->name && strcmp(record->name, "kx.message_id") == 0) {
            m->id = (guint32)strtoul(record->value, NULL, 0);
            has_id = TRUE;
        }
    }
    m->text = g_string_free(text, FALSE);
    return has_id;
}

static void add_message(observed *o, const message_t *from)
{
    observed_message *m = g_new0(observed_message, 1);

    m->frame = from->frame;
    m->links = g_array_new(FALSE, FALSE, sizeof(link_field));
    g_array_set_clear_func(m->links, clear_link);
    if (!read_message(o, m, from)) {
        o->skipped++;
        message_free(m);
        return;
    }
    g_ptr_array_add(o->messages, m);
    if (!g_hash_table_insert(o->by_id, GUINT_TO_POINTER(m->id), m))
        o->twice++;
    g_hash_table_insert(o->by_frame, GUINT_TO_POINTER(m->frame), m);
}

static char *run(tshark_t *tshark, const char *capture, const char *const *preferences, GError **error)
{
    static const char *const output[] = {"-2", "-Y", "kx", "-T", "pdml", "-j", "kx _ws.expert"};
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    g_ptr_array_add(arguments, (gpointer) "-r");
    g_ptr_array_add(arguments, (gpointer)capture);
    for (gsize i = 0; i < G_N_ELEMENTS(output); i++)
        g_ptr_array_add(arguments, (gpointer)output[i]);
    for (; *preferences; preferences++)
        g_ptr_array_add(arguments, (gpointer)*preferences);
    g_ptr_array_add(arguments, NULL);
    return tshark_run(tshark, (const char *const *)arguments->pdata, error);
}

observed *observed_new(tshark_t *tshark, const char *capture, const char *const *preferences, GError **error)
{
    g_autofree char *shared = tshark_share(tshark, capture, error);
    g_autofree char *pdml = shared ? run(tshark, shared, preferences, error) : NULL;
    messages_t *messages = pdml ? messages_parse(pdml, "kx", error) : NULL;

    if (!messages)
        return NULL;
    observed *o = g_new0(observed, 1);
    o->messages = g_ptr_array_new_with_free_func(message_free);
    o->by_id = g_hash_table_new(NULL, NULL);
    o->by_frame = g_hash_table_new(NULL, NULL);
    o->by_relay = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < messages->len; i++)
        add_message(o, (const message_t *)g_ptr_array_index(messages, i));
    g_ptr_array_unref(messages);
    return o;
}

void observed_free(observed *o)
{
    g_hash_table_unref(o->by_id);
    g_hash_table_unref(o->by_frame);
    g_hash_table_unref(o->by_relay);
    g_ptr_array_unref(o->messages);
    g_free(o);
}

const observed_message *observed_find(const observed *o, guint32 id)
{
    return (const observed_message *)g_hash_table_lookup(o->by_id, GUINT_TO_POINTER(id));
}
