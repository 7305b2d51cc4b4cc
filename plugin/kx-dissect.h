/* kx-dissect.h
 * Dissects one message, or bytes that are none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_DISSECT_H
#define KX_DISSECT_H

#include "kx-compat.h"

#define KX_TITLE "QKDN Kx interface (ITU-T Q.4163)"

/* By these names other dissectors, and exported PDUs, find ours. */
#define KX_TCP_DISSECTOR "kx"
#define KX_TLS_DISSECTOR "kx.tls"

/* Dissect one message, or a range of bytes that belongs to none. tvb: just these bytes. tree: the frame's. */
void kx_dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool in_tls);
void kx_dissect_skipped(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Registers the header's fields and the tap. proto: the protocol's number. */
void kx_dissect_register(int proto);

#endif
