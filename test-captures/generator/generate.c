/* From a scenario to a capture: the messages, in their order and at their times.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "generate.h"

#include <string.h>

#include "network.h"
#include "reader.h"

enum {
    HEADER_LENGTH = 10,      /* Figure I.1: Version, MessageID, CommandCode, Length */
    PAYLOAD_MAX = 65535,     /* what Length can express */
    DELAY_DEFAULT = 1000000, /* nanoseconds between two messages */
};

typedef struct {
    const scenario_t *scenario;
    network_t *network;
    values_t values;
    int64_t start;
    int64_t previous;    /* nanoseconds since the Unix epoch: when the previous message went out */
    GByteArray *message; /* these two are here only to save allocations */
    GByteArray *text;
    GError *error;
} generation_t;

static bool fail(generation_t *generation, const item_t *item, const char *member, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static bool fail(generation_t *generation, const item_t *item, const char *member, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *problem = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(&generation->error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT, "%s%s%s: %s", item->path,
                member ? "." : "", member ? member : "", problem);
    g_free(problem);
    return false;
}

static bool fail_delivery(generation_t *generation, const item_t *item, GError *problem)
{
    fail(generation, item, NULL, "%s", problem->message);
    g_error_free(problem);
    return false;
}

/* Returns the expanded text, which the next call overwrites; NULL if there is too much of it. */
static const char *expand_text(generation_t *generation, const template_t *template)
{
    g_byte_array_set_size(generation->text, 0);
    bool ok = template_expand(template, &generation->values, generation->text);
    g_byte_array_append(generation->text, (const guint8 *)"", 1);
    return ok ? (const char *)generation->text->data : "";
}

/* ---- who, and when ---- */

static const connection_t *find_connection(generation_t *generation, const item_t *item)
{
    const scenario_t *scenario = generation->scenario;
    if (!item->connection) {
        if (scenario->connections->len != 1) {
            fail(generation, item, NULL, "there are several connections: \"connection\" has to name one");
            return NULL;
        }
        return g_ptr_array_index(scenario->connections, 0);
    }
    const char *name = expand_text(generation, item->connection);
    const connection_t *connection = g_hash_table_lookup(scenario->by_name, name);
    if (!connection) {
        fail(generation, item, "connection", "no connection is called \"%s\"", name);
    }
    return connection;
}

static bool find_side(generation_t *generation, const item_t *item, const connection_t *connection,
                      enum side *side)
{
    const char *names[][2] = {{"client", connection->ends[SIDE_CLIENT]->name},
                              {"server", connection->ends[SIDE_SERVER]->name}};
    *side = SIDE_CLIENT;
    if (!item->from) {
        return true;
    }
    for (int i = 0; i < 2; i++) {
        if (g_str_equal(item->from, names[i][0]) || g_str_equal(item->from, names[i][1])) {
            *side = i == 0 ? SIDE_CLIENT : SIDE_SERVER;
            return true;
        }
    }
    return fail(generation, item, "from", "\"%s\" is no end of the connection \"%s\"", item->from,
                connection->name);
}

static bool find_time(generation_t *generation, const item_t *item, int64_t *due)
{
    *due = generation->previous + (item->delay != UNSET ? item->delay : DELAY_DEFAULT);
    if (item->at != UNSET) {
        *due = generation->start + item->at;
        if (*due < generation->previous) {
            return fail(generation, item, "at", "lies before the previous message");
        }
    }
    return true;
}

/* ---- bytes ---- */

static bool find_id(generation_t *generation, const item_t *item, const connection_t *connection,
                    enum side side, uint32_t *id)
{
    if (!item->id) {
        *id = network_next_id(generation->network, connection, side);
        return true;
    }
    const char *text = expand_text(generation, item->id);
    bool hex = g_str_has_prefix(text, "0x");
    guint64 number;
    if (!g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, 0, G_MAXUINT32, &number, NULL)) {
        return fail(generation, item, "id", "\"%s\" is no number of 32 bits", text);
    }
    *id = (uint32_t)number;
    return true;
}

static void put_header(uint8_t *at, const item_t *item, uint32_t id, size_t length)
{
    uint16_t version = GUINT16_TO_BE((uint16_t)item->version);
    uint32_t message_id = GUINT32_TO_BE(id);
    uint16_t command = GUINT16_TO_BE((uint16_t)item->command);
    uint16_t stated_length = GUINT16_TO_BE((uint16_t)(item->length != UNSET ? (size_t)item->length : length));
    memcpy(at, &version, 2);
    memcpy(at + 2, &message_id, 4);
    memcpy(at + 6, &command, 2);
    memcpy(at + 8, &stated_length, 2);
}

static bool build_message(generation_t *generation, const item_t *item, const connection_t *connection,
                          enum side side)
{
    GByteArray *message = generation->message;
    guint header = item->raw ? 0 : HEADER_LENGTH;
    g_byte_array_set_size(message, header);
    if (!template_expand(item->payload, &generation->values, message)) {
        return fail(generation, item, NULL, "yields more than %d bytes", TEMPLATE_OUTPUT_MAX);
    }
    if (item->raw) {
        return true;
    }
    size_t length = message->len - header;
    if (length > PAYLOAD_MAX && item->length == UNSET) {
        return fail(generation, item, NULL,
                    "the payload has %" G_GSIZE_FORMAT " bytes, but Length can only say %d; "
                    "give \"length\" if that is the point",
                    (gsize)length, PAYLOAD_MAX);
    }
    uint32_t id = 0;
    if (!find_id(generation, item, connection, side, &id)) {
        return false;
    }
    put_header(message->data, item, id, length);
    return true;
}

/* ---- items ---- */

static bool send_message(generation_t *generation, const item_t *item, const connection_t *connection,
                         enum side side, int64_t *due)
{
    GError *problem = NULL;
    if (!build_message(generation, item, connection, side)) {
        return false;
    }
    return network_send(generation->network, connection, side, due, generation->message, &item->delivery,
                        &item->faults, &problem) ||
           fail_delivery(generation, item, problem);
}

static bool play_event(generation_t *generation, const item_t *item)
{
    int64_t due;
    enum side side;
    const connection_t *connection = find_connection(generation, item);
    if (!connection || !find_side(generation, item, connection, &side) ||
        !find_time(generation, item, &due)) {
        return false;
    }
    if (item->kind == ITEM_CLOSE) {
        network_close(generation->network, connection, side, item->closing, &due);
    } else if (!send_message(generation, item, connection, side, &due)) {
        return false;
    }
    generation->previous = due;
    return true;
}

static bool play_items(generation_t *generation, const GPtrArray *items);

static bool play_repeatedly(generation_t *generation, const item_t *item)
{
    for (int64_t i = 0; i < item->repeat; i++) {
        if (item->as) {
            generation->values.counters[item->slot] = i;
        }
        if (item->kind == ITEM_GROUP ? !play_items(generation, item->items) : !play_event(generation, item)) {
            return false;
        }
    }
    return true;
}

static bool play_items(generation_t *generation, const GPtrArray *items)
{
    for (guint i = 0; i < items->len; i++) {
        if (!play_repeatedly(generation, g_ptr_array_index(items, i))) {
            return false;
        }
    }
    return true;
}

bool generate(const scenario_t *scenario, capture_t *capture, GError **error)
{
    generation_t generation = {
        .scenario = scenario,
        .network = network_new(scenario, capture),
        .values = {.seed = (uint64_t)scenario->seed, .random = {(uint64_t)scenario->seed}},
        .start = scenario->start * G_GINT64_CONSTANT(1000000000),
        .message = g_byte_array_new(),
        .text = g_byte_array_new(),
    };
    generation.previous = generation.start;
    bool ok = play_items(&generation, scenario->items);
    if (ok) {
        network_finish(generation.network);
    } else {
        g_propagate_error(error, generation.error);
    }
    network_free(generation.network);
    g_byte_array_unref(generation.message);
    g_byte_array_unref(generation.text);
    return ok;
}
