/* kx-hops.h
 * The hops of a batch (clause 7.1, Figures 1 and 2): which comes after which, told by the nodes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HOPS_H
#define KX_HOPS_H

#include "kx-batches.h"

/* The batch's hop between two ends; the newest one to an end; the first one from an end. 0 if there is none. */
uint32_t kx_hops_find(uint32_t batch, uint32_t from, uint32_t to);
uint32_t kx_hops_newest_to(uint32_t batch, uint32_t end);
uint32_t kx_hops_first_from(uint32_t batch, uint32_t end);

/* Adds a hop to its batch, and finds the hop before it among those seen so far. hop: batch, first, ends, older_to and
 * so on are set. */
void kx_hops_add(uint32_t hop);

/* The hop's number, or KX_HOP_UNKNOWN. root: set to the first hop of its chain; 0 if not known. Before the capture
 * was read to its end, a hop that nothing was seen to come before may be any: its number is known only where its
 * node has begun batches of that Source before. */
uint32_t kx_hops_measure(uint32_t hop, uint32_t *root);

/* The hop of a record on the hop before; 0 if there is none, or if it is not known yet. */
uint32_t kx_hops_previous(uint32_t hop);

/* The capture was read to its end: links hops by what was captured later, and finds those that change a batch. */
void kx_hops_settle(void);

/* clock_skew: nanoseconds. */
void kx_hops_start(int64_t clock_skew);
void kx_hops_forget(void);

#endif
