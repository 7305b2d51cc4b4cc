/* packet-kx.h
 * The Kx interface between QKDN key managers, ITU-T Q.4163: what a message is, for the plugin's other units.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PACKET_KX_H
#define PACKET_KX_H

#include "kx-compat.h"

#include "kx-message.h"

/* Keys of the data that the plugin keeps with a packet. */
enum { KX_DATA_FRAME, KX_DATA_CUTS, KX_DATA_WAITING, KX_DATA_AGAIN };

/* What the frame can be filtered by (kx-filters.c): of several messages, by the first one that has it. */
typedef struct {
    const char *session_id;
    const char *key_relay_request_id;
    const char *source_kma_id, *destination_kma_id, *key_id; /* of a key relay without request ID */
} kx_subject;

/* What is known of the frame that is being dissected; lives as long as its dissection. */
typedef struct {
    unsigned units;    /* messages and skipped ranges so far */
    unsigned messages; /* messages so far */
    unsigned calls;    /* how often TCP or TLS handed over such bytes (kx-stream.c) */
    unsigned cuts;     /* remembered cuts that have been used (kx-stream.c) */
    unsigned agains;   /* notes of messages that came again that have been used (kx-stream.c) */
    uint64_t
        late; /* the message at hand is its connection's first, and so many bytes before it were not read */
    kx_mistake mistake;  /* what the unit at hand looks like instead */
    bool again;          /* TCP delivered the message at hand before: it is no message of its own */
    unsigned foreign;    /* TLS records so far that are not Kx (kx-claim.c) */
    uint32_t connection; /* index of the conversation at hand, plus 1; 0: not asked for (kx-track.c) */
    kx_subject subject;
} kx_frame_state;

/* Returns the frame's state, made on the first call. */
kx_frame_state *kx_get_frame_state(packet_info *pinfo);

/* Dissect one message, or a range of bytes that belongs to none. tvb: just these bytes. tree: the frame's. */
void kx_dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool in_tls);
void kx_dissect_skipped(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Wireshark's registration callbacks. */
void proto_register_kx(void);
void proto_reg_handoff_kx(void);

/* The name of a CommandCode in Table I.1; NULL if it has none. Static memory. */
const char *kx_command_name(uint16_t command_code);

#endif
