/* kx-track.h
 * What a message has to do with the others of the capture (clause 7): request and response, the relays, batches and
 * hops of keys, how relays ended, and what was used twice.
 *
 * The shell hands in a sighting of each message, in the order of the capture, and asks afterwards. What order
 * alone can
 * make false is not said before the capture was read to its end. State takes constant time a message and a Key ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TRACK_H
#define KX_TRACK_H

#include "kx-sighting.h"

/* The user's preferences. */
typedef struct {
    int64_t link_timeout; /* nanoseconds; 0: for ever */
    int64_t clock_skew;   /* nanoseconds */
} kx_track_settings;

/* Why a hop of a key relay does not go with its first hop. */
typedef enum { KX_OTHER_END_POINTS = 1, KX_OTHER_TRANSIT_NODES = 2, KX_OTHER_KEY_IDS = 4 } kx_inconsistency;

/* What is known about one message. Frame numbers are 0 where there is no such frame; times are in nanoseconds.
 * Strings live as long as the capture. */
typedef struct {
    uint32_t response_in;  /* requests: the frame with the response */
    uint32_t response_to;  /* responses: the frame with the request */
    int64_t response_time; /* responses that have a request; negative where clocks differ */
    bool response_missing; /* requests, once the capture was read to its end */
    bool unsolicited;  /* responses whose request the capture does not hold, once it was read to its end */
    bool uncertain;    /* response_in, response_to, hop or result is the best of several */
    bool counts;       /* responses: the first final one, or interim one, of what it answers */
    bool begins_batch; /* key relays: the first message of a batch, once all are known */
    kx_relay_result batch_result; /* of the message's batch; like relay_result */
    bool ends_batch; /* completions: the end-to-end answer of a batch, also where it answers the only hop */

    uint32_t relay; /* key relays and their completions: numbers the relay, from 1 on; 0: not known */
    uint32_t
        hop; /* key relays: from 1 on; 0: not known. Completions: the hop that it answers; 0: end to end */
    uint32_t
        hops; /* completions: KM links of the route, by its first hop's list of transit nodes; 0: no list */
    uint32_t first_hop_in, previous_hop_in, next_hop_in;
    int64_t hop_time;                               /* since previous_hop_in */
    int64_t relay_time;                             /* since first_hop_in, on hop 2 and later */
    uint32_t repeat_of;                             /* requests: the first one sent */
    unsigned inconsistent;                          /* kx_inconsistency, or-ed */
    uint32_t inconsistent_with;                     /* the frame that it does not go with */
    const char *source_kma_id, *destination_kma_id; /* completions: of the relay; NULL if it names none */

    bool relay_ended; /* once the capture was read to its end: relay_result and what follows are known */
    kx_relay_result relay_result;
    const char *relay_failure; /* the Response of the failure; NULL if there is none, or no text */
    uint32_t failed_hop;       /* 0: not known */

    uint32_t message_id_used_in; /* where this direction of the connection used the MessageID before */
    bool keys_mismatch; /* on one response of a supply: all of them hold keys_supplied Key IDs, not so many */
    uint64_t keys_asked_for;
    uint32_t keys_supplied;
    uint32_t reused_keys;   /* Key IDs that were relayed before */
    uint32_t reused_key;    /* index of the first one */
    uint32_t reused_key_in; /* the frame that relayed it */
    uint32_t
        reused_data; /* Keys whose data was relayed before, under another Key ID or between other end points */
    uint32_t reused_data_key; /* index of the first one */
    uint32_t reused_data_in;
    uint32_t supplied_again; /* Key IDs of a response that another session was supplied with before */
    uint32_t supplied_again_key;
    uint32_t supplied_again_in;
} kx_links;

/* What is known about one key relay, in the table of relays. */
typedef struct {
    uint32_t first_frame, last_frame;
    const char *source_kma_id, *destination_kma_id, *transit_kma_ids; /* NULL: not named */
    uint32_t hops_seen;                                               /* the longest chain */
    uint32_t hops_expected; /* by the longest list of transit nodes; 0: no list */
    uint32_t batches;
    uint32_t keys; /* distinct Key IDs */
    int64_t start; /* time of the first message */
    int64_t end;   /* time of the last one */
    kx_relay_result result;
    const char *failure; /* as in kx_links */
    uint32_t failed_hop;
    bool uncertain;
} kx_relay_summary;

/* Begins a capture. */
void kx_track_start(const kx_track_settings *settings);

/* Forgets the capture. Harmless if none was begun. */
void kx_track_forget(void);

/* Takes note of a message. */
void kx_track_see(const kx_sighting *sighting);

/* Settles what depends on all that was seen so far. Seeing more afterwards makes it unsettled. */
void kx_track_settle(void);

/* The capture was read to its end: settles, and from now on says what the capture does not hold. */
void kx_track_complete(void);

/* What is known of a frame's message. links: filled in; all zero if nothing is known. */
void kx_track_ask(uint32_t frame, unsigned ordinal, kx_links *links);

/* The frames in which the hops of what a completion answers were first sent, in the order of the capture.
 * frames: room for so many as most. Returns how many. */
unsigned kx_track_hops(uint32_t frame, unsigned ordinal, uint32_t *frames, unsigned most);

/* "success", "open", or the Response of the failure. failure: as in kx_links. */
const char *kx_track_result_text(kx_relay_result result, const char *failure);

/* What is known of a key relay; one that merged with another has no messages (first_frame is 0).
 * relay: its number, as in kx_links. summary: filled in. */
void kx_track_relay(uint32_t relay, kx_relay_summary *summary);

#endif
