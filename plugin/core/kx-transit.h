/* kx-transit.h
 * Lists of transit nodes (Table 1: Transit KMA IDs), each kept once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TRANSIT_H
#define KX_TRANSIT_H

#include "kx-message.h"

/* The number of a message's list, from 1 on; 0 if it has none. */
uint32_t kx_transit_number(const kx_message *message);

/* Whether a list is what is left of another one, and shorter. */
bool kx_transit_is_rest(uint32_t whole, uint32_t rest);

/* Whether a hop may name the list later if the route's first one names the list first: it is the same, or the rest
 * of it (the nodes that are still ahead), or one of them names none. */
bool kx_transit_goes_with(uint32_t first, uint32_t later);

/* The list as text, or its beginning; NULL for 0. Lives until kx_interned_forget(). */
const char *kx_transit_text(uint32_t number);

/* How many nodes a list has; 0 for 0. */
uint32_t kx_transit_count(uint32_t number);

void kx_transit_forget(void);

#endif
