/* scenario.h
 * A simulated network as a scenario for kx-capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_SCENARIO_H
#define KX_SIMULATOR_SCENARIO_H

#include "world.h"

/* Returns JSON text; g_free() it. The world must have been made for a file. */
char *scenario_text(const sim_world *world);

#endif
