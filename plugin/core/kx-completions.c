/* kx-completions.c
 * Which key relay a notification of its completion answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-completions.h"

#include "kx-hops.h"
#include "kx-interned.h"
#include "kx-message-ids.h"
#include "kx-queues.h"
#include "kx-table.h"

/* An answer, and what it is looked for with. */
typedef struct {
    uint64_t request;
    kx_way way; /* of the answer */
    uint32_t record;
    uint32_t message_id;
    uint32_t older; /* the early one before it with the same request ID, or the same MessageID */
    kx_verdict verdict;
    bool counts_on;
} answer;

static int64_t skew; /* nanoseconds */

static kx_table failures;                         /* record -> interned Response */
static kx_list early = {sizeof(answer), 0, NULL}; /* answers to what was not seen yet */
static kx_table early_of;                         /* request ID or MessageID -> newest of them */

/* ---- choosing among several ---- */

/* What of several hops is answered is told by, in this order: */
enum { YOUNG = 32, BOTH_ENDS = 16, ON_CONNECTION = 16, ECHOED = 8, UNANSWERED = 2, OPEN = 1 };

/* Only if all batches have an end point in common is one of them answered by whomever: what they have so far. */
typedef struct {
    bool any, other_source, other_destination;
    uint32_t source, destination;
} common_ends;

typedef struct choice choice;

struct choice {
    const answer *given;
    void (*consider)(choice *c, uint32_t item); /* a hop or a batch */
    common_ends common;
    uint32_t hop; /* the best so far; 0: none */
    unsigned rank;
    bool several; /* others are as good */
    bool end_to_end;
    bool doubting; /* the others are looked through again: each may be what was answered */
};

/* The oldest one that is open, or the newest one. */
static void consider(choice *c, uint32_t hop, unsigned rank)
{
    bool is_open = rank & (UNANSWERED | OPEN);

    if (c->doubting) {
        if (rank == c->rank && hop != c->hop)
            kx_batch_at(kx_hop_at(hop)->batch)->doubtful = 1;
        return;
    }
    if (hop == c->hop || (c->hop && rank < c->rank))
        return;
    c->several = c->hop && rank == c->rank;
    if (!c->several || (is_open ? hop < c->hop : hop > c->hop))
        c->hop = hop;
    c->rank = rank;
}

bool kx_answer_is_final(uint32_t record)
{
    return record && kx_record_at(record)->verdict != KX_INTERIM;
}

unsigned kx_answer_strength(uint32_t record)
{
    static const uint8_t strengths[] = {
        [KX_INTERIM] = 1, [KX_NO_VERDICT] = 2, [KX_FAILURE] = 3, [KX_SUCCESS] = 4};

    return record ? strengths[kx_record_at(record)->verdict] : 0;
}

/* For an interim answer, what has none at all comes first. */
static unsigned openness(const answer *given, uint32_t own, uint32_t of_batch)
{
    if (kx_answer_is_final(own) || kx_answer_is_final(of_batch))
        return 0;
    return OPEN | (given->verdict == KX_INTERIM && !own && !of_batch ? UNANSWERED : 0);
}

static unsigned youth(const answer *given, uint32_t hop)
{
    return kx_relays_apart(kx_hop_at(hop)->newest, given->record) ? 0 : YOUNG;
}

/* ---- the end-to-end answer of a batch ---- */

/* The answer to the only hop of a chain is one too. */
static uint32_t own_end_to_end(uint32_t batch)
{
    const kx_batch *b = kx_batch_at(batch);
    const kx_hop *only = kx_hop_at(b->newest);

    if (b->answer || b->hops > 1 || only->next)
        return b->answer;
    return only->answer;
}

uint32_t kx_completions_of_batch(uint32_t batch)
{
    const kx_batch *whole = kx_batch_at(kx_batch_at(batch)->whole);
    uint32_t own = whole->answer;

    return kx_answer_is_final(own) || !whole->shared ? own : whole->shared;
}

/* ---- rule 1: the answer to a hop ---- */

static void consider_hop(choice *c, uint32_t hop)
{
    const kx_hop *h = kx_hop_at(hop);
    const answer *a = c->given;

    if (h->from != a->way.to || h->to != a->way.from)
        return;
    consider(c, hop,
             youth(a, hop) | (kx_hop_is_on(hop, a->way.connection) ? ON_CONNECTION : 0) |
                 (kx_hop_has_message_id(hop, a->message_id) ? ECHOED : 0) |
                 openness(a, h->answer, own_end_to_end(h->batch)));
}

/* ---- rule 2: from end to end ---- */

/* The first hop that fits: sent by whom the answer goes to, or else any. */
static uint32_t first_hop_for(uint32_t batch, uint32_t end)
{
    uint32_t hop = kx_hops_first_from(batch, end), any = 0;

    if (hop && !kx_hop_at(hop)->previous)
        return hop;
    for (unsigned i = 0, at = kx_batch_at(batch)->newest; at && i < KX_LOOK_MAX;
         i++, at = kx_hop_at(at)->older)
        if (!kx_hop_at(at)->previous)
            any = at;
    return any;
}

/* The hop on which the sender of the answer received the batch last; 0 if the capture does not show it. */
static uint32_t last_hop_for(uint32_t batch, uint32_t end)
{
    uint32_t hop = kx_hops_newest_to(batch, end);

    return hop && !kx_hop_at(hop)->next ? hop : 0;
}

static void consider_batch(choice *c, uint32_t batch)
{
    const answer *a = c->given;
    uint32_t first = first_hop_for(batch, a->way.to), last = last_hop_for(batch, a->way.from);

    if (!first || kx_hop_at(first)->indistinct)
        return;
    bool sent = kx_hop_at(first)->from == a->way.to;
    if (!sent && !last)
        return;
    bool echoes =
        kx_hop_has_message_id(first, a->message_id) || (last && kx_hop_has_message_id(last, a->message_id));
    consider(c, first,
             youth(a, first) | (sent && last ? BOTH_ENDS : 0) | (echoes ? ECHOED : 0) |
                 openness(a, 0, own_end_to_end(batch)));
}

/* ---- rule 3: whatever end point there is ---- */

static void compare_ends(common_ends *common, uint32_t batch)
{
    const kx_relay *r = kx_relay_at(kx_batch_at(batch)->relay);

    common->other_source |= common->any && r->source != common->source;
    common->other_destination |= common->any && r->destination != common->destination;
    common->source = r->source;
    common->destination = r->destination;
    common->any = true;
}

static void consider_any_batch(choice *c, uint32_t batch)
{
    const answer *a = c->given;
    uint32_t first = first_hop_for(batch, a->way.to), last = kx_batch_at(batch)->newest;

    if (!first || !youth(a, first))
        return;
    compare_ends(&c->common, batch);
    bool echoes = kx_hop_has_message_id(first, a->message_id) || kx_hop_has_message_id(last, a->message_id);
    consider(c, first, (echoes ? ECHOED : 0) | openness(a, 0, own_end_to_end(batch)));
}

/* ---- looking through what has the request ID ---- */

static bool hop_is_past(uint32_t hop, void *data)
{
    const choice *c = (const choice *)data;
    const kx_hop *h = kx_hop_at(hop);

    return kx_answer_is_final(h->answer) || kx_answer_is_final(own_end_to_end(h->batch)) ||
           !youth(c->given, hop);
}

static bool batch_is_past(uint32_t batch, void *data)
{
    const choice *c = (const choice *)data;

    return kx_answer_is_final(own_end_to_end(batch)) || !youth(c->given, kx_batch_at(batch)->newest);
}

static void visit(uint32_t item, void *data)
{
    choice *c = (choice *)data;

    c->consider(c, item);
}

static void look_at_queue(choice *c, kx_queue_kind kind, uint32_t end, uint32_t other)
{
    kx_queue_look(kx_relays_queue_key(c->given->request, kind, end, other), KX_LOOK_MAX,
                  kind == KX_QUEUE_LINK ? hop_is_past : batch_is_past, visit, c);
}

static bool has_many_hops(const choice *c)
{
    return kx_relay_at(kx_relays_of_request(c->given->request))->request_hops > KX_FEW_HOPS;
}

static void look_at_hops(choice *c)
{
    const kx_way *way = &c->given->way;

    if (has_many_hops(c)) {
        look_at_queue(c, KX_QUEUE_LINK, way->to, way->from);
        return;
    }
    for (uint32_t r = kx_relays_of_request(c->given->request); r; r = kx_relay_at(r)->older)
        for (uint32_t b = kx_relay_at(r)->newest; b; b = kx_batch_at(b)->older)
            for (uint32_t h = kx_batch_at(b)->newest; h; h = kx_hop_at(h)->older)
                c->consider(c, h);
}

static void look_at_batches(choice *c)
{
    for (uint32_t r = kx_relays_of_request(c->given->request); r; r = kx_relay_at(r)->older)
        for (uint32_t b = kx_relay_at(r)->newest; b; b = kx_batch_at(b)->older)
            c->consider(c, b);
}

static void by_hop(choice *c)
{
    c->consider = consider_hop;
    look_at_hops(c);
}

static void by_end_points(choice *c)
{
    c->consider = consider_batch;
    if (has_many_hops(c)) {
        look_at_queue(c, KX_QUEUE_SENDER, c->given->way.to, 0);
        look_at_queue(c, KX_QUEUE_RECEIVER, c->given->way.from, 0);
    } else {
        look_at_batches(c);
    }
}

static void by_common_end_point(choice *c)
{
    c->consider = consider_any_batch;
    if (has_many_hops(c))
        look_at_queue(c, KX_QUEUE_BATCH, 0, 0);
    else
        look_at_batches(c);
    if (c->common.other_source && c->common.other_destination)
        c->hop = 0;
}

/* ---- an answer without request ID, by the MessageID that it echoes ---- */

/* open: set to how many hops on the way it came are open. */
static void by_echo_of_hop(choice *c, unsigned *open)
{
    const answer *a = c->given;
    uint32_t at = kx_hops_from(a->way.to);

    for (unsigned i = 0; at && i < KX_LOOK_MAX; i++, at = kx_hop_at(at)->older_from) {
        const kx_hop *h = kx_hop_at(at);
        if (h->to != a->way.from || !youth(a, at))
            continue;
        *open += !kx_answer_is_final(h->answer) && !kx_answer_is_final(own_end_to_end(h->batch));
        if (kx_hop_has_message_id(at, a->message_id))
            consider_hop(c, at);
    }
}

static void by_echo_of_batch(choice *c, unsigned *open)
{
    const answer *a = c->given;
    uint32_t first = kx_hops_from(a->way.to), last = kx_hops_to(a->way.from);

    for (unsigned i = 0; first && i < KX_LOOK_MAX; i++, first = kx_hop_at(first)->older_from) {
        if (kx_hop_at(first)->previous || !youth(a, first))
            continue;
        *open += !kx_answer_is_final(own_end_to_end(kx_hop_at(first)->batch));
        if (kx_hop_has_message_id(first, a->message_id))
            consider_batch(c, kx_hop_at(first)->batch);
    }
    for (unsigned i = 0; last && i < KX_LOOK_MAX; i++, last = kx_hop_at(last)->older_to)
        if (!kx_hop_at(last)->next && youth(a, last) && kx_hop_has_message_id(last, a->message_id))
            consider_batch(c, kx_hop_at(last)->batch);
}

/* What may be an echo by coincidence is believed where the nodes confirm it, and doubted where others are open. */
static void by_echo(choice *c)
{
    unsigned open = 0;

    by_echo_of_hop(c, &open);
    if (!c->hop) {
        by_echo_of_batch(c, &open);
        c->end_to_end = c->hop;
        if (c->given->counts_on && !(c->rank & BOTH_ENDS))
            c->hop = 0;
    }
    c->several |= c->given->counts_on && open > 1;
}

/* ---- what is not told, or not for sure ---- */

/* The first and the newest answer to an end that says nothing of what it answers. */
typedef struct {
    uint32_t first, newest; /* records */
} mute_answers;

static kx_list mutes = {sizeof(mute_answers), 0, NULL};
static kx_table mute_to; /* end -> its mute answers */

static void note_mute(const answer *a)
{
    uint32_t *number = kx_table_put(&mute_to, kx_hash_number(0, a->way.to));

    if (*number == 0)
        *number = kx_list_append(&mutes, &(mute_answers){a->record, a->record});
    ((mute_answers *)kx_list_at(&mutes, *number))->newest = a->record;
}

bool kx_completions_are_mute_to(const kx_hop *hop)
{
    uint32_t number = kx_table_get(&mute_to, kx_hash_number(0, hop->from));
    const mute_answers *m = number ? (const mute_answers *)kx_list_at(&mutes, number) : NULL;

    return m && m->newest > hop->first &&
           (m->first > hop->first ? !kx_relays_apart(hop->first, m->first) : true);
}

/* What has the request ID of an answer that nobody can place may be what it answers. */
static void doubt_request(const answer *a)
{
    uint32_t relay = kx_relays_of_request(a->request);

    for (unsigned i = 0; relay && i < KX_LOOK_MAX; relay = kx_relay_at(relay)->older)
        for (uint32_t b = kx_relay_at(relay)->newest; b && i < KX_LOOK_MAX; b = kx_batch_at(b)->older, i++)
            kx_batch_at(b)->doubtful = 1;
}

static void note_unplaced(const answer *a)
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

/* By the first rule that holds. Where several sources use one request ID, what fits badly may be of another one, which
 * was not captured. */
static void by_rules(choice *c)
{
    static void (*const rules[])(choice *) = {by_hop, by_end_points, by_common_end_point};
    unsigned i = 0;

    for (; i < 3 && !c->hop; i++)
        rules[i](c);
    c->end_to_end = i > 1;
    if (!c->hop)
        return;
    if (c->several) {
        c->doubting = true;
        rules[i - 1](c);
    }
    bool fits_badly = i == 3 ? !c->given->way.indistinct : !(c->rank & (OPEN | UNANSWERED | ECHOED));
    c->several |= fits_badly && kx_relays_have_namesakes();
}

/* Finds what an answer answers. Returns false if it is nothing that was seen so far. */
static bool find_request(const answer *a)
{
    choice c = {.given = a};

    if (!a->request) {
        by_echo(&c);
    } else if (kx_relays_of_request(a->request)) {
        by_rules(&c);
    }
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
    kx_relay_at(kx_relay_of_batch(kx_hop_at(c.hop)->batch))->last = a->record;
    return true;
}

/* ---- answers that come too early ---- */

static void keep(answer *a)
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
        const answer *a = (const answer *)kx_list_at(&early, at);
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
    answer a = {.request = kx_request_hash(m->key_relay_request_id),
                .way = *way,
                .record = number,
                .message_id = m->header.message_id,
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
    kx_table_clear(&mute_to);
    kx_list_clear(&early);
    kx_list_clear(&mutes);
}
