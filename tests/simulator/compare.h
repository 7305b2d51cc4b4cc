/* compare.h
 * Compares what the core says of one captured message with the truth.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_COMPARE_H
#define KX_SIMULATOR_COMPARE_H

#include "statements.h"
#include "world.h"

/* Of one network. */
typedef struct {
    const sim_world *world;
    sim_pass pass;
    bool details; /* whether findings come with theirs */
    sim_tally *tally;
    GPtrArray *relays;        /* number that the core gave -> what it stands for */
    GHashTable *numbers;      /* the other way round */
    const sim_sighting *seen; /* the one compared */
    GString *log;             /* of what was not right; NULL: nobody wants it */
    unsigned said[STATEMENTS][SAID_WAYS];
} sim_comparison;

/* Counts one statement. */
void compare_count(sim_comparison *comparison, sim_statement statement, sim_said said);

/* links: what the core says of the sighting. */
void compare_message(sim_comparison *comparison, const sim_sighting *seen, const kx_links *links);

#endif
