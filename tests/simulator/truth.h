/* truth.h
 * What is true of a captured message, as those who acted know it, in terms of what was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_TRUTH_H
#define KX_SIMULATOR_TRUTH_H

#include "world.h"

/* A relation of a message to another captured one. */
typedef bool sim_relation(const sim_message *m, const sim_message *other);

/* The first attempt that is captured. */
const sim_message *truth_first_attempt(const sim_message *attempts);

/* Hops of the way that are captured, up to this one. */
unsigned truth_hop(const sim_hop *hop);

sim_relation truth_is_previous_hop; /* an attempt of the hop before */
sim_relation truth_is_next_hop;
sim_relation truth_is_first_hop;        /* of its way, where this one is further */
sim_relation truth_is_first_sent;       /* of which m is a repeat */
sim_relation truth_is_request;          /* m answers it */
sim_relation truth_is_response;         /* it answers m */
sim_relation truth_is_telling_response; /* and says something of what it answers */

/* It answers m, and nothing else that is captured does so better: more directly, or finally. */
bool truth_is_best_response(const sim_world *world, const sim_message *m, const sim_message *other);

/* Whether a captured message of the batch has its request ID: transit nodes may leave it out, and the first hop may not
 * be captured. */
bool truth_is_named(const sim_batch *batch);

/* The request ID in a completion; NULL: none. */
const char *truth_relay_named(const sim_message *m);

/* Whether an answer says anything of what it answers. Of one that does not, nobody can tell. */
bool truth_refers(const sim_message *m);

/* Whether a captured message has the relation to m. */
bool truth_exists(const sim_world *world, const sim_message *m, sim_relation *relation);

/* Whether a completion answers that hop; 0: whether it is end to end. Where the first hop is the last one, both. */
bool truth_answers_hop(const sim_message *m, unsigned hop);

#endif
