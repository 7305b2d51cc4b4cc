/* kx-queues.h
 * Hops and batches in the order in which they may be answered, for requests that have many of them: by a key, a queue
 * that is looked through from the oldest one that still matters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_QUEUES_H
#define KX_QUEUES_H

#include <stdbool.h>
#include <stdint.h>

/* Adds an item at the end of a key's queue. item: not 0. */
void kx_queue_add(uint64_t key, uint32_t item);

/* Calls visit for items of a key's queue, oldest first: from the first one on for which is_past is false, at most so
 * many of them, and for the newest one. What is_past was true for at the queue's head is never looked at again, so
 * it must stay true. */
typedef bool kx_queue_is_past(uint32_t item, void *data);
typedef void kx_queue_visit(uint32_t item, void *data);
void kx_queue_look(uint64_t key, unsigned most, kx_queue_is_past *is_past, kx_queue_visit *visit, void *data);

void kx_queues_forget(void);

#endif
