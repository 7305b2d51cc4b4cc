/* story.h
 * A simulated network for people to read: what was captured, what is true of it, what was said of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_STORY_H
#define KX_SIMULATOR_STORY_H

#include "world.h"

/* Prints the network's policies. */
void story_begin(const sim_world *world);

/* Prints a sighting, what is true and what the core says. */
void story_tell(const sim_world *world, const sim_sighting *seen, const kx_links *links);

#endif
