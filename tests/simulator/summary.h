/* summary.h
 * Compares the table of relays with what became of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_SUMMARY_H
#define KX_SIMULATOR_SUMMARY_H

#include "compare.h"

/* At the end; numbers: those under which the core speaks of relays. */
void summary_compare(sim_comparison *comparison);

#endif
