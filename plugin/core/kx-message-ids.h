/* kx-message-ids.h
 * Which MessageIDs were used before (Figure I.1: each message has one of its own).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_MESSAGE_IDS_H
#define KX_MESSAGE_IDS_H

#include "kx-records.h"

/* The newest message with this MessageID in the opposite direction of the connection; 0 if there is none. */
uint32_t kx_message_ids_asked(const kx_way *way, uint32_t message_id);

/* Notes that a message used its MessageID, unless it echoes the message that it answers, or repeats one.
 * number: its record, which knows already what it belongs to. */
void kx_message_ids_use(const kx_way *way, uint32_t message_id, uint32_t number);

/* The record that used a record's MessageID before; 0 if there is none. message_id: set to the MessageID then. */
uint32_t kx_message_ids_earlier(uint32_t number, uint32_t *message_id);

/* Whether the MessageID is the next one of its sender's own counter, so that it may be an echo by coincidence. Also
 * notes the MessageID as the sender's newest; to be called once a message, before kx_message_ids_use(). */
bool kx_message_ids_counts_on(const kx_way *way, uint32_t message_id);

void kx_message_ids_forget(void);

#endif
