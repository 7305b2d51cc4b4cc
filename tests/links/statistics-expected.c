/* statistics-expected.c
 * What the statistics of a capture have to say, counted message by message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "statistics-expected.h"

#include <string.h>

static const kx_seen *at(const selection *s, guint i)
{
    return g_ptr_array_index(s->traffic->seen, i);
}

gboolean selection_has(const selection *s, guint message)
{
    if (s->command == 0)
        return TRUE;
    for (guint i = 0; i < s->traffic->seen->len; i++)
        if (at(s, i)->frame == at(s, message)->frame && at(s, i)->command == s->command)
            return TRUE;
    return FALSE;
}

/* ---- kx,tree ---- */

static void count(GHashTable *tree, guint number, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void count(GHashTable *tree, guint number, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *label = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    number += GPOINTER_TO_UINT(g_hash_table_lookup(tree, label));
    g_hash_table_replace(tree, label, GUINT_TO_POINTER(number));
}

static void count_command(GHashTable *tree, guint command)
{
    static const char *const names[] = {"Key relay", "Key relay completion notification",
                                        "Key supply notification", "Response to key supply notification"};

    if (command >= KEY_RELAY && command <= SUPPLY_RESPONSE)
        count(tree, 1, "%s", names[command - KEY_RELAY]);
    else
        count(tree, 1, "Unknown command 0x%04x", command);
}

static void count_message(GHashTable *tree, const kx_seen *m, const verdict *v)
{
    count(tree, 1, "Messages");
    count(tree, 1, "By command");
    count_command(tree, m->command);
    count(tree, 1, "By version");
    count(tree, 1, "Version %u", m->version);
    if (m->response != NULL) {
        count(tree, 1, "By result");
        count(tree, 1, m->success ? "Success" : "Failure");
    }
    if (m->command == KEY_RELAY) {
        count(tree, m->keys, "Keys relayed");
        count(tree, m->keys, "Hop %u", v->hop);
    }
}

GHashTable *expected_tree(const selection *s)
{
    GHashTable *tree = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static const char *const always[] = {"Messages", "By command", "By version", "By result", "Keys relayed"};

    for (guint i = 0; i < G_N_ELEMENTS(always); i++)
        count(tree, 0, "%s", always[i]);
    for (guint i = 0; i < s->traffic->seen->len; i++)
        if (selection_has(s, i))
            count_message(tree, at(s, i), &s->verdicts[i]);
    return tree;
}

/* ---- kx,srt ---- */

response_times expected_times(const selection *s, guint command)
{
    response_times times = {.least = G_MAXDOUBLE};

    for (guint i = 0; i < s->traffic->seen->len; i++) {
        if (at(s, i)->command != command || s->verdicts[i].response_to == NOBODY || !selection_has(s, i))
            continue;
        double seconds = (double)s->verdicts[i].response_time / 1e9;
        times.calls++;
        times.least = MIN(times.least, seconds);
        times.most = MAX(times.most, seconds);
        times.sum += seconds;
    }
    return times;
}

/* ---- kx,relay ---- */

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static char *transit_of(const kx_seen *m)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    if (m->transit->len == 0)
        return g_strdup("-");
    for (guint i = 0; i < m->transit->len; i++)
        g_ptr_array_add(list, g_ptr_array_index(m->transit, i));
    g_ptr_array_add(list, NULL);
    return g_strjoinv(", ", (char **)list->pdata);
}

/* The end of a relay is told by its completion, before that by the answer to its first hop. */
static gboolean tells_end(const selection *s, guint i)
{
    const verdict *v = &s->verdicts[i];

    return at(s, i)->command == COMPLETION && (v->ends_relay || s->verdicts[v->response_to].hop == 1);
}

static char **relay_row(const selection *s, guint first, int relay)
{
    const kx_seen *m = at(s, first);
    g_autofree char *transit = transit_of(m), *duration = g_strdup("-"), *result = g_strdup("open");
    gint64 start = m->frame->time;
    const frame_info *begin = g_hash_table_lookup(s->traffic->frames, GUINT_TO_POINTER(1));
    guint hops = 0, keys = 0;

    for (guint i = first; i < s->traffic->seen->len; i++) {
        const verdict *v = &s->verdicts[i];
        if (v->relay != relay || !selection_has(s, i))
            continue;
        hops = MAX(hops, v->hop);
        if (at(s, i)->command == KEY_RELAY && v->hop == s->verdicts[first].hop)
            keys += at(s, i)->keys;
        if (!tells_end(s, i))
            continue;
        g_free(duration);
        g_free(result);
        duration = g_strdup_printf("%.6f", (double)v->response_time / 1e9);
        result = g_strdup(or_dash(at(s, i)->response));
    }
    g_autofree char *line = g_strdup_printf("%s\t%s\t%s\t%s\t%u\t%u\t%.6f\t%s\t%s", or_dash(m->request),
                                            or_dash(m->source), transit, or_dash(m->destination), hops, keys,
                                            (double)(start - begin->time) / 1e9, duration, result);
    return g_strsplit(line, "\t", -1);
}

GPtrArray *expected_relays(const selection *s)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < s->traffic->seen->len; i++) {
        int relay = s->verdicts[i].relay;
        if (relay == NOBODY || !selection_has(s, i) || !g_hash_table_add(known, GINT_TO_POINTER(relay + 1)))
            continue;
        g_ptr_array_add(rows, relay_row(s, i, relay));
    }
    return rows;
}

/* ---- conv,kx and endpoints,kx ---- */

static void kma_row_free(gpointer data)
{
    kma_row *row = data;

    g_free(row->one);
    g_free(row->other);
    g_free(row);
}

static kma_row *row_of(GPtrArray *rows, const char *one, const char *other, gboolean *turned)
{
    for (guint i = 0; i < rows->len; i++) {
        kma_row *row = g_ptr_array_index(rows, i);
        *turned = g_strcmp0(row->one, other) == 0 && g_strcmp0(row->other, one) == 0;
        if (*turned || (g_strcmp0(row->one, one) == 0 && g_strcmp0(row->other, other) == 0))
            return row;
    }
    kma_row *row = g_new0(kma_row, 1);
    row->one = g_strdup(one);
    row->other = g_strdup(other);
    *turned = FALSE;
    g_ptr_array_add(rows, row);
    return row;
}

static void add_to(GPtrArray *rows, const char *one, const char *other, guint direction, const kx_seen *m)
{
    gboolean turned;
    kma_row *row = row_of(rows, one, other, &turned);

    if (turned)
        direction = !direction;
    row->frames[direction]++;
    row->bytes[direction] += m->length;
}

/* The KMAs a message is about. A completion names none: its relay's first hop does, and it goes back. */
static gboolean end_points(const selection *s, guint i, const char **from, const char **to)
{
    const kx_seen *m = at(s, i);
    gboolean back = m->command == COMPLETION;
    guint first = 0;

    if (back && s->verdicts[i].relay != NOBODY)
        while (s->verdicts[first].relay != s->verdicts[i].relay)
            first++;
    else
        first = i;
    const char *source = m->source != NULL ? m->source : at(s, first)->source;
    const char *destination = m->destination != NULL ? m->destination : at(s, first)->destination;
    *from = back ? destination : source;
    *to = back ? source : destination;
    return source != NULL && destination != NULL;
}

static GPtrArray *kma_rows(const selection *s, gboolean pairs)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(kma_row_free);
    const char *from, *to;

    for (guint i = 0; i < s->traffic->seen->len; i++) {
        if (!selection_has(s, i) || !end_points(s, i, &from, &to))
            continue;
        if (pairs) {
            add_to(rows, from, to, 0, at(s, i));
        } else {
            add_to(rows, from, NULL, 0, at(s, i));
            add_to(rows, to, NULL, 1, at(s, i));
        }
    }
    return rows;
}

GPtrArray *expected_conversations(const selection *s)
{
    return kma_rows(s, TRUE);
}

GPtrArray *expected_endpoints(const selection *s)
{
    return kma_rows(s, FALSE);
}
