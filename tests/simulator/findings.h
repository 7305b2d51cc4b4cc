/* findings.h
 * Compares what the core finds fault with, with the faults that key managers really had.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_FINDINGS_H
#define KX_SIMULATOR_FINDINGS_H

#include "compare.h"

void findings_compare(sim_comparison *comparison, const sim_sighting *seen, const kx_links *links);

/* Of what TCP delivered before nothing is to be found. */
void findings_compare_again(sim_comparison *comparison, const kx_links *links);

#endif
