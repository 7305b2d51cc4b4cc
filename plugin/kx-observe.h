/* kx-observe.h
 * Where a message was seen, as the core wants to know it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_OBSERVE_H
#define KX_OBSERVE_H

#include "kx-compat.h"

#include "kx-sighting.h"

/* The sighting of a message. message: kept by reference. ordinal: counts the messages of the frame from 0. */
kx_sighting kx_observe(packet_info *pinfo, const kx_message *message, unsigned ordinal);

#endif
