/* kx-track.h
 * What a message has to do with the others of the capture (clause 7): request and response, the hops of a key
 * relay, and what was used twice. State is made in the first pass only, lives as long as the capture, and
 * takes constant time a message and a Key ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TRACK_H
#define KX_TRACK_H

#include "kx-frame.h"
#include "kx-message.h"

/* Why a hop of a key relay does not go with the first hop. */
typedef enum {
    KX_SAME_RELAY = 0,
    KX_OTHER_END_POINTS = 1,
    KX_OTHER_TRANSIT_NODES = 2,
    KX_OTHER_KEY_IDS = 4
} kx_inconsistency;

/* What is known about one message. Frame numbers are 0 where there is no such frame. */
typedef struct {
    uint32_t response_in;   /* requests: the frame with the response */
    uint32_t response_to;   /* responses: the frame with the request */
    nstime_t response_time; /* responses that have a request */
    bool response_missing;  /* requests, once the whole capture was read */
    bool unsolicited;       /* responses whose request the capture does not hold */

    uint32_t relay;        /* key relays and their completions: numbers the relay, from 1 on; else 0 */
    uint32_t hop;          /* key relays: from 1 on */
    uint32_t answered_hop; /* completions: the hop on whose connection it came back; 0 if on another one */
    const char *source_kma_id;      /* completions: the relay's first hop's; NULL if it names none */
    const char *destination_kma_id; /* likewise; both live as long as the capture */
    uint32_t previous_hop_in;
    uint32_t next_hop_in;
    nstime_t relay_time;   /* since hop 1; hop 2 and later */
    uint32_t first_hop_in; /* hop 2 and later */
    unsigned inconsistent; /* kx_inconsistency, or-ed; hop 2 and later */

    uint32_t
        message_id_used_in;  /* the frame where this direction of the connection used the MessageID before */
    uint32_t keys_asked_for; /* a successful response holds another number of Key IDs than this; see
                                keys_mismatch */
    bool keys_mismatch;
    uint32_t reused_keys;   /* Key IDs of this message that were relayed before */
    uint32_t reused_key;    /* index of the first one */
    uint32_t reused_key_in; /* the frame that relayed it before */
} kx_links;

/* Finds out what a message has to do with those before it (and, from the second pass on, behind it).
 * message: complete. ordinal: counts the messages of its frame from 0.
 * links: filled in; all zero if nothing is known. */
void kx_track(packet_info *pinfo, const kx_message *message, unsigned ordinal, kx_links *links);

/* Registers the routines that forget everything when a capture is closed. */
void kx_track_register(void);

#endif
