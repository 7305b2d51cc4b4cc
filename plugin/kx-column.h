/* kx-column.h
 * What a message is, in a phrase: in the columns Protocol and Info, and on its line of the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_COLUMN_H
#define KX_COLUMN_H

#include "kx-findings.h"
#include "kx-frame.h"
#include "kx-track.h"

/* Claims both columns for the frame's next message or skipped range: the first one of a frame clears Info. */
void kx_column_begin(packet_info *pinfo);

/* Adds what the message is, in one phrase without key data: what matters first, its IDs last. links: what is known of
 * it so far. findings: noted so far. */
void kx_column_add_message(packet_info *pinfo, const kx_message *message, const kx_links *links,
                           const kx_findings *findings);

/* Adds to the message's line in the tree what tells it from others of its frame. */
void kx_column_label(packet_info *pinfo, proto_item *item, const kx_message *message);

/* Adds that so many bytes belong to no message. */
void kx_column_add_skipped(packet_info *pinfo, unsigned length);

#endif
