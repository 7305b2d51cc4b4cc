/* kx-handover.h
 * Handing a payload to Wireshark's JSON dissector, where that is safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HANDOVER_H
#define KX_HANDOVER_H

#include "kx-findings.h"
#include "kx-json.h"

/* Hands the payload to the JSON dissector, or notes why it was spared it.
 * tvb: the message; payload_offset: where in it the payload begins.
 * tree: the frame's, to which the JSON dissector adds its own; message_item: what a finding hangs on.
 * reader: has read the payload. The columns are left as they are. */
void kx_handover(tvbuff_t *tvb, int payload_offset, packet_info *pinfo, proto_tree *tree,
                 proto_item *message_item, const kx_json_reader *reader, kx_findings *findings);

/* Looks the JSON dissector up. */
void kx_handover_prepare(void);

#endif
