/* runner.h
 * Lets the core see a simulated network, and compares what it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_RUNNER_H
#define KX_SIMULATOR_RUNNER_H

#include "compare.h"

typedef struct {
    sim_world *world;
    GPtrArray *relays;
    GHashTable *numbers;
    sim_tally tally;
} sim_runner;

sim_runner *runner_new(void);
void runner_free(sim_runner *runner);

/* Has the core see the network of a seed, and counts what it says into the tally. said: filled in with how often of
 * this network. story: whether to print it, with whatever was not right. */
void runner_run(sim_runner *runner, uint64_t seed, bool story, unsigned said[STATEMENTS][SAID_WAYS]);

/* The same for what somebody else says of the runner's world: one kx_links a sighting, known at the end. */
void runner_judge(sim_runner *runner, const GArray *links, bool story, unsigned said[STATEMENTS][SAID_WAYS]);

#endif
