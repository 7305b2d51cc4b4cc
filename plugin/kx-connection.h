/* kx-connection.h
 * What is kept of a TCP connection while a capture is read for the first time, so that later bytes are understood.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CONNECTION_H
#define KX_CONNECTION_H

#include "kx-compat.h"

#include "kx-delivered.h"
#include "kx-framing.h"

/* Enough for the end of a message, and of the next one the header and the beginning of the object. */
#define KX_PIECES_MAX 36

/* What one direction of a connection that nobody has claimed has shown so far (kx-claim.c). In TLS, records are the
 * segments, and bytes are counted from the session's first one. */
typedef struct {
    uint32_t next_seq;  /* where the next segment begins */
    uint32_t waited_in; /* the last frame after which one more segment was asked for */
    uint32_t length;
    uint8_t pieces[KX_PIECES_MAX]; /* the last bytes of short segments in a row: a message may be in pieces */
    bool found;                    /* what looks like a message: its header, and where it ends */
    kx_header header;
    uint32_t end_seq;
    bool sure; /* it is one: what comes after it is Kx */
} kx_unclaimed;

/* What one direction was asked for last (kx-stream.c). */
typedef struct {
    bool more;       /* for more bytes than it had handed over */
    bool exactly;    /* for as many as a message lacked, not for one segment */
    uint32_t enough; /* with so many, from the first unused one on, it hands over again */
} kx_request;

/* What is kept of what TCP delivers, or of what TLS does. Arrays are by direction. */
typedef struct {
    unsigned foreign;       /* segments or records that were not Kx, of both directions */
    uint64_t foreign_bytes; /* in them */
    kx_unclaimed unclaimed[2];
    kx_request requests[2];
} kx_channel;

typedef struct {
    kx_channel tcp, tls;
    kx_delivered delivered[2]; /* over TCP alone (kx-stream.c) */
    uint64_t late;       /* bytes that came before the connection was claimed, and were not read as Kx */
    uint32_t late_frame; /* with the first message after them; 0: not yet ... */
    unsigned late_place; /* ... and which one of the frame's units that is */
    bool known;          /* the first message has passed: whatever comes is Kx (kx-claim.c) */
    /* When TLS knows whose a session is, it gives all of it to that dissector in later passes. Kx it is from this
     * frame on, where so many records come before. 0: from the beginning. */
    uint32_t session_frame;
    unsigned session_foreign;
} kx_connection;

/* proto: the protocol's number. */
void kx_connection_register(int proto);

/* The packet's connection; NULL if there is none and create is not set. File scope. */
kx_connection *kx_connection_get(packet_info *pinfo, bool create);

/* Which of its directions the packet goes: 0 or 1. */
unsigned kx_connection_direction(const packet_info *pinfo);

#endif
