/* world.h
 * A network of key managers, and everything that happened in it. Who acts notes what he did: what a message answers,
 * which key relay it carries on, and so on. Nothing here is found out by comparing messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_WORLD_H
#define KX_SIMULATOR_WORLD_H

#include <glib.h>

#include "kx-table.h"
#include "kx-track.h"
#include "memory.h"
#include "policies.h"

#define NODES_MAX 8

typedef struct {
    const char *kma_id;
    uint16_t port; /* listens on */
    uint32_t next_message_id;
} sim_node;

typedef struct {
    uint32_t number;
    unsigned client, server;
    uint16_t client_port;
    uint32_t next_message_id[2]; /* the client's, the server's */
} sim_connection;

/* Two nodes, adjacent or not. */
typedef struct {
    unsigned low, high;
    bool adjacent;
    bool captured;
    int64_t skew;                   /* of the clock where they are captured */
    sim_connection *connections[2]; /* by sender if each uses one of its own, else the first one */
} sim_pair;

typedef struct sim_message sim_message;
typedef struct sim_hop sim_hop;
typedef struct sim_batch sim_batch;
typedef struct sim_relay sim_relay;
typedef struct sim_supply sim_supply;

typedef struct {
    const char *id;
    const char *data;
} sim_key;

/* A key relay in the sense of clause 7.1: what the source began under one name. */
typedef struct sim_relay {
    unsigned number;
    unsigned source, destination;
    const char *request_id;
    sim_batch *batches;
    sim_relay *next;
    unsigned results; /* see ending.h */
} sim_relay;

/* Keys that are sent together. */
typedef struct sim_batch {
    sim_relay *relay;
    unsigned number;
    sim_key *keys;
    unsigned key_count;
    sim_hop *hops; /* newest first */
    sim_batch *next;
    int64_t over;            /* nothing of it was sent after this */
    sim_batch *same_keys_as; /* some of the keys were relayed by that one before */
    sim_batch *same_data_as;
    bool told_success, told_perhaps, told_failure, untold; /* by what is captured; see ending.c */
} sim_batch;

/* A batch on one KM link of its way. */
typedef struct sim_hop {
    sim_batch *batch;
    sim_hop *previous; /* NULL at the source */
    unsigned from, to;
    bool last;    /* it reached the destination */
    bool refused; /* by the receiver */
    const unsigned *route;
    unsigned route_length, position;                          /* route[position] is from */
    const char *false_source, *false_destination, *false_key; /* what a faulty sender changed */
    bool false_transit;
    sim_message *attempts; /* in the order they were sent */
    sim_hop *next;
} sim_hop;

typedef struct sim_supply {
    unsigned from, to;
    const char *session_id;
    unsigned number_of_keys; /* 0: not said */
    sim_message *requests;   /* in the order they were sent */
    sim_message *responses;
    sim_supply *supplied_before; /* its first Key ID was supplied in that session before */
    sim_supply *next;
} sim_supply;

/* How a message chooses its connection. */
typedef enum { ANY_CONNECTION, CONNECTION_OF, OTHER_CONNECTION_THAN, OWN_CONNECTION } sim_channel;

typedef struct sim_message {
    int64_t sent;
    unsigned from, to;
    uint16_t command_code;
    sim_channel channel;
    sim_message *channel_of;
    sim_message *echoes; /* its MessageID */
    sim_connection *connection;
    uint32_t message_id;
    sim_message *used_id_before; /* here, without reason */
    bool lost;                   /* the capture missed it */
    sim_message *next;           /* attempt of the same hop; request or response of the same supply */

    sim_hop *hop; /* key relay */
    bool has_request_id;

    kx_verdict verdict; /* answers */
    const char *response;
    sim_hop **answered; /* completion: hops whose sender it answers */
    unsigned answered_count;
    sim_message *attempt; /* the very message that was answered; NULL: no single one */
    sim_batch **ended;    /* completion: tells the source how these ended */
    unsigned ended_count;
    bool tells_end; /* not just that the next node has it */

    sim_supply *supply;
    sim_key *supplied; /* response: Key IDs */
    unsigned supplied_count;

    struct sim_sighting *seen; /* NULL: not captured */
} sim_message;

/* Where a message, or a repetition of it, is in the capture. */
typedef struct sim_sighting {
    sim_message *message;
    int64_t time;
    uint32_t frame;
    unsigned ordinal;
    bool again;
    bool opens_frame;
} sim_sighting;

typedef struct {
    uint64_t seed;
    sim_chance chance;
    sim_policies policies;
    sim_memory memory;
    sim_node nodes[NODES_MAX];
    sim_pair pairs[NODES_MAX][NODES_MAX]; /* [low][high] */
    sim_relay *relays;                    /* newest first */
    sim_supply *supplies;                 /* newest first */
    unsigned relay_count, batch_count, key_count, session_count;
    uint32_t connection_count;
    GPtrArray *messages; /* sim_message, in the order they were sent */
    GArray *sightings;   /* sim_sighting, in the order of the capture */
    GArray *by_frame;    /* frame -> index of its first sighting, plus 1 */
} sim_world;

sim_world *world_new(void);
void world_free(sim_world *world);

/* Makes another network out of a seed, and lets everything happen in it. for_file: in such a way that kx-capture can
 * write it, every message in a frame of its own. */
void world_make(sim_world *world, uint64_t seed, bool for_file);

sim_pair *world_pair(sim_world *world, unsigned one, unsigned other);

/* Notes that somebody sends something. */
sim_message *world_send(sim_world *world, uint16_t command_code, unsigned from, unsigned to, int64_t when);

/* The nearest hop before that the capture holds, perhaps in another attempt; NULL: none. */
bool hop_seen(const sim_hop *hop);
const sim_hop *hop_seen_before(const sim_hop *hop);

#endif
