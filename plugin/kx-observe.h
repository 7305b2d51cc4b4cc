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

/* The stream index that Wireshark shows of the TCP connection at hand. False if it is not TCP's. */
bool kx_observe_tcp_stream(packet_info *pinfo, uint32_t *stream);

#endif
