/* supplying.h
 * Source KMs have destination KMs supply keys to applications (clause 7.2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_SUPPLYING_H
#define KX_SIMULATOR_SUPPLYING_H

#include "world.h"

/* Plans all key supplies of a network, with their responses. */
void supplying_plan(sim_world *world);

#endif
