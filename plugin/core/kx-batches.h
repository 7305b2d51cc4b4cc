/* kx-batches.h
 * What is kept of key relays: hops of batches of relays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_BATCHES_H
#define KX_BATCHES_H

#include "kx-records.h"

/* A hop's number that cannot be known. */
#define KX_HOP_UNKNOWN 0xfffffu

/* What goes from one node to another for a batch, however often it is sent. */
typedef struct {
    uint32_t batch;
    uint32_t first, newest; /* records: as first sent, and as last sent */
    uint32_t previous;      /* record on the hop before */
    uint32_t next;          /* record of the first message on the hop after */
    uint32_t answer;        /* record of its own answer: the first final one, else the first interim one */
    uint32_t outcome;       /* record of its newest final answer */
    uint32_t from, to;      /* ends */
    uint32_t connection;
    uint32_t message_id;           /* as first sent */
    uint32_t transit;              /* list of transit nodes */
    uint32_t root;                 /* the first hop of its chain; 0: not known */
    uint32_t older;                /* the hop of the batch before it, in order of appearance */
    uint32_t older_from, older_to; /* the hop before it that came from, or went to, the same node */
    unsigned number : 20;          /* from 1 on, or KX_HOP_UNKNOWN; 0: not measured */
    unsigned by_node : 1;          /* previous is told by the node */
    unsigned guessed : 1;          /* previous is the only one that was left */
    unsigned ambiguous : 1;        /* several could be previous */
    unsigned changes_batch : 1; /* previous is, or before the end of the capture may be, of an older batch */
    unsigned indistinct : 1;
    unsigned other_transit : 1; /* names other transit nodes than the root of its chain; settled */
    unsigned repeated : 1;
    unsigned unsure : 1; /* its place rests on a guess; settled */
} kx_hop;

/* The messages of a relay with one set of Key IDs. */
typedef struct {
    uint32_t relay;
    uint32_t keys;                /* Key IDs that the relay had not before */
    uint32_t key_ids;             /* half of the hash of its Key IDs */
    uint32_t namesake;            /* the batch before it with the same end points and Key IDs */
    uint32_t older;               /* the batch of the relay before it */
    uint32_t newest;              /* hop */
    unsigned hops : 28;           /* how many */
    unsigned result : 2;          /* kx_relay_result; settled */
    unsigned doubtful : 1;        /* an answer that went elsewhere, or nowhere, may be its */
    unsigned shares_unsurely : 1; /* what it shares may be the other batch's only; settled */
    uint32_t
        answer; /* record of its end-to-end answer: success before failure before interim; without what it shares */
    uint32_t shared; /* record of another batch's that counts for it too; settled */
    uint32_t whole;  /* the batch that it is a part of, by a hop that changed it; settled. Else itself */
} kx_batch;

typedef struct {
    uint64_t request;             /* the request ID's hash; 0: it has none */
    uint32_t source, destination; /* interned */
    uint32_t first, last;         /* records */
    uint32_t newest;              /* batch */
    uint32_t older;               /* the relay before it with the same request ID */
    uint32_t request_hops;        /* hops of all relays with the request ID, kept in the newest of them */
    uint32_t failure;             /* record of the answer that the result is; settled, like what follows */
    uint16_t failed_hop;
    uint8_t result; /* kx_relay_result */
    bool uncertain;
} kx_relay;

/* Requests with more hops than this are looked through by kx-queues.h, others one hop after the other. */
#define KX_FEW_HOPS 16

/* No more is looked at where a choice among many has to be made. */
#define KX_LOOK_MAX 64

extern kx_list kx_hops, kx_batches, kx_relays;

static inline kx_hop *kx_hop_at(uint32_t number)
{
    return (kx_hop *)kx_list_at(&kx_hops, number);
}

static inline kx_batch *kx_batch_at(uint32_t number)
{
    return (kx_batch *)kx_list_at(&kx_batches, number);
}

static inline kx_relay *kx_relay_at(uint32_t number)
{
    return (kx_relay *)kx_list_at(&kx_relays, number);
}

/* Whether a message of the hop, however often it was sent, has this MessageID, or was sent on this connection. */
bool kx_hop_has_message_id(uint32_t hop, uint32_t message_id);
bool kx_hop_is_on(uint32_t hop, uint32_t connection);

/* The relay that a batch belongs to, as far as known now. */
static inline uint32_t kx_relay_of_batch(uint32_t batch)
{
    return kx_batch_at(kx_batch_at(batch)->whole)->relay;
}

/* Whether so much time lies between two messages that the later one begins something new. */
bool kx_relays_apart(uint32_t record, uint32_t other);

/* Adds a hop of a batch. Returns its number; the record is of it then. hop: with batch, way and what its message
 * says. */
uint32_t kx_batches_add_hop(const kx_hop *hop);

/* Notes that a hop was sent again. */
void kx_batches_repeat_hop(uint32_t hop, uint32_t message_id, uint32_t connection, uint32_t record);

/* link_timeout: nanoseconds; 0: for ever. */
void kx_batches_start(int64_t link_timeout);
void kx_batches_forget(void);

#endif
