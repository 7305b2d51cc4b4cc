/* kx-frame.h
 * What is known of the frame that is being dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_FRAME_H
#define KX_FRAME_H

#include "kx-compat.h"

/* Keys of the data that the plugin keeps with a packet. */
enum { KX_DATA_FRAME, KX_DATA_CUTS, KX_DATA_WAITING, KX_DATA_AGAIN };

/* What the frame can be filtered by (kx-filters.c): of several messages, by the first one that has it. */
typedef struct {
    const char *session_id;
    const char *key_relay_request_id;
    const char *source_kma_id, *destination_kma_id, *key_id; /* of a key relay without request ID */
} kx_subject;

/* Lives as long as the frame's dissection. */
typedef struct {
    unsigned units;      /* messages and skipped ranges so far */
    unsigned messages;   /* messages so far */
    unsigned calls;      /* how often TCP or TLS handed over such bytes (kx-stream.c) */
    unsigned cuts;       /* remembered cuts that have been used (kx-stream.c) */
    unsigned agains;     /* notes of messages that came again that have been used (kx-stream.c) */
    bool again;          /* TCP delivered the message at hand before: it is no message of its own */
    unsigned foreign;    /* TLS records so far that are not Kx (kx-claim.c) */
    uint32_t connection; /* index of the conversation at hand, plus 1; 0: not asked for (kx-track.c) */
    kx_subject subject;
} kx_frame_state;

/* Returns the frame's state, made on the first call. */
kx_frame_state *kx_get_frame_state(packet_info *pinfo);

/* proto: the protocol's number. */
void kx_frame_register(int proto);

#endif
