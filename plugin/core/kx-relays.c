/* kx-relays.c
 * Which 0x1101 messages are of one relay, and which of one batch of keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-relays.h"

#include <string.h>

#include <glib.h>

#include "kx-hops.h"
#include "kx-interned.h"
#include "kx-queues.h"
#include "kx-table.h"
#include "kx-transit.h"

static bool namesakes; /* one request ID, several sources, at about the same time */

static kx_table requests; /* request ID -> newest relay */
static kx_table named;    /* request ID and end points -> newest relay; of requests with many hops */
static kx_table keys;     /* end points and Key IDs -> newest batch */

enum { REQUEST_ID, NAMED, KEYS };

/* ---- identities ---- */

uint64_t kx_request_hash(const char *request_id)
{
    return request_id ? kx_hash(REQUEST_ID, request_id, strlen(request_id)) : 0;
}

static uint64_t hash_end_points(uint64_t seed, uint32_t source, uint32_t destination)
{
    return kx_hash_number(seed, (uint64_t)source << 32 | destination);
}

/* In any order; 0 if there is no Key ID. */
static uint64_t hash_key_ids(const kx_message *m)
{
    uint64_t hash = 0;

    for (uint32_t i = 0; i < m->key_id_count; i++)
        hash += m->key_ids[i];
    return hash;
}

uint32_t kx_relays_of_request(uint64_t request)
{
    return request ? kx_table_get(&requests, request) : 0;
}

/* ---- requests with many hops ---- */

uint64_t kx_relays_queue_key(uint64_t request, kx_queue_kind kind, uint32_t end, uint32_t other)
{
    return kx_hash_number(kx_hash_number(request, kind), (uint64_t)end << 32 | other);
}

static void queue_hop(uint64_t request, uint32_t number)
{
    const kx_hop *h = kx_hop_at(number);

    kx_queue_add(kx_relays_queue_key(request, KX_QUEUE_LINK, h->from, h->to), number);
    kx_queue_add(kx_relays_queue_key(request, KX_QUEUE_SENDER, h->from, 0), h->batch);
    kx_queue_add(kx_relays_queue_key(request, KX_QUEUE_RECEIVER, h->to, 0), h->batch);
    if (!h->older)
        kx_queue_add(kx_relays_queue_key(request, KX_QUEUE_BATCH, 0, 0), h->batch);
}

static void name_end_points(uint32_t number)
{
    const kx_relay *r = kx_relay_at(number);

    uint32_t *newest = kx_table_put(&named, hash_end_points(r->request ^ NAMED, r->source, r->destination));

    if (number > *newest)
        *newest = number;
}

static int compare_numbers(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

    return (a > b) - (a < b);
}

static void collect_hops(uint32_t relay, GArray *hops)
{
    for (uint32_t b = kx_relay_at(relay)->newest; b; b = kx_batch_at(b)->older)
        for (uint32_t h = kx_batch_at(b)->newest; h; h = kx_hop_at(h)->older)
            g_array_append_val(hops, h);
}

/* In the order in which they came. */
static void queue_hops(uint64_t request, GArray *hops)
{
    g_array_sort(hops, compare_numbers);
    for (unsigned i = 0; i < hops->len; i++)
        queue_hop(request, g_array_index(hops, uint32_t, i));
    g_array_free(hops, TRUE);
}

/* What a request with few hops does without is made up for. */
static void begin_queues(uint64_t request)
{
    GArray *hops = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t r = kx_relays_of_request(request); r; r = kx_relay_at(r)->older) {
        collect_hops(r, hops);
        name_end_points(r);
    }
    queue_hops(request, hops);
}

static void count_hop(uint64_t request, uint32_t hop)
{
    if (!request)
        return;
    kx_relay *newest = kx_relay_at(kx_relays_of_request(request));

    newest->request_hops++;
    if (newest->request_hops == KX_FEW_HOPS + 1)
        begin_queues(request);
    else if (newest->request_hops > KX_FEW_HOPS)
        queue_hop(request, hop);
}

/* ---- relays ---- */

/* Puts a relay before the others of its request. */
static void join_request(uint32_t number, uint64_t request)
{
    kx_relay *r = kx_relay_at(number);
    uint32_t *newest = kx_table_put(&requests, request);

    r->request = request;
    r->older = *newest;
    namesakes |= r->older && kx_relay_at(r->older)->source != r->source &&
                 !kx_relays_apart(kx_relay_at(r->older)->last, r->first);
    r->request_hops = *newest ? kx_relay_at(*newest)->request_hops : 0;
    *newest = number;
    if (r->request_hops > KX_FEW_HOPS)
        name_end_points(number);
}

bool kx_relays_have_namesakes(void)
{
    return namesakes;
}

static uint32_t add_relay(const kx_relay *like, uint32_t record)
{
    kx_relay r = {.source = like->source, .destination = like->destination, .first = record, .last = record};
    uint32_t number = kx_list_append(&kx_relays, &r);

    if (like->request)
        join_request(number, like->request);
    return number;
}

/* The newest relay with such a request ID and end points; 0 if there is none. */
static uint32_t find_relay(const kx_relay *like)
{
    uint32_t number = kx_relays_of_request(like->request);

    if (number && kx_relay_at(number)->request_hops > KX_FEW_HOPS)
        return kx_table_get(&named, hash_end_points(like->request ^ NAMED, like->source, like->destination));
    for (; number; number = kx_relay_at(number)->older)
        if (kx_relay_at(number)->source == like->source &&
            kx_relay_at(number)->destination == like->destination)
            break;
    return number;
}

/* A relay that turns out to have a request ID after all: those of its messages that were captured first had none. */
static void name_relay(uint32_t number, uint64_t request)
{
    GArray *hops = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    kx_relay *r = kx_relay_at(number);

    join_request(number, request);
    collect_hops(number, hops);
    uint32_t others = r->request_hops;
    r->request_hops += hops->len;
    if (others > KX_FEW_HOPS) {
        queue_hops(request, hops);
        return;
    }
    g_array_free(hops, TRUE);
    if (r->request_hops > KX_FEW_HOPS)
        begin_queues(request);
}

/* ---- batches ---- */

/* A message with request ID belongs to a batch of that, or to one of which nobody has told the request ID yet; one
 * without, to any. */
static bool takes(uint32_t batch, const kx_relay *like, uint32_t record)
{
    const kx_relay *r = kx_relay_at(kx_batch_at(batch)->relay);

    if (!like->request || r->request == like->request)
        return true;
    return !r->request && !kx_relays_apart(r->last, record);
}

static uint32_t find_batch(uint32_t namesake, const kx_relay *like, uint32_t record)
{
    for (unsigned i = 0; namesake && i < KX_LOOK_MAX; i++, namesake = kx_batch_at(namesake)->namesake)
        if (takes(namesake, like, record))
            return namesake;
    return 0;
}

static uint32_t add_batch(const kx_relay *like, uint32_t record, uint32_t namesake, uint64_t key_ids)
{
    uint32_t relay = like->request ? find_relay(like) : 0;

    if (!relay || kx_relays_apart(kx_relay_at(relay)->last, record))
        relay = add_relay(like, record);
    kx_batch b = {.relay = relay,
                  .key_ids = (uint32_t)key_ids,
                  .namesake = namesake,
                  .older = kx_relay_at(relay)->newest};
    uint32_t number = kx_list_append(&kx_batches, &b);

    kx_batch_at(number)->whole = number;
    kx_relay_at(relay)->newest = number;
    return number;
}

/* The batch of a message. Without request ID and Key IDs, nothing tells that it belongs to another. */
static uint32_t batch_of(const kx_message *m, uint32_t record)
{
    kx_relay like = {.request = kx_request_hash(m->key_relay_request_id),
                     .source = kx_interned_number(m->source_kma_id),
                     .destination = kx_interned_number(m->destination_kma_id)};
    uint64_t key_ids = hash_key_ids(m);

    if (!like.request && !key_ids)
        return add_batch(&like, record, 0, 0);
    uint32_t *newest =
        kx_table_put(&keys, kx_hash_number(hash_end_points(KEYS, like.source, like.destination), key_ids));
    uint32_t batch = find_batch(*newest, &like, record);

    if (!batch)
        batch = *newest = add_batch(&like, record, *newest, key_ids);
    else if (like.request && !kx_relay_at(kx_batch_at(batch)->relay)->request)
        name_relay(kx_batch_at(batch)->relay, like.request);
    return batch;
}

/* ---- hops ---- */

static void add_hop(const kx_message *m, const kx_way *way, uint32_t batch, uint32_t record)
{
    kx_hop h = {
        .batch = batch,
        .first = record,
        .newest = record,
        .from = way->from,
        .to = way->to,
        .connection = way->connection,
        .message_id = m->header.message_id,
        .transit = kx_transit_number(m),
        .indistinct = way->indistinct,
    };
    uint32_t number = kx_batches_add_hop(&h);

    kx_hops_add(number);
    count_hop(kx_relay_at(kx_batch_at(batch)->relay)->request, number);
}

void kx_relays_see(const kx_sighting *s, const kx_way *way, uint32_t number)
{
    uint32_t batch = batch_of(s->message, number);
    uint32_t hop = kx_hops_find(batch, way->from, way->to);

    kx_relay_at(kx_batch_at(batch)->relay)->last = number;
    if (hop)
        kx_batches_repeat_hop(hop, s->message->header.message_id, way->connection, number);
    else
        add_hop(s->message, way, batch, number);
}

/* ---- life time ---- */

void kx_relays_start(void)
{
    namesakes = false;
}

void kx_relays_forget(void)
{
    kx_table_clear(&requests);
    kx_table_clear(&named);
    kx_table_clear(&keys);
}
