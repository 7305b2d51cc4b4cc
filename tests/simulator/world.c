/* world.c
 * One network from its seed to its capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "world.h"

#include "capture.h"
#include "relaying.h"
#include "sending.h"
#include "supplying.h"
#include "topology.h"

#include <string.h>

sim_world *world_new(void)
{
    sim_world *world = g_new0(sim_world, 1);

    world->messages = g_ptr_array_new();
    world->sightings = g_array_new(FALSE, FALSE, sizeof(sim_sighting));
    world->by_frame = g_array_new(FALSE, TRUE, sizeof(guint));
    return world;
}

void world_free(sim_world *world)
{
    g_ptr_array_free(world->messages, TRUE);
    g_array_free(world->sightings, TRUE);
    g_array_free(world->by_frame, TRUE);
    if (world->memory.blocks)
        g_ptr_array_free(world->memory.blocks, TRUE);
    g_free(world);
}

static void forget(sim_world *world)
{
    memory_reset(&world->memory);
    g_ptr_array_set_size(world->messages, 0);
    g_array_set_size(world->sightings, 0);
    g_array_set_size(world->by_frame, 0);
    world->relays = NULL;
    world->supplies = NULL;
    world->relay_count = world->batch_count = world->key_count = world->session_count = 0;
    world->connection_count = 0;
}

static void suit_file(sim_policies *policies)
{
    policies->again = 0;
    policies->together = 0;
    policies->node_table = false;
}

void world_make(sim_world *world, uint64_t seed, bool for_file)
{
    forget(world);
    world->seed = seed;
    world->chance.state = sim_mix(seed);
    policies_draw(&world->policies, &world->chance);
    if (for_file)
        suit_file(&world->policies);
    topology_make(world);
    relaying_plan(world);
    supplying_plan(world);
    sending_arrange(world);
    capture_take(world);
}

sim_pair *world_pair(sim_world *world, unsigned one, unsigned other)
{
    return &world->pairs[MIN(one, other)][MAX(one, other)];
}

sim_message *world_send(sim_world *world, uint16_t command_code, unsigned from, unsigned to, int64_t when)
{
    sim_message *m = MEMORY_NEW(&world->memory, sim_message, 1);

    *m = (sim_message){.sent = when, .from = from, .to = to, .command_code = command_code};
    g_ptr_array_add(world->messages, m);
    return m;
}

bool hop_seen(const sim_hop *hop)
{
    for (const sim_message *m = hop->attempts; m; m = m->next)
        if (m->seen)
            return true;
    return false;
}

const sim_hop *hop_seen_before(const sim_hop *hop)
{
    do
        hop = hop->previous;
    while (hop && !hop_seen(hop));
    return hop;
}
