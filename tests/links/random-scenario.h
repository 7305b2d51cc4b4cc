/* random-scenario.h
 * Scenarios for kx-capture in which many key relays and sessions run at the same time over many connections,
 * and in which everything happens that makes it hard to tell what belongs together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_RANDOM_SCENARIO_H
#define KX_LINKS_RANDOM_SCENARIO_H

#include <glib.h>

/* Returns a scenario as JSON text; the same seed yields the same. stories: how many relays and sessions. */
char *random_scenario(guint32 seed, guint stories);

#endif
