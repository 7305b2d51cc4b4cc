/* topology.c
 * Nodes, KM links and routes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "topology.h"

static void make_node(sim_world *world, unsigned number)
{
    static const char *const cities[NODES_MAX] = {"Sapporo", "Sendai", "Tokyo",   "Nagoya",
                                                  "Kyoto",   "Osaka",  "Fukuoka", "Naha"};
    sim_node *node = &world->nodes[number];

    node->kma_id = memory_print(&world->memory, "KMA-%s", cities[number]);
    node->port = (uint16_t)(7100 + number);
    node->next_message_id = chance_percent(&world->chance, 70) ? 1 : (uint32_t)chance_word(&world->chance);
}

static bool is_adjacent(sim_world *world, unsigned low, unsigned high)
{
    const sim_policies *p = &world->policies;

    if (high == low + 1)
        return true;
    if (p->topology == RING)
        return low == 0 && high == p->nodes - 1;
    return p->topology == MESH && chance_percent(&world->chance, 50);
}

static void make_pair(sim_world *world, unsigned low, unsigned high)
{
    const sim_policies *p = &world->policies;

    world->pairs[low][high] = (sim_pair){.low = low,
                                         .high = high,
                                         .adjacent = is_adjacent(world, low, high),
                                         .captured = chance_percent(&world->chance, p->links_captured),
                                         .skew = chance_between(&world->chance, -p->skew, p->skew)};
}

void topology_make(sim_world *world)
{
    unsigned nodes = world->policies.nodes;

    for (unsigned low = 0; low < nodes; low++) {
        make_node(world, low);
        for (unsigned high = low + 1; high < nodes; high++)
            make_pair(world, low, high);
    }
}

/* Depth first, neighbours in random order. Returns the length of the way. */
static unsigned search(sim_world *world, unsigned *way, unsigned length, unsigned to, unsigned avoided)
{
    unsigned from = way[length - 1], nodes = world->policies.nodes;
    unsigned offset = chance_below(&world->chance, nodes),
             step = chance_percent(&world->chance, 50) ? 1 : nodes - 1;

    if (from == to)
        return length;
    avoided |= 1U << from;
    for (unsigned i = 0; i < nodes; i++) {
        unsigned next = (offset + i * step) % nodes;
        if (avoided >> next & 1 || !world_pair(world, from, next)->adjacent)
            continue;
        way[length] = next;
        unsigned found = search(world, way, length + 1, to, avoided);
        if (found)
            return found;
    }
    return 0;
}

sim_route topology_route(sim_world *world, unsigned from, unsigned to, unsigned avoided)
{
    unsigned *way = MEMORY_NEW(&world->memory, unsigned, NODES_MAX);

    way[0] = from;
    return (sim_route){way, search(world, way, 1, to, avoided)};
}

sim_route topology_join(sim_world *world, sim_route first, sim_route second)
{
    unsigned *way = MEMORY_NEW(&world->memory, unsigned, 2 * NODES_MAX);
    unsigned length = 0;

    while (first.nodes[length] != second.nodes[0]) {
        way[length] = first.nodes[length];
        length++;
    }
    for (unsigned i = 0; i < second.length; i++)
        way[length + i] = second.nodes[i];
    return (sim_route){way, length + second.length};
}
