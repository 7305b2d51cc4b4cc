/* What a ledger says that a dissector has to show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "expected.h"
#include "message.h"

#include <stdlib.h>
#include <string.h>

#define BITS_PER_HEX_DIGIT 4
#define BITS_PER_BYTE      8

/* The parameters that are shown as one value, and their fields. */
static const struct {
    const char *parameter, *field;
} simple_parameters[] = {
    {SOURCE_KMA_ID, "kx.source_kma_id"},
    {SOURCE_KMA_ID, "kx.kma_id"},
    {DESTINATION_KMA_ID, "kx.destination_kma_id"},
    {DESTINATION_KMA_ID, "kx.kma_id"},
    {KEY_RELAY_REQUEST_ID, "kx.key_relay_request_id"},
    {SESSION_ID, "kx.session_id"},
    {NUMBER_OF_KEYS, "kx.number_of_keys"},
    {SIZE_OF_KEY, "kx.size_of_key"},
    {RESPONSE, "kx.response"},
    {KEY_ID, "kx.key.id"},
};

typedef struct {
    lines_t *lines;
    const char *key_encoding;
    gboolean cleartext;
} walk_t;

char *route_new(const char *source, const char *source_port, const char *destination,
                const char *destination_port)
{
    return g_strdup_printf("%s:%s > %s:%s", source, source_port, destination, destination_port);
}

/* A string as it is, anything else as JSON. */
static void expect_node(const walk_t *walk, const char *field, JsonNode *node)
{
    g_autofree char *text = json_node_get_value_type(node) == G_TYPE_STRING ? json_node_dup_string(node)
                                                                            : json_to_string(node, FALSE);

    lines_add(walk->lines, field, text);
}

/* Mandatory (Table 4), also in a refusal, where it is empty. */
static void expect_key_id(const walk_t *walk, const char *id)
{
    lines_add_number(walk->lines, "kx.keys.count", 1);
    if (!*id)
        lines_add_mark(walk->lines, "kx.parameter.odd_value");
}

static void expect_members(const walk_t *walk, JsonObject *object)
{
    JsonObjectIter iter;
    const char *name;
    JsonNode *value;

    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &name, &value)) {
        lines_add(walk->lines, "kx.parameter.name", name);
        expect_node(walk, "kx.parameter.value", value);
    }
}

static gint64 key_bits(const char *text, const char *encoding)
{
    gsize size;
    g_autofree guchar *key = NULL;

    if (strcmp(encoding, "hex") == 0)
        return (gint64)strlen(text) * BITS_PER_HEX_DIGIT;
    key = g_base64_decode(text, &size);
    return (gint64)size * BITS_PER_BYTE;
}

static void expect_key(const walk_t *walk, JsonObject *file)
{
    const char *key = json_object_get_string_member(file, KEY);

    lines_add(walk->lines, "kx.key", "");
    lines_add(walk->lines, "kx.key.id", json_object_get_string_member(file, KEY_ID));
    lines_add(walk->lines, "kx.key.data", key);
    lines_add_number(walk->lines, "kx.key.size", key_bits(key, walk->key_encoding));
    if (json_object_has_member(file, KEY_EXTENSION)) {
        lines_add(walk->lines, "kx.key.extension", "");
        expect_members(walk, json_object_get_object_member(file, KEY_EXTENSION));
    }
}

static void expect_keys(const walk_t *walk, JsonArray *keys)
{
    lines_add(walk->lines, "kx.keys", "");
    lines_add_number(walk->lines, "kx.keys.count", json_array_get_length(keys));
    for (guint i = 0; i < json_array_get_length(keys); i++)
        expect_key(walk, json_array_get_object_element(keys, i));
    if (walk->cleartext)
        lines_add_mark(walk->lines, "kx.key.cleartext");
}

static void expect_response(const walk_t *walk, const char *response)
{
    gboolean success = strcmp(response, "success") == 0;

    lines_add_number(walk->lines, "kx.response.success", success);
    if (!success)
        lines_add_mark(walk->lines, "kx.response.failure");
}

static void expect_transit(const walk_t *walk, JsonArray *transit)
{
    for (guint i = 0; i < json_array_get_length(transit); i++)
        lines_add(walk->lines, "kx.transit_kma_id", json_array_get_string_element(transit, i));
}

static void expect_extension(const walk_t *walk, JsonArray *extension)
{
    for (guint i = 0; i < json_array_get_length(extension); i++) {
        lines_add(walk->lines, "kx.extension", "");
        expect_members(walk, json_array_get_object_element(extension, i));
    }
}

static void expect_parameters(const walk_t *walk, JsonObject *parameters)
{
    for (guint i = 0; i < G_N_ELEMENTS(simple_parameters); i++)
        if (json_object_has_member(parameters, simple_parameters[i].parameter))
            expect_node(walk, simple_parameters[i].field,
                        json_object_get_member(parameters, simple_parameters[i].parameter));
    if (json_object_has_member(parameters, KEY_ID))
        expect_key_id(walk, json_object_get_string_member(parameters, KEY_ID));
    if (json_object_has_member(parameters, RESPONSE))
        expect_response(walk, json_object_get_string_member(parameters, RESPONSE));
    if (json_object_has_member(parameters, TRANSIT_KMA_IDS))
        expect_transit(walk, json_object_get_array_member(parameters, TRANSIT_KMA_IDS));
    if (json_object_has_member(parameters, KEYS))
        expect_keys(walk, json_object_get_array_member(parameters, KEYS));
    if (json_object_has_member(parameters, EXTENSION))
        expect_extension(walk, json_object_get_array_member(parameters, EXTENSION));
}

static void expect_header(const walk_t *walk, JsonObject *entry)
{
    lines_add_number(walk->lines, "kx.version", json_object_get_int_member(entry, "Version"));
    lines_add_number(walk->lines, "kx.message_id", json_object_get_int_member(entry, "MessageID"));
    lines_add(walk->lines, "kx.command_code", json_object_get_string_member(entry, "CommandCode"));
    lines_add_number(walk->lines, "kx.length", json_object_get_int_member(entry, "Length"));
}

static char *route_between(JsonObject *source, JsonObject *destination)
{
    g_autofree char *source_port =
        g_strdup_printf("%" G_GINT64_FORMAT, json_object_get_int_member(source, "port"));
    g_autofree char *destination_port =
        g_strdup_printf("%" G_GINT64_FORMAT, json_object_get_int_member(destination, "port"));

    return route_new(json_object_get_string_member(source, "address"), source_port,
                     json_object_get_string_member(destination, "address"), destination_port);
}

static char *procedure_of(JsonObject *parameters)
{
    const char *name = json_object_has_member(parameters, SESSION_ID) ? SESSION_ID : KEY_RELAY_REQUEST_ID;

    return g_strdup(json_object_get_string_member(parameters, name));
}

static expected_message_t *message_new(JsonObject *connection, JsonObject *entry, gboolean cleartext)
{
    expected_message_t *message = g_new0(expected_message_t, 1);
    JsonObject *client = json_object_get_object_member(connection, "client");
    JsonObject *server = json_object_get_object_member(connection, "server");
    gboolean by_client = strcmp(json_object_get_string_member(entry, "from"),
                                json_object_get_string_member(client, "KMA ID")) == 0;
    walk_t walk = {.lines = lines_new(),
                   .key_encoding = json_object_get_string_member(entry, "key encoding"),
                   .cleartext = cleartext};

    message->route = by_client ? route_between(client, server) : route_between(server, client);
    message->writing = g_strdup(json_object_get_string_member(entry, "writing"));
    message->command = (guint)strtoul(json_object_get_string_member(entry, "CommandCode"), NULL, 16);
    message->parameters = json_object_ref(json_object_get_object_member(entry, "parameters"));
    message->procedure = procedure_of(message->parameters);
    message->lines = walk.lines;
    if (json_object_get_boolean_member_with_default(entry, "sent before", FALSE)) /* as 0-RTT, in vain */
        lines_add_mark(walk.lines, "kx.request.repeated");
    expect_header(&walk, entry);
    expect_parameters(&walk, message->parameters);
    return message;
}

static void message_free(gpointer data)
{
    expected_message_t *message = data;

    g_free(message->route);
    g_free(message->writing);
    g_free(message->procedure);
    json_object_unref(message->parameters);
    g_ptr_array_unref(message->lines);
    g_free(message);
}

/* A greeting goes before the first message. */
static void add_connection(GPtrArray *messages, JsonObject *connection, gboolean cleartext, gboolean greeted)
{
    JsonArray *entries = json_object_get_array_member(connection, "messages");

    for (guint i = 0; i < json_array_get_length(entries); i++) {
        expected_message_t *message =
            message_new(connection, json_array_get_object_element(entries, i), cleartext);
        if (greeted && i == 0)
            lines_add_mark(message->lines, "kx.connection.late");
        g_ptr_array_add(messages, message);
    }
}

/* Any hop of it: all name the same end points. */
static const expected_message_t *relay_of(const GPtrArray *messages, const expected_message_t *completion)
{
    for (guint i = 0; i < messages->len; i++) {
        const expected_message_t *message = g_ptr_array_index(messages, i);
        if (message->command == KEY_RELAY && strcmp(message->procedure, completion->procedure) == 0)
            return message;
    }
    return NULL;
}

/* A completion is shown with the end points of what it completes. */
static void expect_end_points(const GPtrArray *messages)
{
    static const char *const names[] = {SOURCE_KMA_ID, DESTINATION_KMA_ID};
    static const char *const fields[] = {"kx.source_kma_id", "kx.destination_kma_id"};

    for (guint i = 0; i < messages->len; i++) {
        const expected_message_t *message = g_ptr_array_index(messages, i);
        const expected_message_t *relay =
            message->command == KEY_RELAY_COMPLETION ? relay_of(messages, message) : NULL;
        for (guint end = 0; relay && end < G_N_ELEMENTS(names); end++) {
            const char *kma_id = json_object_get_string_member(relay->parameters, names[end]);
            lines_add(message->lines, fields[end], kma_id);
            lines_add(message->lines, "kx.kma_id", kma_id);
        }
    }
}

GPtrArray *expected_load(const char *file, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    GPtrArray *messages;
    JsonObject *ledger;
    JsonArray *connections;
    gboolean cleartext, greeted;

    if (!json_parser_load_from_file(parser, file, error))
        return NULL;
    ledger = json_node_get_object(json_parser_get_root(parser));
    connections = json_object_get_array_member(ledger, "connections");
    cleartext = strcmp(json_object_get_string_member(ledger, "transport"), "tcp") == 0;
    greeted = json_object_has_member(ledger, "greeting");
    messages = g_ptr_array_new_with_free_func(message_free);
    for (guint i = 0; i < json_array_get_length(connections); i++)
        add_connection(messages, json_array_get_object_element(connections, i), cleartext, greeted);
    expect_end_points(messages);
    return messages;
}
