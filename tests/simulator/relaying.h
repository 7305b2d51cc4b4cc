/* relaying.h
 * Source KMs relay keys; transit KMs pass them on, or do not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_RELAYING_H
#define KX_SIMULATOR_RELAYING_H

#include "world.h"

/* Plans all key relays of a network, with their answers. */
void relaying_plan(sim_world *world);

#endif
