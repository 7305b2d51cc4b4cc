/* What was sent, for a later comparison with what a dissector says was sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ledger.h"

#include <string.h>

struct ledger_connection {
    ledger_t *ledger;
    const km_t *client, *server;
    guint16 client_port, server_port;
    JsonArray *messages;
};

struct ledger {
    GMutex mutex; /* guards all of the rest, connections included */
    char *transport, *greeting;
    GPtrArray *connections;
};

static void connection_free(gpointer data)
{
    ledger_connection_t *connection = data;

    json_array_unref(connection->messages);
    g_free(connection);
}

ledger_t *ledger_new(const char *transport, const char *greeting)
{
    ledger_t *ledger = g_new0(ledger_t, 1);

    g_mutex_init(&ledger->mutex);
    ledger->transport = g_strdup(transport);
    ledger->greeting = g_strdup(greeting);
    ledger->connections = g_ptr_array_new_with_free_func(connection_free);
    return ledger;
}

void ledger_free(ledger_t *ledger)
{
    g_mutex_clear(&ledger->mutex);
    g_free(ledger->transport);
    g_free(ledger->greeting);
    g_ptr_array_unref(ledger->connections);
    g_free(ledger);
}

ledger_connection_t *ledger_connect(ledger_t *ledger, const km_t *client, guint16 client_port,
                                    const km_t *server, guint16 server_port)
{
    ledger_connection_t *connection = g_new0(ledger_connection_t, 1);

    *connection = (ledger_connection_t){.ledger = ledger,
                                        .client = client,
                                        .server = server,
                                        .client_port = client_port,
                                        .server_port = server_port,
                                        .messages = json_array_new()};
    g_mutex_lock(&ledger->mutex);
    g_ptr_array_add(ledger->connections, connection);
    g_mutex_unlock(&ledger->mutex);
    return connection;
}

static ledger_connection_t *find(const ledger_t *ledger, const char *client_address, guint16 client_port)
{
    for (guint i = 0; i < ledger->connections->len; i++) {
        ledger_connection_t *connection = g_ptr_array_index(ledger->connections, i);
        if (connection->client_port == client_port &&
            strcmp(connection->client->address, client_address) == 0)
            return connection;
    }
    return NULL;
}

ledger_connection_t *ledger_find(ledger_t *ledger, const char *client_address, guint16 client_port)
{
    ledger_connection_t *connection;

    g_mutex_lock(&ledger->mutex);
    connection = find(ledger, client_address, client_port);
    g_mutex_unlock(&ledger->mutex);
    return connection;
}

void ledger_add(ledger_connection_t *connection, const km_t *from, const kx_message_t *message,
                gsize payload_length, enum writing writing)
{
    g_autofree char *command = g_strdup_printf("0x%04x", (guint)message->command);
    JsonObject *entry = json_object_new();

    json_object_set_string_member(entry, "from", from->kma_id);
    json_object_set_string_member(entry, "writing", writing_name(writing));
    json_object_set_string_member(entry, "spelling", spelling_name(from->spelling));
    json_object_set_string_member(entry, "key encoding", key_encoding_name(from->key_encoding));
    json_object_set_int_member(entry, "Version", message->version);
    json_object_set_int_member(entry, "MessageID", message->id);
    json_object_set_string_member(entry, "CommandCode", command);
    json_object_set_int_member(entry, "Length", (gint64)payload_length);
    json_object_set_object_member(entry, "parameters", json_object_ref(message->parameters));
    g_mutex_lock(&connection->ledger->mutex);
    json_array_add_object_element(connection->messages, entry);
    g_mutex_unlock(&connection->ledger->mutex);
}

static void add_end(JsonObject *to, const char *role, const km_t *km, guint16 port)
{
    JsonObject *end = json_object_new();

    json_object_set_string_member(end, "KMA ID", km->kma_id);
    json_object_set_string_member(end, "address", km->address);
    json_object_set_int_member(end, "port", port);
    json_object_set_object_member(to, role, end);
}

static JsonObject *connection_to_json(const ledger_connection_t *connection)
{
    JsonObject *object = json_object_new();

    add_end(object, "client", connection->client, connection->client_port);
    add_end(object, "server", connection->server, connection->server_port);
    json_object_set_array_member(object, "messages", json_array_ref(connection->messages));
    return object;
}

static JsonNode *ledger_to_json(const ledger_t *ledger)
{
    JsonNode *root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();
    JsonArray *connections = json_array_new();

    for (guint i = 0; i < ledger->connections->len; i++)
        json_array_add_object_element(connections,
                                      connection_to_json(g_ptr_array_index(ledger->connections, i)));
    json_object_set_string_member(object, "transport", ledger->transport);
    if (ledger->greeting)
        json_object_set_string_member(object, "greeting", ledger->greeting);
    json_object_set_array_member(object, "connections", connections);
    json_node_take_object(root, object);
    return root;
}

gboolean ledger_save(ledger_t *ledger, const char *file, GError **error)
{
    g_autoptr(JsonNode) root = ledger_to_json(ledger);
    g_autoptr(JsonGenerator) generator = json_generator_new();

    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    json_generator_set_indent(generator, 1);
    return json_generator_to_file(generator, file, error);
}
