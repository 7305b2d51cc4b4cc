/* capture.h
 * What is captured of a network: of some links perhaps nothing, by clocks that differ, some of it twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_CAPTURE_H
#define KX_SIMULATOR_CAPTURE_H

#include "world.h"

/* Puts what is captured in the order of the capture file. */
void capture_take(sim_world *world);

/* What the core is told of a sighting. message: what it says; stays the caller's. */
kx_sighting capture_sighting(const sim_world *world, const sim_sighting *seen, const kx_message *message);

/* The messages of a frame, one after the other: the first sighting, or NULL if there is no such frame. */
const sim_sighting *capture_frame(const sim_world *world, uint32_t frame);

#endif
