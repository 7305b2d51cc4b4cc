/* topology.h
 * Which nodes there are, which of them have a KM link, and what ways lead through them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_TOPOLOGY_H
#define KX_SIMULATOR_TOPOLOGY_H

#include "world.h"

typedef struct {
    const unsigned *nodes;
    unsigned length; /* 0: there is no way */
} sim_route;

void topology_make(sim_world *world);

/* A random way that no node is on twice. avoided: nodes it does not go through, as a set of bits. */
sim_route topology_route(sim_world *world, unsigned from, unsigned to, unsigned avoided);

/* One way after another, the first one up to the node that the second one begins with. */
sim_route topology_join(sim_world *world, sim_route first, sim_route second);

#endif
