/* kx-handover.h
 * Handing a payload to Wireshark's JSON dissector, where that is safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HANDOVER_H
#define KX_HANDOVER_H

#include "kx-findings.h"
#include "kx-frame.h"
#include "kx-json.h"
#include "kx-message.h"

/* Whether the message's payload may be handed to the JSON dissector; notes why not. What the capture cut off may not,
 * and without a payload or by the user's preference there is nothing to note.
 * message_item: what a finding hangs on. frame: the packet's. message: complete. reader: has read the payload. */
bool kx_handover_allowed(tvbuff_t *tvb, packet_info *pinfo, proto_item *message_item,
                         const kx_frame_state *frame, const kx_message *message, const kx_json_reader *reader,
                         kx_findings *findings);

/* Hands the payload over, if anyone can tell. tvb: the message; payload_offset: where in it the payload begins.
 * tree: the frame's, to which the JSON dissector adds its own. message_item: the last one in it so far; goes after
 * that. The columns are left as they are. */
void kx_handover(tvbuff_t *tvb, int payload_offset, packet_info *pinfo, proto_tree *tree,
                 proto_item *message_item);

/* Looks the JSON dissector up. */
void kx_handover_prepare(void);

#endif
