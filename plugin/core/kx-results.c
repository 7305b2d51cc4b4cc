/* kx-results.c
 * How key relays ended: what batches share of each other's answers, and the result of a relay.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-results.h"

#include <glib.h>

#include "kx-completions.h"
#include "kx-hops.h"

/* What the hops of a batch, and of those that are part of it, come to. */
typedef struct {
    uint32_t chains;  /* first hops */
    uint32_t lasts;   /* hops from which nothing goes on */
    uint32_t refused; /* of these */
    uint32_t arrived; /* record of the success of one of these */
    uint32_t failed;  /* the failed hop that is furthest on the route */
    uint32_t only;    /* record of the answer to the only hop of a chain: success before failure */
} outcome;

/* The newest of each kind of answers from end to end, in the part of the capture after the message at hand. */
typedef struct {
    uint32_t success, failure, interim;
    uint32_t answers; /* of them so far */
} following;

static uint32_t whole_of(uint32_t hop)
{
    return kx_batch_at(kx_hop_at(hop)->batch)->whole;
}

static bool is_verdict(uint32_t record, kx_verdict verdict)
{
    return record && kx_record_at(record)->verdict == verdict;
}

/* ---- what hops come to ---- */

static unsigned known_number(const kx_hop *h)
{
    return h->number == KX_HOP_UNKNOWN ? 0 : h->number;
}

static bool is_on_the_way_to(uint32_t hop, uint32_t failed)
{
    for (unsigned i = 0; failed && i < KX_LOOK_MAX; i++, failed = kx_hops_previous(failed))
        if (failed == hop)
            return true;
    return failed;
}

/* Whether the batch was sent elsewhere, or again, after it had failed at a hop (0: from end to end), and with
 * success. */
static bool is_superseded(uint32_t batch, uint32_t failed, uint32_t failure)
{
    uint32_t at = kx_batch_at(batch)->newest;

    for (unsigned i = 0; at && i < KX_LOOK_MAX; i++, at = kx_hop_at(at)->older) {
        const kx_hop *h = kx_hop_at(at);
        if (h->newest > failure && is_verdict(h->outcome, KX_SUCCESS) && h->outcome > failure &&
            !is_on_the_way_to(at, failed))
            return true;
    }
    return false;
}

static void add_last(outcome *o, const kx_hop *h)
{
    o->lasts++;
    o->refused += is_verdict(h->outcome, KX_FAILURE);
    if (is_verdict(h->outcome, KX_SUCCESS))
        o->arrived = h->outcome;
}

static void add_hop(outcome *o, uint32_t hop)
{
    const kx_hop *h = kx_hop_at(hop);

    o->chains += !h->previous;
    if (!h->next)
        add_last(o, h);
    if (!h->next && !h->previous && kx_answer_strength(h->answer) > kx_answer_strength(o->only))
        o->only = h->answer;
    if (is_verdict(h->outcome, KX_FAILURE) &&
        (!o->failed || known_number(h) > known_number(kx_hop_at(o->failed))) &&
        !is_superseded(h->batch, hop, h->outcome))
        o->failed = hop;
}

/* ---- what batches share ---- */

/* The answer to the only hop of a chain is the batch's; but a failure of one of several ways is not. So is the
 * answer to what a hop made of the batch. */
static void take_answers(kx_batch *b, const outcome *o)
{
    kx_batch *whole = kx_batch_at(b->whole);

    if (whole != b && kx_answer_strength(b->answer) > kx_answer_strength(whole->answer))
        whole->shared = b->answer;
    if (kx_answer_strength(o->only) > kx_answer_strength(b->answer) &&
        (o->chains == 1 || is_verdict(o->only, KX_SUCCESS)))
        b->shared = o->only;
}

/* A notification that came back from hop to hop has arrived at the source after the next hop was answered. */
static bool came_back(const kx_hop *first, uint32_t answer)
{
    const kx_hop *next = first->next ? kx_hop_at(kx_record_at(first->next)->of) : NULL;

    return !next || (next->answer && next->answer < answer);
}

/* The failure of one of several ways is none of the batch. */
static bool is_end_to_end(uint32_t answer, const outcome *o)
{
    const kx_record *r = kx_record_at(answer);
    const kx_hop *h = kx_hop_at(r->of);

    if (r->end_to_end)
        return true;
    return !h->previous && came_back(h, answer) && (o->chains == 1 || r->verdict == KX_SUCCESS);
}

static void note_answer(following *f, uint32_t answer)
{
    f->answers++;
    if (is_verdict(answer, KX_SUCCESS))
        f->success = answer;
    else if (is_verdict(answer, KX_INTERIM))
        f->interim = answer;
    else
        f->failure = answer;
}

static void share(uint32_t batch, const outcome *o, const following *f)
{
    kx_batch *b = kx_batch_at(batch);
    uint32_t next = f->success ? f->success : f->failure ? f->failure : f->interim;

    if (kx_answer_is_final(kx_completions_of_batch(batch)) || (o->lasts && o->refused == o->lasts))
        return;
    if (kx_answer_strength(next) <= kx_answer_strength(b->answer))
        return;
    b->shared = next;
    b->shares_unsurely = f->answers > 1 || !f->success;
}

bool kx_results_begins_batch(uint32_t record)
{
    const kx_record *r = kx_record_at(record);
    const kx_hop *h = kx_hop_at(r->of);

    return !r->repeats && !h->older && kx_batch_at(h->batch)->whole == h->batch;
}

/* From the end of the capture to its beginning, so that the next answers are known. */
static void share_answers(const outcome *outcomes)
{
    following *next = g_new0(following, (gsize)kx_relays.count + 1);

    for (uint32_t i = kx_records.count; i > 0; i--) {
        const kx_record *r = kx_record_at(i);
        if (!r->of || r->again)
            continue;
        if (r->kind == KX_RECORD_COMPLETION && is_end_to_end(i, &outcomes[whole_of(r->of)])) {
            note_answer(&next[kx_batch_at(whole_of(r->of))->relay], i);
        } else if (r->kind == KX_RECORD_RELAY && kx_results_begins_batch(i)) {
            uint32_t batch = kx_hop_at(r->of)->batch;
            share(batch, &outcomes[batch], &next[kx_batch_at(batch)->relay]);
        }
    }
    g_free(next);
}

/* ---- results ---- */

typedef struct {
    kx_relay_result result;
    uint32_t by;  /* record of the answer that decides; 0: none */
    uint32_t hop; /* the hop that failed; 0: not known */
} verdict;

/* An acknowledgement of the last hop is not the end if the end says otherwise; of several ways, one is enough. */
static verdict judge_batch(uint32_t batch, const outcome *o)
{
    const kx_batch *b = kx_batch_at(batch);
    uint32_t answer = kx_completions_of_batch(batch);
    bool failed = is_verdict(answer, KX_FAILURE) && !is_superseded(batch, 0, answer);
    bool refuted = failed && answer == b->answer && o->lasts == 1;

    if (is_verdict(answer, KX_SUCCESS))
        return (verdict){KX_RELAY_SUCCESS, answer, 0};
    if (o->arrived && !refuted)
        return (verdict){KX_RELAY_SUCCESS, o->arrived, 0};
    if (o->failed)
        return (verdict){KX_RELAY_FAILURE, kx_hop_at(o->failed)->outcome, o->failed};
    if (failed)
        return (verdict){KX_RELAY_FAILURE, answer, 0};
    return (verdict){KX_RELAY_OPEN, 0, 0};
}

/* Failure if any batch failed, open if any is, else success. */
static void add_verdict(kx_relay *r, const kx_batch *b, const verdict *v)
{
    static const uint8_t weights[] = {[KX_RELAY_SUCCESS] = 0, [KX_RELAY_OPEN] = 1, [KX_RELAY_FAILURE] = 2};

    r->uncertain |= v->by ? kx_record_at(v->by)->uncertain || (v->by == b->shared && b->shares_unsurely)
                          : b->doubtful || kx_completions_may_be_mute(kx_hop_at(b->newest));
    if (weights[v->result] <= weights[r->result])
        return;
    r->result = (uint8_t)v->result;
    r->failure = v->result == KX_RELAY_FAILURE ? v->by : 0;
    r->failed_hop = v->hop ? (uint16_t)MIN(known_number(kx_hop_at(v->hop)), UINT16_MAX) : 0;
}

static void forget_results(void)
{
    for (uint32_t i = 1; i <= kx_batches.count; i++)
        kx_batch_at(i)->shared = kx_batch_at(i)->shares_unsurely = 0;
    for (uint32_t i = 1; i <= kx_relays.count; i++) {
        kx_relay *r = kx_relay_at(i);
        r->result = KX_RELAY_SUCCESS;
        r->uncertain = false;
        r->failure = r->failed_hop = 0;
    }
}

void kx_results_settle(void)
{
    outcome *outcomes = g_new0(outcome, (gsize)kx_batches.count + 1);

    forget_results();
    for (uint32_t i = 1; i <= kx_hops.count; i++)
        add_hop(&outcomes[whole_of(i)], i);
    for (uint32_t i = 1; i <= kx_batches.count; i++)
        take_answers(kx_batch_at(i), &outcomes[i]);
    share_answers(outcomes);
    for (uint32_t i = 1; i <= kx_batches.count; i++) {
        if (kx_batch_at(i)->whole != i)
            continue;
        verdict v = judge_batch(i, &outcomes[i]);
        kx_batch_at(i)->result = v.result;
        add_verdict(kx_relay_at(kx_batch_at(i)->relay), kx_batch_at(i), &v);
    }
    g_free(outcomes);
}
