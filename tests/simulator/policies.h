/* policies.h
 * What the key managers of one network do where the standard leaves it open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_POLICIES_H
#define KX_SIMULATOR_POLICIES_H

#include "chance.h"

#define SECOND      INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define MICROSECOND INT64_C(1000)

typedef enum { LINE, RING, MESH, TOPOLOGIES } topology;

typedef enum {
    ID_UNIQUE,
    ID_COUNTER,      /* each source counts from 1 */
    ID_ABSENT,       /* optional in Tables 1 and 2 */
    ID_FIRST_HOP,    /* transit nodes leave it out */
    ID_STANDING,     /* one request for whatever goes from a source to a destination */
    ID_REUSED_LATER, /* the same ones again after hours */
    REQUEST_ID_POLICIES
} request_id_policy;

/* What a node says of a key relay as soon as it has it. */
typedef enum { ACK_NONE, ACK_SUCCESS, ACK_INTERIM, ACKS } ack_policy;

/* How the source hears of the end. */
typedef enum { END_NONE, END_NOTIFIED, END_BACKWARDS, END_BOTH, ENDS } end_policy;

typedef enum { REFUSAL_ONLY, REFUSAL_BACKWARDS, REFUSAL_NOTIFIED, REFUSALS } refusal_policy;

typedef enum { PER_LINK, PER_DIRECTION, PER_MESSAGE, CONNECTION_POLICIES } connection_policy;

typedef enum {
    COUNTER_OF_NODE,
    COUNTER_OF_CONNECTION, /* and direction */
    UNIQUE_EVERYWHERE,
    ALWAYS_THE_SAME,
    MESSAGE_ID_POLICIES
} message_id_policy;

typedef enum { TRANSIT_FULL, TRANSIT_REST, TRANSIT_ABSENT, TRANSIT_POLICIES } transit_policy;

/* Chances are in percent. */
typedef struct {
    topology topology;
    unsigned nodes;
    request_id_policy request_ids;
    ack_policy ack;
    end_policy end;
    refusal_policy refusal;
    bool one_answer_a_relay; /* not one a batch */
    connection_policy connections;
    bool answers_on_own_connection; /* notifications to the source: each on one of its own */
    message_id_policy message_ids;
    bool answers_echo; /* the MessageID of what they answer */
    bool retries_echo; /* the MessageID of the first one sent */
    bool retries_elsewhere;
    bool answers_each_retry;
    transit_policy transit;
    bool reencrypts; /* link by link */
    bool pipelines;  /* batches do not wait for each other */
    unsigned relays, batches, keys, supplies;
    unsigned lost, refused, detour, detour_from_source, retry, parallel, same_batch_twice, reconnects;
    unsigned same_keys, same_data, faulty;
    bool no_sessions; /* against Tables 3 and 4; MessageIDs are echoed then */
    unsigned supplied_one_by_one, supplied_again, supplied_short, supply_refused;
    int64_t hop_time; /* at most */
    int64_t skew;     /* of capture points, at most, either way */
    unsigned links_captured, again, together;
    unsigned requests_lost;
    bool cut; /* the capture begins late and ends early */
    bool listening_known, one_host, node_table, many_addresses;
    bool for_ever; /* no link time-out */
} sim_policies;

void policies_draw(sim_policies *policies, sim_chance *chance);

/* What the user set for this network. */
#define SIM_LINK_TIMEOUT (60 * SECOND)
#define SIM_CLOCK_SKEW   SECOND

#endif
