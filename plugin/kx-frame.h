/* kx-frame.h
 * What is known of the frame that is being dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_FRAME_H
#define KX_FRAME_H

#include "kx-compat.h"

#include "kx-framing.h"

/* Keys of the data that the plugin keeps with a packet. */
enum { KX_DATA_FRAME, KX_DATA_CUTS, KX_DATA_WAITING, KX_DATA_AGAIN };

/* More of them are not offered as filters. */
#define KX_SUBJECTS_MAX 16

/* What the frame's messages belong to, for filters by it (kx-filters.c). */
typedef struct {
    unsigned relay_count, session_count;
    uint32_t relays[KX_SUBJECTS_MAX];
    const char *sessions[KX_SUBJECTS_MAX]; /* in the packet's pool */
} kx_subject;

/* The connection at hand (kx-observe.c). */
typedef struct {
    uint32_t number;      /* index of the conversation, plus 1; 0: not asked for */
    uint16_t server_port; /* the port that took the connection; 0: not known */
    uint32_t stream;      /* TCP's index of it */
} kx_frame_connection;

/* Lives as long as the frame's dissection. */
typedef struct {
    unsigned units;    /* messages and skipped ranges so far */
    unsigned messages; /* messages so far */
    unsigned calls;    /* how often TCP or TLS handed over such bytes (kx-stream.c) */
    unsigned cuts;     /* remembered cuts that have been used (kx-stream.c) */
    unsigned agains;   /* notes of messages that came again that have been used (kx-stream.c) */
    uint64_t
        late; /* bytes that were not read before the message at hand, which is the connection's first; or 0 */
    kx_mistake mistake; /* what the unit at hand looks like instead */
    bool again;         /* TCP delivered the message at hand before: it is no message of its own */
    unsigned foreign;   /* TLS records so far that are not Kx (kx-claim.c) */
    kx_frame_connection connection;
    kx_subject subject;
} kx_frame_state;

/* Returns the frame's state, made on the first call. */
kx_frame_state *kx_get_frame_state(packet_info *pinfo);

/* proto: the protocol's number. */
void kx_frame_register(int proto);

#endif
