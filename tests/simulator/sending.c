/* sending.c
 * Connections and MessageIDs, in the order of time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sending.h"

static sim_connection *open_connection(sim_world *world, unsigned client, unsigned server)
{
    sim_connection *connection = MEMORY_NEW(&world->memory, sim_connection, 1);

    *connection = (sim_connection){.number = ++world->connection_count,
                                   .client = client,
                                   .server = server,
                                   .client_port = (uint16_t)(49152 + world->connection_count % 16000),
                                   .next_message_id = {1, 1}};
    return connection;
}

/* The place of the connection that a link, or a direction of it, uses at the time. */
static sim_connection **lasting_connection(sim_world *world, const sim_message *m)
{
    sim_pair *pair = world_pair(world, m->from, m->to);
    bool by_sender = world->policies.connections == PER_DIRECTION;

    return &pair->connections[by_sender && m->from == pair->high];
}

static bool chance_reconnects(sim_world *world)
{
    return world->policies.reconnects && chance_percent(&world->chance, world->policies.reconnects);
}

static sim_connection *any_connection(sim_world *world, const sim_message *m)
{
    sim_connection **lasting = lasting_connection(world, m);
    bool sender_opens = world->policies.connections == PER_DIRECTION || chance_percent(&world->chance, 50);

    if (!*lasting || m->channel == OTHER_CONNECTION_THAN || chance_reconnects(world))
        *lasting =
            sender_opens ? open_connection(world, m->from, m->to) : open_connection(world, m->to, m->from);
    return *lasting;
}

static sim_connection *connection_of(sim_world *world, const sim_message *m)
{
    bool per_message = world->policies.connections == PER_MESSAGE;

    if (m->channel == CONNECTION_OF && m->supply && world->policies.no_sessions)
        return m->channel_of->connection; /* nothing else tells what it answers */
    if (m->channel == OWN_CONNECTION)
        return open_connection(world, m->from, m->to);
    if (per_message)
        return m->channel == CONNECTION_OF ? m->channel_of->connection
                                           : open_connection(world, m->from, m->to);
    return any_connection(world, m);
}

static uint32_t own_message_id(sim_world *world, const sim_message *m)
{
    switch (world->policies.message_ids) {
    case COUNTER_OF_NODE:
        return world->nodes[m->from].next_message_id++;
    case COUNTER_OF_CONNECTION:
        return m->connection->next_message_id[m->from != m->connection->client]++;
    case UNIQUE_EVERYWHERE:
        return (uint32_t)chance_word(&world->chance);
    default:
        return 1;
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const sim_message *one = *(const sim_message *const *)a, *other = *(const sim_message *const *)b;

    return one->sent < other->sent ? -1 : one->sent > other->sent;
}

void sending_arrange(sim_world *world)
{
    g_ptr_array_sort(world->messages, by_time);
    for (guint i = 0; i < world->messages->len; i++) {
        sim_message *m = g_ptr_array_index(world->messages, i);
        m->connection = connection_of(world, m);
        m->message_id = m->echoes ? m->echoes->message_id : own_message_id(world, m);
    }
}
