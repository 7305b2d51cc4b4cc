/* dissected.h
 * What tshark says of a captured network, as the core would say it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_DISSECTED_H
#define KX_SIMULATOR_DISSECTED_H

#include "tshark.h"
#include "world.h"

/* Has tshark dissect a capture of the world, in two passes. The world's sightings get the frame numbers and the times
 * of the capture. Returns one kx_links a sighting, or NULL. */
GArray *dissected_read(tshark_t *tshark, const char *capture, sim_world *world, GError **error);

#endif
