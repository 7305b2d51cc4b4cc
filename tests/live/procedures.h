/* The session that is recorded: what KMA-Tokyo starts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_PROCEDURES_H
#define KX_LIVE_PROCEDURES_H

#include "channel.h"

void procedures_run(const world_t *world);

#endif
