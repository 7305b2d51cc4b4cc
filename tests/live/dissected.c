/* What tshark shows of a capture, in the form of expected.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissected.h"

#include "expected.h"
#include "messages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PROTOCOL "kx"

/* Fields that relate messages to each other. */
static const char *const link_fields[] = {"kx.response_in",
                                          "kx.response_to",
                                          "kx.relay.id",
                                          "kx.relay.hop",
                                          "kx.relay.next_hop_in",
                                          "kx.relay.previous_hop_in",
                                          "kx.relay.first_hop_in",
                                          "kx.relay.hop_in",
                                          "kx.relay.result",
                                          "kx.relay.success",
                                          "kx.relay.failed_hop",
                                          "kx.request.repeat_of",
                                          NULL};

/* Fields that no ledger knows the value of. */
static const char *const time_fields[] = {"kx.response_time", "kx.relay.time", "kx.relay.hop_time", NULL};

static const char *const boolean_fields[] = {"kx.response.success", "kx.relay.success", NULL};

static char *run(tshark_t *tshark, const char *const *arguments, const char *const *how, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (; *arguments; arguments++)
        g_ptr_array_add(all, (gpointer)*arguments);
    for (; *how; how++)
        g_ptr_array_add(all, (gpointer)*how);
    g_ptr_array_add(all, NULL);
    return tshark_run(tshark, (const char *const *)all->pdata, error);
}

/* Frame number -> route. */
static GHashTable *load_routes(tshark_t *tshark, const char *const *arguments, GError **error)
{
    static const char *const how[] = {"-Y",           PROTOCOL, "-T",     "fields",      "-e",
                                      "frame.number", "-e",     "ip.src", "-e",          "tcp.srcport",
                                      "-e",           "ip.dst", "-e",     "tcp.dstport", NULL};
    g_autofree char *output = run(tshark, arguments, how, error);
    g_auto(GStrv) lines = output ? g_strsplit(output, "\n", -1) : NULL;
    GHashTable *routes;

    if (!output)
        return NULL;
    routes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "\t", -1);
        if (g_strv_length(cells) == 5)
            g_hash_table_insert(routes, GUINT_TO_POINTER(strtoul(cells[0], NULL, 10)),
                                route_new(cells[1], cells[2], cells[3], cells[4]));
    }
    return routes;
}

/* Wireshark 4.0 shows a boolean as 1, later ones as True. */
static const char *plain_value(const record_t *record)
{
    if (!g_strv_contains(boolean_fields, record->name))
        return record->value;
    return strcmp(record->value, "1") == 0 || strcmp(record->value, "True") == 0 ? "1" : "0";
}

static void add_field(dissected_message_t *message, const record_t *record)
{
    if (g_strv_contains(time_fields, record->name))
        return;
    lines_add(g_strv_contains(link_fields, record->name) ? message->links : message->lines, record->name,
              plain_value(record));
}

static void add_record(dissected_message_t *message, const record_t *record)
{
    switch (record->kind) {
    case RECORD_FIELD:
        add_field(message, record);
        break;
    case RECORD_EXPERT:
        lines_add_mark(message->lines, record->name ? record->name : "a nameless expert info");
        break;
    case RECORD_NOTE:
        lines_add_mark(message->lines, record->value);
        break;
    }
}

static dissected_message_t *message_new(const message_t *from, GHashTable *routes)
{
    dissected_message_t *message = g_new0(dissected_message_t, 1);
    const char *route = g_hash_table_lookup(routes, GUINT_TO_POINTER(from->frame));

    message->frame = from->frame;
    message->route = g_strdup(route ? route : "no route");
    message->where = g_strdup_printf("frame %u, %s", from->frame, message->route);
    message->lines = lines_new();
    message->links = lines_new();
    for (guint i = 0; i < from->records->len; i++)
        add_record(message, g_ptr_array_index(from->records, i));
    return message;
}

static void message_free(gpointer data)
{
    dissected_message_t *message = data;

    g_free(message->route);
    g_free(message->where);
    g_ptr_array_unref(message->lines);
    g_ptr_array_unref(message->links);
    g_free(message);
}

GPtrArray *dissected_load(tshark_t *tshark, const char *const *arguments, GError **error)
{
    static const char *const how[] = {"-T", "pdml", NULL};
    g_autoptr(GHashTable) routes = load_routes(tshark, arguments, error);
    g_autofree char *pdml = routes ? run(tshark, arguments, how, error) : NULL;
    g_autoptr(GPtrArray) from = pdml ? messages_parse(pdml, PROTOCOL, error) : NULL;
    GPtrArray *messages;

    if (!from)
        return NULL;
    messages = g_ptr_array_new_with_free_func(message_free);
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(messages, message_new(g_ptr_array_index(from, i), routes));
    return messages;
}
