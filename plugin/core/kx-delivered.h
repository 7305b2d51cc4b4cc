/* kx-delivered.h
 * Which bytes of one direction of a TCP connection were delivered as messages, so that a message that is delivered
 * again is known: a retransmission, or the copy in a capture that was doubled by a mirror port or merged from both
 * ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_DELIVERED_H
#define KX_DELIVERED_H

#include <stdbool.h>
#include <stdint.h>

/* Gaps that are remembered at a time, plus one: what is lost in a capture is either filled soon or never. */
#define KX_DELIVERED_RANGES 8

/* Sequence numbers from one up to, but not including, another; they wrap. */
typedef struct {
    uint32_t from, to;
} kx_sequence_range;

/* Starts with all zero. */
typedef struct {
    unsigned count;
    kx_sequence_range ranges[KX_DELIVERED_RANGES]; /* in order, none touches the next */
} kx_delivered;

/* Whether all of these bytes were delivered. from: the sequence number of the first one; length: their number. */
bool kx_delivered_holds(const kx_delivered *delivered, uint32_t from, uint32_t length);

/* Takes note of a message, likewise. Returns whether all of it was delivered before. Takes constant time. */
bool kx_delivered_again(kx_delivered *delivered, uint32_t from, uint32_t length);

#endif
