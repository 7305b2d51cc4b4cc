/* kx-stream.h
 * From what TCP and TLS deliver to messages: recognising Kx, claiming connections, delimiting messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STREAM_H
#define KX_STREAM_H

#include "kx-compat.h"

/* By these names other dissectors, and exported PDUs, find ours. */
#define KX_TCP_DISSECTOR "kx"
#define KX_TLS_DISSECTOR "kx.tls"

/* Registers the dissectors. proto: the protocol's number. */
void kx_stream_register(int proto);

/* Offers them to TCP and TLS: heuristics, port preferences and Decode As. */
void kx_stream_handoff(void);

#endif
