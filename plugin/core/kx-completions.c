/* kx-completions.c
 * Which key relay a notification of its completion answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-completions.h"

#include "kx-interned.h"
#include "kx-message-ids.h"
#include "kx-table.h"

static int64_t skew; /* nanoseconds */

static kx_table failures;                            /* record -> interned Response */
static kx_list early = {sizeof(kx_answer), 0, NULL}; /* answers to what was not seen yet */
static kx_table early_of;                            /* request ID or MessageID -> newest of them */

/* ---- answers of a batch ---- */

uint32_t kx_completions_of_batch(uint32_t batch)
{
    const kx_batch *whole = kx_batch_at(kx_batch_at(batch)->whole);
    uint32_t own = whole->answer;

    return kx_answer_is_final(own) || !whole->shared ? own : whole->shared;
}

/* ---- what is not told, or not for sure ---- */

/* Answers that say nothing of what they answer, by the ends that they came from and to. */
typedef struct {
    uint32_t record;
    uint32_t older_from, older_to; /* the one before it; among nodes that are not told apart, of them all */
} mute_answer;

static kx_list mutes = {sizeof(mute_answer), 0, NULL};
static uint32_t newest_indistinct;

static const mute_answer *mute_at(uint32_t mute)
{
    return (const mute_answer *)kx_list_at(&mutes, mute);
}

static void note_mute(const kx_answer *a)
{
    if (a->way.indistinct) {
        newest_indistinct = kx_list_append(&mutes, &(mute_answer){a->record, 0, newest_indistinct});
        return;
    }
    kx_end_facts *from = kx_end_at(a->way.from), *to = kx_end_at(a->way.to);
    from->mute_from = to->mute_to =
        kx_list_append(&mutes, &(mute_answer){a->record, from->mute_from, to->mute_to});
}

/* Whether one of the mute answers, from the newest one on, came within the time-out after a message. sent: they are
 * those that came from one end, not to it. */
static bool came_after(uint32_t mute, bool sent, uint32_t record)
{
    uint32_t first = 0;

    for (unsigned i = 0; mute && i < KX_LOOK_MAX; i++) {
        const mute_answer *m = mute_at(mute);
        if (m->record < record)
            break;
        first = m->record;
        mute = sent ? m->older_from : m->older_to;
    }
    return first && !kx_relays_apart(record, first);
}

bool kx_completions_may_be_mute(const kx_hop *hop)
{
    uint32_t sender = hop->root ? kx_hop_at(hop->root)->from : hop->from;
    uint32_t last = kx_batch_at(hop->batch)->newest;

    if (hop->indistinct)
        return came_after(newest_indistinct, false, hop->first);
    return came_after(kx_end_at(hop->from)->mute_to, false, hop->first) ||
           came_after(kx_end_at(sender)->mute_to, false, hop->first) ||
           came_after(kx_end_at(kx_hop_at(last)->to)->mute_from, true, hop->first);
}

/* What has the request ID of an answer that nobody can place may be what it answers. */
static void doubt_request(const kx_answer *a)
{
    uint32_t relay = kx_relays_of_request(a->request);

    for (unsigned i = 0; relay && i < KX_LOOK_MAX; relay = kx_relay_at(relay)->older)
        for (uint32_t b = kx_relay_at(relay)->newest; b && i < KX_LOOK_MAX; b = kx_batch_at(b)->older, i++)
            kx_batch_at(b)->doubtful = 1;
}

/* The hop of which the connection's other direction has sent the MessageID before; 0 if there is none. */
static uint32_t find_echoed(const kx_way *way, uint32_t message_id)
{
    uint32_t asked = kx_message_ids_asked(way, message_id);

    return asked && kx_record_at(asked)->kind == KX_RECORD_RELAY ? kx_record_at(asked)->of : 0;
}

static void note_unplaced(const kx_answer *a)
{
    uint32_t relay = kx_relays_of_request(a->request);

    kx_record_at(a->record)->unplaced =
        !a->request || (relay && !kx_relays_apart(kx_relay_at(relay)->last, a->record));
    if (!a->request)
        note_mute(a);
    else if (kx_record_at(a->record)->unplaced)
        doubt_request(a);
}

/* ---- what an answer does ---- */

static void answer_hop(uint32_t hop, uint32_t record)
{
    kx_hop *h = kx_hop_at(hop);

    if (!h->answer || (!kx_answer_is_final(h->answer) && kx_answer_is_final(record)))
        h->answer = record;
    if (kx_answer_is_final(record))
        h->outcome = record;
}

static void answer_batch(uint32_t batch, uint32_t record)
{
    kx_batch *b = kx_batch_at(batch);

    if (kx_answer_strength(record) > kx_answer_strength(b->answer))
        b->answer = record;
}

/* Finds what an answer answers. Returns false if it is nothing that was seen so far. */
static bool find_request(const kx_answer *a)
{
    kx_choice c = kx_choose(a);

    if (!c.hop)
        return false;
    kx_record *r = kx_record_at(a->record);
    r->of = c.hop;
    r->end_to_end = c.end_to_end;
    r->uncertain = c.several;
    r->unplaced = 0;
    if (c.end_to_end)
        answer_batch(kx_hop_at(c.hop)->batch, a->record);
    else
        answer_hop(c.hop, a->record);
    kx_relay *relay = kx_relay_at(kx_relay_of_batch(kx_hop_at(c.hop)->batch));
    relay->last = relay->last > a->record ? relay->last : a->record;
    return true;
}

/* ---- answers that come too early ---- */

static void keep(kx_answer *a)
{
    uint32_t *newest = kx_table_put(&early_of, kx_hash_number(a->request, a->request ? 0 : a->message_id));

    a->older = *newest;
    *newest = kx_list_append(&early, a);
}

static void reconsider(uint64_t key, uint32_t relay_record)
{
    int64_t now = kx_record_time(relay_record);
    uint32_t at = kx_table_get(&early_of, key);

    for (unsigned i = 0; at && i < KX_LOOK_MAX; i++) {
        const kx_answer *a = (const kx_answer *)kx_list_at(&early, at);
        int64_t since = (int64_t)((uint64_t)now - (uint64_t)kx_record_time(a->record));
        if (since > skew)
            return;
        if (!kx_record_at(a->record)->of && !(a->counts_on && !a->request))
            find_request(a);
        at = a->older;
    }
}

void kx_completions_reconsider(uint32_t relay_record)
{
    const kx_hop *h = kx_hop_at(kx_record_at(relay_record)->of);
    uint64_t request = kx_relay_at(kx_batch_at(h->batch)->relay)->request;

    if (early.count == 0)
        return;
    if (request)
        reconsider(kx_hash_number(request, 0), relay_record);
    reconsider(kx_hash_number(0, h->message_id), relay_record);
}

void kx_completions_see(const kx_sighting *s, const kx_way *way, uint32_t number, bool counts_on)
{
    const kx_message *m = s->message;
    kx_answer a = {.request = kx_request_hash(m->key_relay_request_id),
                   .way = *way,
                   .record = number,
                   .message_id = m->header.message_id,
                   .echoed = find_echoed(way, m->header.message_id),
                   .verdict = m->verdict,
                   .counts_on = counts_on};

    if (m->verdict == KX_FAILURE)
        *kx_table_put(&failures, kx_hash_number(0, number)) = kx_interned_number(m->response);
    if (find_request(&a))
        return;
    note_unplaced(&a);
    keep(&a);
}

const char *kx_completions_failure(uint32_t number)
{
    return kx_interned_text(kx_table_get(&failures, kx_hash_number(0, number)));
}

/* ---- life time ---- */

void kx_completions_start(int64_t clock_skew)
{
    skew = clock_skew;
}

void kx_completions_forget(void)
{
    kx_table_clear(&failures);
    kx_table_clear(&early_of);
    kx_list_clear(&early);
    kx_list_clear(&mutes);
    newest_indistinct = 0;
}
