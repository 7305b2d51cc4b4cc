/* scenario.c
 * Simulated networks for kx-capture. Texts need no escapes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "scenario.h"

#include "content.h"
#include "kx-standard.h"

/* Whether it is the first one of its connection in the capture. */
static bool opens_connection(const sim_world *world, guint sighting)
{
    const sim_sighting *seen = &g_array_index(world->sightings, sim_sighting, 0);

    for (guint i = 0; i < sighting; i++)
        if (seen[i].message->connection == seen[sighting].message->connection)
            return false;
    return true;
}

/* One host has one address; a node may have another one on each link. */
static void add_node(const sim_world *world, unsigned node, unsigned peer, GString *text)
{
    const sim_policies *p = &world->policies;
    unsigned network = p->many_addresses && !p->one_host ? peer : 100;

    g_string_append_printf(text, "\"%u-%u\": \"192.0.%u.%u\",\n", node, peer, network,
                           p->one_host ? 1 : node + 1);
}

static void add_nodes(const sim_world *world, GString *text)
{
    g_string_append(text, "\"nodes\": {\n");
    for (unsigned node = 0; node < world->policies.nodes; node++)
        for (unsigned peer = 0; peer < world->policies.nodes; peer++)
            if (peer != node)
                add_node(world, node, peer, text);
    g_string_truncate(text, text->len - 2);
    g_string_append(text, "},\n");
}

static void add_connections(const sim_world *world, GString *text)
{
    g_string_append(text, "\"connections\": {\n");
    for (guint i = 0; i < world->sightings->len; i++) {
        const sim_message *m = g_array_index(world->sightings, sim_sighting, i).message;
        const sim_connection *c = m->connection;
        if (!opens_connection(world, i))
            continue;
        g_string_append_printf(text,
                               "\"%u\": {\"client\": \"%u-%u\", \"server\": \"%u-%u\", \"port\": %u, "
                               "\"client_port\": %u, \"acks\": false, \"close\": \"none\"%s},\n",
                               c->number, c->client, c->server, c->server, c->client,
                               world->nodes[c->server].port, c->client_port,
                               world->policies.listening_known ? "" : ", \"mid_stream\": true");
    }
    g_string_truncate(text, text->len - 2);
    g_string_append(text, "},\n");
}

/* Takes a parameter that may be absent. */
static void add_string(const char *name, const char *value, GString *text)
{
    if (value)
        g_string_append_printf(text, "\"%s\": \"%s\", ", name, value);
}

static void add_keys(const sim_content *content, GString *text)
{
    g_string_append(text, "\"Keys\": [");
    for (unsigned i = 0; i < content->key_count; i++)
        g_string_append_printf(text, "%s{\"Key ID\": \"%s\", \"Key\": \"%s\"}", i ? ", " : "",
                               content->key_ids[i], content->key_data[i]);
    g_string_append(text, "], ");
}

static void add_list(const char *name, const char *const *values, unsigned count, GString *text)
{
    g_string_append_printf(text, "\"%s\": [", name);
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(text, "%s\"%s\"", i ? ", " : "", values[i]);
    g_string_append(text, "], ");
}

static void add_payload(const sim_message *m, const sim_content *content, GString *text)
{
    add_string("Source KMA ID", content->source, text);
    add_string("Destination KMA ID", content->destination, text);
    if (content->has_transit)
        add_list("Transit KMA IDs", content->transit, content->transit_count, text);
    if (m->command_code == KX_KEY_RELAY)
        add_keys(content, text);
    add_string("Key relay request ID", content->request_id, text);
    add_string("Session ID", content->session_id, text);
    if (content->number_of_keys)
        g_string_append_printf(text, "\"Number of keys\": %u, ", content->number_of_keys);
    if (m->command_code == KX_KEY_SUPPLY_RESPONSE && content->key_count == 1)
        add_string("Key ID", content->key_ids[0], text);
    else if (m->command_code == KX_KEY_SUPPLY_RESPONSE && content->key_count)
        add_list("Key ID", content->key_ids, content->key_count, text);
    add_string("Response", content->response, text);
    g_string_truncate(text, text->len - 2);
}

/* wait: since the message before, in nanoseconds. */
static void add_message(const sim_world *world, const sim_sighting *seen, int64_t wait, GString *text)
{
    const sim_message *m = seen->message;
    sim_content content;

    content_of(world, m, &content);
    g_string_append_printf(text,
                           "{\"connection\": \"%u\", \"from\": \"%s\", \"command\": %u, \"id\": %u, "
                           "\"delay\": %" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT ", \"payload\": {",
                           m->connection->number, m->from == m->connection->client ? "client" : "server",
                           m->command_code, m->message_id, wait / SECOND, wait % SECOND);
    add_payload(m, &content, text);
    g_string_append(text, "}},\n");
}

char *scenario_text(const sim_world *world)
{
    GString *text = g_string_new("{\"resolution\": \"ns\",\n");
    const sim_sighting *seen = &g_array_index(world->sightings, sim_sighting, 0);

    add_nodes(world, text);
    add_connections(world, text);
    g_string_append(text, "\"messages\": [\n");
    for (guint i = 0; i < world->sightings->len; i++)
        add_message(world, &seen[i], i ? seen[i].time - seen[i - 1].time : 0, text);
    g_string_truncate(text, text->len - 2);
    g_string_append(text, "]}\n");
    return g_string_free(text, FALSE);
}
