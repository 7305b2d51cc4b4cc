/* kx-stream.h
 * From what TCP and TLS deliver to messages: delimiting and reassembling them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STREAM_H
#define KX_STREAM_H

#include "kx-compat.h"

/* proto: the protocol's number, for what is kept with a packet. */
void kx_stream_register(int proto);

/* Dissect a segment of a TCP connection, or a record of a TLS session, that is Kx. Dissector functions: data is what
 * TCP or TLS hands over, or NULL; they return the number of bytes that were captured. */
int kx_stream_dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
int kx_stream_dissect_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

/* Asks for one more segment, or record, to be handed over together with tvb: for a connection that nobody has claimed
 * yet. Returns FALSE if that cannot be. */
kx_bool kx_stream_wait(tvbuff_t *tvb, packet_info *pinfo, bool in_tls);

#endif
