/* traffic.c
 * The Kx messages of a capture, as tshark shows them, and where they travelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "traffic.h"

#include <string.h>

void traffic_free(traffic_t *traffic)
{
    if (!traffic)
        return;
    g_clear_pointer(&traffic->seen, g_ptr_array_unref);
    g_clear_pointer(&traffic->messages, g_ptr_array_unref);
    g_clear_pointer(&traffic->frames, g_hash_table_unref);
    g_free(traffic);
}

static const record_t *find(const kx_seen *m, enum record_kind kind, const char *name)
{
    for (guint i = 0; i < m->dissected->records->len; i++) {
        const record_t *record = g_ptr_array_index(m->dissected->records, i);
        if (record->kind == kind && g_strcmp0(record->name, name) == 0)
            return record;
    }
    return NULL;
}

const char *traffic_value(const kx_seen *m, const char *field)
{
    const record_t *record = find(m, RECORD_FIELD, field);

    return record ? record->value : NULL;
}

gboolean traffic_has_expert(const kx_seen *m, const char *name)
{
    return find(m, RECORD_EXPERT, name) != NULL;
}

static GPtrArray *collect(messages_t *messages, GHashTable *frames)
{
    GPtrArray *seen = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < messages->len; i++) {
        kx_seen m = {.dissected = g_ptr_array_index(messages, i)};
        const char *id = traffic_value(&m, "kx.message_id");
        if (!id)
            continue;
        m.frame = g_hash_table_lookup(frames, GUINT_TO_POINTER(m.dissected->frame));
        m.id = (guint)g_ascii_strtoull(id, NULL, 0);
        g_ptr_array_add(seen, g_memdup2(&m, sizeof m));
    }
    return seen;
}

traffic_t *traffic_load(tshark_t *tshark, const char *capture, GError **error)
{
    const char *const arguments[] = {"-2", "-r", capture, "-T", "pdml", NULL};
    g_autofree char *pdml = tshark_run(tshark, arguments, error);
    g_autoptr(traffic_t) traffic = g_new0(traffic_t, 1);

    if (!pdml)
        return NULL;
    traffic->messages = messages_parse(pdml, "kx", error);
    traffic->frames = traffic->messages ? frames_parse(pdml, error) : NULL;
    if (!traffic->frames)
        return NULL;
    traffic->seen = collect(traffic->messages, traffic->frames);
    return g_steal_pointer(&traffic);
}
