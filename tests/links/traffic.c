/* traffic.c
 * The Kx messages of a capture, as tshark shows them: what they say, and where they travelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "traffic.h"

#include <string.h>

static void seen_free(gpointer data)
{
    kx_seen *m = data;

    g_ptr_array_unref(m->transit);
    g_ptr_array_unref(m->key_ids);
    g_free(m);
}

void traffic_free(traffic_t *traffic)
{
    if (traffic == NULL)
        return;
    g_clear_pointer(&traffic->seen, g_ptr_array_unref);
    g_clear_pointer(&traffic->messages, g_ptr_array_unref);
    g_clear_pointer(&traffic->frames, g_hash_table_unref);
    g_free(traffic);
}

static const struct record *find(const kx_seen *m, enum record_kind kind, const char *name)
{
    for (guint i = 0; i < m->dissected->records->len; i++) {
        const struct record *record = g_ptr_array_index(m->dissected->records, i);
        if (record->kind == kind && g_strcmp0(record->name, name) == 0)
            return record;
    }
    return NULL;
}

const char *traffic_value(const kx_seen *m, const char *field)
{
    const struct record *record = find(m, RECORD_FIELD, field);

    return record != NULL ? record->value : NULL;
}

gboolean traffic_has_expert(const kx_seen *m, const char *name)
{
    return find(m, RECORD_EXPERT, name) != NULL;
}

/* JSON's null names nothing. */
static const char *text_of(const kx_seen *m, const char *field)
{
    const struct record *record = find(m, RECORD_FIELD, field);

    return record != NULL && strcmp(record->value, "null") != 0 ? record->value : NULL;
}

static GPtrArray *values(const kx_seen *m, const char *field)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < m->dissected->records->len; i++) {
        const struct record *record = g_ptr_array_index(m->dissected->records, i);
        if (record->kind == RECORD_FIELD && g_strcmp0(record->name, field) == 0)
            g_ptr_array_add(found, record->value);
    }
    return found;
}

static guint number(const kx_seen *m, const char *field)
{
    const char *text = traffic_value(m, field);

    return text != NULL ? (guint)g_ascii_strtoull(text, NULL, 0) : 0;
}

/* Wireshark 4.0 shows a boolean as 1, later ones as True. */
static gboolean is_true(const char *text)
{
    return text != NULL && (strcmp(text, "1") == 0 || strcmp(text, "True") == 0);
}

static kx_seen *seen_new(const struct message *message, GHashTable *frames)
{
    kx_seen *m = g_new0(kx_seen, 1);
    const char *keys;

    m->dissected = message;
    m->frame = g_hash_table_lookup(frames, GUINT_TO_POINTER(message->frame));
    m->command = number(m, "kx.command_code");
    m->id = number(m, "kx.message_id");
    m->version = number(m, "kx.version");
    m->length = (guint)message->size;
    m->session = text_of(m, "kx.session_id");
    m->request = text_of(m, "kx.key_relay_request_id");
    m->source = text_of(m, "kx.source_kma_id");
    m->destination = text_of(m, "kx.destination_kma_id");
    m->response = text_of(m, "kx.response");
    m->success = is_true(traffic_value(m, "kx.response.success"));
    m->transit = values(m, "kx.transit_kma_id");
    m->key_ids = values(m, "kx.key.id");
    keys = traffic_value(m, "kx.keys.count");
    m->has_keys = keys != NULL;
    m->keys = number(m, "kx.keys.count");
    keys = traffic_value(m, "kx.number_of_keys");
    m->has_number_of_keys = keys != NULL;
    m->number_of_keys = keys != NULL ? g_ascii_strtoll(keys, NULL, 10) : 0;
    return m;
}

static GPtrArray *collect(messages_t *messages, GHashTable *frames)
{
    GPtrArray *seen = g_ptr_array_new_with_free_func(seen_free);

    for (guint i = 0; i < messages->len; i++) {
        kx_seen *m = seen_new(g_ptr_array_index(messages, i), frames);
        if (traffic_value(m, "kx.command_code") != NULL)
            g_ptr_array_add(seen, m);
        else
            seen_free(m);
    }
    return seen;
}

traffic_t *traffic_load(tshark_t *tshark, const char *capture, GError **error)
{
    const char *const arguments[] = {"-2", "-r", capture, "-T", "pdml", NULL};
    g_autofree char *pdml = tshark_run(tshark, arguments, error);
    g_autoptr(traffic_t) traffic = g_new0(traffic_t, 1);

    if (pdml == NULL)
        return NULL;
    traffic->messages = messages_parse(pdml, "kx", error);
    traffic->frames = traffic->messages != NULL ? frames_parse(pdml, error) : NULL;
    if (traffic->frames == NULL)
        return NULL;
    traffic->seen = collect(traffic->messages, traffic->frames);
    return g_steal_pointer(&traffic);
}
