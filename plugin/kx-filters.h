/* kx-filters.h
 * The conversation filters of the packet list's context menu: a Kx session, a key relay.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_FILTERS_H
#define KX_FILTERS_H

#include "kx-frame.h"
#include "kx-track.h"

/* Remembers what the frame's messages can be filtered by, for as long as the frame is looked at. */
void kx_filters_remember(packet_info *pinfo, const kx_message *message, const kx_links *links);

/* Registers the filters. */
void kx_filters_register(void);

#endif
