/* kx-relays.h
 * Key relays (clause 7.1): which 0x1101 messages are of one relay, which of one batch of keys, and the hops of a
 * batch.
 *
 * A relay is what has one Key relay request ID and the same end points, a batch what of it has the same Key IDs. A
 * hop is
 * what goes from one node to another for a batch, however often it is sent. All but links between hops that the
 * capture shows too late, and hops that change a batch, is known at once; kx_relays_settle() finds the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_RELAYS_H
#define KX_RELAYS_H

#include "kx-batches.h"

/* What queues are kept for, by request (kx-queues.h): hops by their ends; batches by each sender, by each receiver,
 * and all of them. */
typedef enum { KX_QUEUE_LINK, KX_QUEUE_SENDER, KX_QUEUE_RECEIVER, KX_QUEUE_BATCH } kx_queue_kind;

uint64_t kx_relays_queue_key(uint64_t request, kx_queue_kind kind, uint32_t end, uint32_t other);

/* The hash of a Key relay request ID; 0 for NULL. */
uint64_t kx_request_hash(const char *request_id);

/* The newest relay with a request ID; 0 if there is none. */
uint32_t kx_relays_of_request(uint64_t request);

/* Whether request IDs of the capture are such that several sources use the same one at a time. */
bool kx_relays_have_namesakes(void);

/* Takes note of a 0x1101. Its hop is in the record then. */
void kx_relays_see(const kx_sighting *sighting, const kx_way *way, uint32_t number);

void kx_relays_start(void);
void kx_relays_forget(void);

#endif
