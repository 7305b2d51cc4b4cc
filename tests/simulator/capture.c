/* capture.c
 * Capture points, clocks, frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "capture.h"

/* ---- frames ---- */

static int by_time(gconstpointer a, gconstpointer b)
{
    const sim_sighting *one = a, *other = b;

    return one->time < other->time ? -1 : one->time > other->time;
}

static bool same_stream(const sim_message *one, const sim_message *other)
{
    return one->connection == other->connection && one->from == other->from;
}

/* Messages that follow each other on a connection may share a segment. */
static bool joins(sim_world *world, const sim_sighting *before, const sim_sighting *seen)
{
    return !seen->again && !before->again && same_stream(before->message, seen->message) &&
           seen->time - before->time < 10 * MILLISECOND &&
           chance_percent(&world->chance, world->policies.together);
}

static void number_frames(sim_world *world)
{
    sim_sighting *before = NULL;
    uint32_t frame = 0;

    for (guint i = 0; i < world->sightings->len; i++) {
        sim_sighting *seen = &g_array_index(world->sightings, sim_sighting, i);
        if (before && joins(world, before, seen)) {
            seen->ordinal = before->ordinal + 1;
            seen->time = before->time;
        } else {
            frame += 1 + chance_below(&world->chance, 4);
            g_array_set_size(world->by_frame, frame + 1);
            g_array_index(world->by_frame, guint, frame) = i + 1;
        }
        seen->frame = frame;
        before = seen;
        if (!seen->again)
            seen->message->seen = seen;
    }
}

/* What was sent while nobody captured, and what the capture misses. */
static void lose(sim_world *world)
{
    guint count = world->messages->len, first = 0, end = count;

    if (world->policies.cut && count > 4) {
        first = chance_below(&world->chance, count / 2);
        end = count - chance_below(&world->chance, count / 4);
    }
    for (guint i = 0; i < count; i++) {
        sim_message *m = g_ptr_array_index(world->messages, i);
        bool missed = !m->verdict && chance_percent(&world->chance, world->policies.requests_lost);
        m->lost = m->lost || missed || i < first || i >= end;
    }
}

static void see(sim_world *world, sim_message *m)
{
    const sim_pair *pair = world_pair(world, m->from, m->to);
    sim_sighting seen = {.message = m, .time = m->sent + pair->skew};

    if (!pair->captured || m->lost)
        return;
    g_array_append_val(world->sightings, seen);
    if (!chance_percent(&world->chance, world->policies.again))
        return;
    seen.again = true;
    seen.time += chance_between(&world->chance, MICROSECOND, SECOND / 4);
    g_array_append_val(world->sightings, seen);
}

void capture_take(sim_world *world)
{
    lose(world);
    for (guint i = 0; i < world->messages->len; i++)
        see(world, g_ptr_array_index(world->messages, i));
    g_array_sort(world->sightings, by_time);
    number_frames(world);
}

const sim_sighting *capture_frame(const sim_world *world, uint32_t frame)
{
    guint index = frame < world->by_frame->len ? g_array_index(world->by_frame, guint, frame) : 0;

    return index ? &g_array_index(world->sightings, sim_sighting, index - 1) : NULL;
}

/* ---- what the core is told ---- */

static uint64_t node_number(const sim_world *world, unsigned node, unsigned peer)
{
    const sim_policies *p = &world->policies;

    if (p->one_host)
        return sim_mix(1);
    if (p->node_table || !p->many_addresses)
        return sim_mix(100 + node);
    return sim_mix(1000 + node * NODES_MAX + peer); /* an address for each link */
}

static kx_end end_at(const sim_world *world, const sim_connection *connection, unsigned node, unsigned peer)
{
    bool serves = node == connection->server;

    return (kx_end){.node = node_number(world, node, peer),
                    .port = serves ? world->nodes[node].port : connection->client_port,
                    .listens = serves && world->policies.listening_known};
}

kx_sighting capture_sighting(const sim_world *world, const sim_sighting *seen, const kx_message *message)
{
    const sim_message *m = seen->message;

    return (kx_sighting){.frame = seen->frame,
                         .ordinal = seen->ordinal,
                         .time = seen->time,
                         .from = end_at(world, m->connection, m->from, m->to),
                         .to = end_at(world, m->connection, m->to, m->from),
                         .indistinct = world->policies.one_host,
                         .connection = m->connection->number,
                         .forward = m->from == m->connection->client,
                         .again = seen->again,
                         .message = message};
}
