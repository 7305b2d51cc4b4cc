/* Kx messages to bytes and back (Figure I.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_WIRE_H
#define KX_LIVE_WIRE_H

#include "cast.h"
#include "message.h"

#define HEADER_SIZE 10

/* Where the fields of the header end. */
extern const gsize header_ends[4];

/* The message as this KM writes it. */
GBytes *wire_encode(const kx_message_t *message, const km_t *km);

/* Returns the length of the payload. */
guint16 wire_decode_header(const guint8 *header, kx_message_t *message);

/* Understands every spelling. */
gboolean wire_decode_payload(const char *payload, gssize length, kx_message_t *message, GError **error);

#endif
