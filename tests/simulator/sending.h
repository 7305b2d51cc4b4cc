/* sending.h
 * On which TCP connections messages go, and with which MessageIDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_SENDING_H
#define KX_SIMULATOR_SENDING_H

#include "world.h"

/* Sorts all messages by time, and gives each its connection and its MessageID. */
void sending_arrange(sim_world *world);

#endif
