/* answering.h
 * What key managers say of a key relay that they received.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_ANSWERING_H
#define KX_SIMULATOR_ANSWERING_H

#include "world.h"

/* How a batch, or all of a relay's, ended. */
typedef struct {
    sim_hop **hops;         /* the last one of each */
    sim_message **attempts; /* of these: the ones that counted */
    unsigned count;
    kx_verdict verdict;
    const char *response;
} sim_end;

/* The receiver of a hop answers at once that it has it. */
void answering_acknowledge(sim_world *world, sim_hop *hop, sim_message *attempt, int64_t when);

/* The receiver of a hop refuses it. */
void answering_refuse(sim_world *world, sim_hop *hop, sim_message *attempt, int64_t when,
                      const char *response);

/* The destination tells how it ended, by the network's policy. */
void answering_arrived(sim_world *world, const sim_end *end, int64_t when);

/* A refusal that no detour mended is told to the source, by the network's policy. */
void answering_given_up(sim_world *world, const sim_end *end, int64_t when);

/* An attempt after the first one is answered as the first one was. */
void answering_repeat(sim_world *world, sim_hop *hop, sim_message *attempt, int64_t when);

const char *answering_failure(sim_world *world);

#endif
