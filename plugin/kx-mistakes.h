/* kx-mistakes.h
 * What is wrong with how messages are put on a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_MISTAKES_H
#define KX_MISTAKES_H

#include "kx-findings.h"
#include "kx-framing.h"

/* Notes what the bytes look like instead of Kx, if they do. item: the message's, or that of skipped bytes. */
void kx_note_mistake(proto_item *item, kx_mistake mistake, kx_findings *findings);

/* Notes how many bytes before a connection's first message were not read, if there are any. */
void kx_note_late(proto_item *item, uint64_t late, kx_findings *findings);

/* What is complete as JSON is the payload, whatever Length says: notes by how much that is wrong, and the likely
 * cause. tvb: the message. said: its Length. Returns whether it is wrong. */
bool kx_note_length(tvbuff_t *tvb, proto_item *item, uint16_t said, kx_findings *findings);

#endif
