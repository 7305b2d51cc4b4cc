/* kx-framing.h
 * Where Kx messages begin and end in a byte stream (Figure I.1): the 10-byte header, the heuristic's
 * predicate, and how to find the next message after a gap.
 *
 * Plain bytes in, verdicts out: this unit does not know epan, so it is tested and fuzzed alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_FRAMING_H
#define KX_FRAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "kx-header.h"

/* The longest message in bytes: one whose Length counts characters. */
#define KX_MESSAGE_MAX (KX_HEADER_LENGTH + 4 * UINT16_MAX)

typedef enum {
    KX_CLAIM_NO,
    KX_CLAIM_YES,   /* the bytes are Kx, though perhaps not from the first one on */
    KX_CLAIM_UNSURE /* as far as they go; the next segment decides */
} kx_claim;

/* The heuristic's predicate: whether a segment of a connection nobody has claimed yet carries Kx messages.
 * bytes, length: the segment's payload as captured, in bytes. */
kx_claim kx_framing_claims(const uint8_t *bytes, uint32_t length);

/* The same, but only of a message at the segment's beginning. */
kx_claim kx_framing_begins(const uint8_t *bytes, uint32_t length);

/* Whether a message begins that goes with the one before it: of its Version, and no counter that passes the
 * CommandCodes, before which everything stays the same. before: that one's header. */
bool kx_framing_follows(const kx_header *before, const uint8_t *bytes, uint32_t length);

/* The same for the bytes of several short segments in a row, none of which shows by itself that it is Kx. Where they
 * begin is chance, so a message must show the beginning of an object.
 * at: set to the offset of the message's header, if there is one. */
bool kx_framing_claims_pieces(const uint8_t *bytes, uint32_t length, uint32_t *at);

/* Why a Length may differ from its payload. */
typedef enum {
    KX_LENGTH_RIGHT, /* or nothing shows that it is not */
    KX_LENGTH_COUNTS_HEADER,
    KX_LENGTH_COUNTS_CHARACTERS, /* not bytes */
    KX_LENGTH_COUNTS_END,        /* a NUL, or a line end, that was not sent */
    KX_LENGTH_INCLUDES_NUL,      /* which was sent */
    KX_LENGTH_WRONG_SOMEHOW
} kx_length_cause;

/* Why a Length, said, is not that of its payload, which is complete as JSON. length: of the payload, in bytes. */
kx_length_cause kx_framing_explain_length(const uint8_t *payload, uint32_t length, uint32_t said);

typedef enum {
    KX_UNIT_MESSAGE, /* a header and its payload */
    KX_UNIT_SKIPPED, /* bytes that belong to no message that can be found */
    KX_UNIT_MORE     /* at least one byte more is needed to tell; length is 0 */
} kx_unit_type;

typedef struct {
    kx_unit_type type;
    uint32_t length; /* in bytes, header included; of a message perhaps more than there are */
} kx_unit;

/* What is known about bytes behind those at hand. */
typedef enum {
    KX_NO_MORE,       /* there are none */
    KX_MORE_AFTER,    /* there may be, but the sender paused before them (TCP's PSH) */
    KX_MORE_FOLLOWING /* there may be */
} kx_more;

/* What stands at the beginning of bytes, in a connection that is known to carry Kx.
 * length: how many bytes there are; at least 1. With KX_NO_MORE the answer is never KX_UNIT_MORE, and no
 * message is longer than the bytes there are.
 * A message ends where its Length says; or later, where its JSON value is complete only there; or earlier, where the
 * next message evidently begins, or where its JSON value is complete and the sender paused. */
kx_unit kx_framing_next(const uint8_t *bytes, uint32_t length, kx_more more);

/* What may stand in the place of messages. */
typedef enum {
    KX_NO_MISTAKE,
    KX_LITTLE_ENDIAN, /* the header */
    KX_LENGTH_OF_32_BITS,
    KX_UTF_16, /* the payload */
    KX_TLS_RECORDS
} kx_mistake;

/* What the bytes look like that begin with a unit of this type, if it is no message as it should be. */
kx_mistake kx_framing_find_mistake(const uint8_t *bytes, uint32_t length, kx_unit_type type);

#endif
