/* ending.h
 * How key relays ended, as far as the captured answers tell.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_ENDING_H
#define KX_SIMULATOR_ENDING_H

#include "world.h"

/* Works out the end of every relay of a captured network; the following functions need it. */
void ending_settle(sim_world *world);

/* What messages of one relay have in common, and others do not: the relay, or the batch where nothing that is
 * captured says that its batches are of one relay. NULL: none. */
const void *ending_relay(const sim_message *m);

/* The results that are right, as bits: 1 << kx_relay_result. Several where what is captured tells it in part. */
unsigned ending_results(const sim_message *m);

/* Whether an answer told of a failure of the relay there, and none of one further on. hop: 0: end to end. */
bool ending_failed_at(const sim_world *world, const sim_message *m, unsigned hop);

/* Whether an answer told of a failure of the relay so. */
bool ending_failed_with(const sim_world *world, const sim_message *m, const char *response);

#endif
