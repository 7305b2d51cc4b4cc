/* kx-choices.c
 * Which of several key relays an answer is to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-choices.h"

#include "kx-hops.h"
#include "kx-queues.h"

/* ---- the best of several ---- */

/* What of several hops is answered is told by these, the most telling one first. That both ends fit tells nothing
 * of a batch that is answered already, and was not sent again: the one that is answered may arrive a little later
 * in the capture. A MessageID that may just be the next one of its sender's counter tells little. */
enum {
    YOUNG = 128,
    BOTH_ENDS = 64,
    ON_CONNECTION = 64,
    ECHOED = 32,
    UNANSWERED = 16,
    OPEN = 8,
    ECHOED_OR_COUNTED = 4
};

/* Only if all batches have an end point in common is one of them answered by whomever: what they have so far. */
typedef struct {
    bool any, other_source, other_destination;
    uint32_t source, destination;
} common_ends;

typedef struct choice choice;

struct choice {
    const kx_answer *given;
    void (*consider)(choice *c, uint32_t item); /* a hop or a batch */
    common_ends common;
    uint32_t hop; /* the best so far; 0: none */
    unsigned rank;
    unsigned candidates;
    bool several; /* others are as good, but for a MessageID that tells little */
    bool end_to_end;
    bool doubting; /* the others are looked through again: each may be what was answered */
};

/* The oldest one that is open, or the newest one. */
static void consider(choice *c, uint32_t hop, unsigned rank)
{
    bool is_open = rank & (UNANSWERED | OPEN);

    if (c->doubting) {
        if ((rank | ECHOED_OR_COUNTED) == (c->rank | ECHOED_OR_COUNTED) && hop != c->hop)
            kx_batch_at(kx_hop_at(hop)->batch)->doubtful = 1;
        return;
    }
    if (hop == c->hop)
        return;
    c->candidates++;
    c->several = c->hop && (c->several || (rank | ECHOED_OR_COUNTED) == (c->rank | ECHOED_OR_COUNTED));
    if (c->hop && rank < c->rank)
        return;
    c->several &= (rank | ECHOED_OR_COUNTED) == (c->rank | ECHOED_OR_COUNTED);
    if (rank > c->rank || !c->hop || (is_open ? hop < c->hop : hop > c->hop))
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
static unsigned openness(const kx_answer *given, uint32_t own, uint32_t of_batch)
{
    if (kx_answer_is_final(own) || kx_answer_is_final(of_batch))
        return 0;
    return OPEN | (given->verdict == KX_INTERIM && !own && !of_batch ? UNANSWERED : 0);
}

static unsigned echo(const kx_answer *given, bool echoes)
{
    uint32_t habits = kx_end_at(given->way.from)->habits;

    if (!echoes || habits & KX_ECHOES_NOT)
        return 0;
    return given->counts_on && !(habits & KX_ECHOES) ? ECHOED_OR_COUNTED : ECHOED;
}

/* Learns from what could be told without MessageIDs; a counter that goes on in step with another one teaches
 * nothing. */
static void learn(const choice *c, bool echoes)
{
    uint32_t *habits = &kx_end_at(c->given->way.from)->habits;

    if (!echoes)
        *habits |= KX_ECHOES_NOT;
    else if (!c->given->counts_on)
        *habits |= KX_ECHOES;
}

static unsigned youth(const kx_answer *given, uint32_t hop)
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

/* ---- rule 1: the answer to a hop ---- */

static void consider_hop(choice *c, uint32_t hop)
{
    const kx_hop *h = kx_hop_at(hop);
    const kx_answer *a = c->given;

    if (h->from != a->way.to || h->to != a->way.from)
        return;
    consider(c, hop,
             youth(a, hop) | (kx_hop_is_on(hop, a->way.connection) ? ON_CONNECTION : 0) |
                 echo(a, kx_hop_has_message_id(hop, a->message_id)) |
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

/* Who refused a batch does not say that it arrived. */
static bool was_refused(uint32_t hop)
{
    uint32_t outcome = kx_hop_at(hop)->outcome;

    return outcome && kx_record_at(outcome)->verdict == KX_FAILURE;
}

static void consider_batch(choice *c, uint32_t batch)
{
    const kx_answer *a = c->given;
    uint32_t first = first_hop_for(batch, a->way.to), last = last_hop_for(batch, a->way.from);

    if (!first || kx_hop_at(first)->indistinct)
        return;
    bool sent = kx_hop_at(first)->from == a->way.to;
    if (!sent && !last)
        return;
    if (last && a->verdict == KX_SUCCESS && was_refused(last))
        return;
    unsigned open = openness(a, 0, own_end_to_end(batch));
    bool both = sent && last && (open || kx_hop_at(first)->repeated);
    bool echoes =
        kx_hop_has_message_id(first, a->message_id) || (last && kx_hop_has_message_id(last, a->message_id));
    consider(c, first, youth(a, first) | (both ? BOTH_ENDS : 0) | echo(a, echoes) | open);
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
    const kx_answer *a = c->given;
    uint32_t first = first_hop_for(batch, a->way.to), last = kx_batch_at(batch)->newest;

    if (!first || !youth(a, first))
        return;
    compare_ends(&c->common, batch);
    bool echoes = kx_hop_has_message_id(first, a->message_id) || kx_hop_has_message_id(last, a->message_id);
    consider(c, first, YOUNG | echo(a, echoes) | openness(a, 0, own_end_to_end(batch)));
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

static uint64_t request_of(uint32_t hop)
{
    return kx_relay_at(kx_batch_at(kx_hop_at(hop)->batch)->relay)->request;
}

static void look_at_hops(choice *c)
{
    const kx_way *way = &c->given->way;

    if (has_many_hops(c)) {
        look_at_queue(c, KX_QUEUE_LINK, way->to, way->from);
        if (c->given->echoed && request_of(c->given->echoed) == c->given->request)
            c->consider(c, c->given->echoed);
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
    const kx_answer *a = c->given;
    uint32_t at = kx_end_at(a->way.to)->newest_from;

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
    const kx_answer *a = c->given;
    uint32_t first = kx_end_at(a->way.to)->newest_from, last = kx_end_at(a->way.from)->newest_to;

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

/* What may be an echo by coincidence is believed where nothing else is open, or the nodes confirm it. */
static choice choose_by_echo(const kx_answer *a)
{
    choice hop = {.given = a}, batch = {.given = a, .end_to_end = true};
    unsigned open = 0;

    by_echo_of_hop(&hop, &open);
    if (!(hop.rank & OPEN))
        by_echo_of_batch(&batch, &open);
    choice best = !hop.hop || (batch.rank & OPEN) ? batch : hop;
    bool confirmed = best.end_to_end ? best.rank & BOTH_ENDS : best.rank & OPEN || open == 0;
    if (a->counts_on && !confirmed)
        best.hop = 0;
    best.several |= a->counts_on && open > 1;
    return best;
}

/* ---- the rules together ---- */

typedef void rule(choice *c);

static choice choose(const kx_answer *a, rule *by, bool end_to_end)
{
    choice c = {.given = a, .end_to_end = end_to_end};

    by(&c);
    if (c.several) {
        c.doubting = true;
        by(&c);
    }
    return c;
}

static bool is_young(const choice *c)
{
    return c->rank & YOUNG;
}

/* By the first rule that holds for a message that is young enough; but an echo from end to end comes before an
 * answer to a hop without one. */
static choice choose_by_rules(const kx_answer *a)
{
    choice best = choose(a, by_hop, false);

    if (!(is_young(&best) && (best.rank & ECHOED))) {
        choice ends = choose(a, by_end_points, true);
        bool echoes = (ends.rank & ECHOED) && (ends.rank & BOTH_ENDS);
        if (ends.hop && (echoes || !best.hop || is_young(&ends) > is_young(&best)))
            best = ends;
    }
    if (!is_young(&best)) {
        choice any = choose(a, by_common_end_point, true);
        if (any.hop) {
            best = any;
            best.several |= !a->way.indistinct && kx_relays_have_namesakes();
        }
    }
    /* What is answered already may have a namesake that was not captured. */
    best.several |= !(best.rank & (OPEN | ECHOED)) && kx_relays_have_namesakes();
    return best;
}

/* Whether the answer has the MessageID of any hop of what it answers. */
static bool may_echo(const choice *c)
{
    uint32_t hop = kx_batch_at(kx_hop_at(c->hop)->batch)->newest;

    for (unsigned i = 0; hop && i < KX_LOOK_MAX; i++, hop = kx_hop_at(hop)->older)
        if (kx_hop_has_message_id(hop, c->given->message_id))
            return true;
    return false;
}

kx_choice kx_choose(const kx_answer *a)
{
    if (a->request && !kx_relays_of_request(a->request))
        return (kx_choice){0, false, false};
    choice c = a->request ? choose_by_rules(a) : choose_by_echo(a);

    if (a->request && c.candidates == 1)
        learn(&c, may_echo(&c));
    return (kx_choice){c.hop, c.end_to_end, c.several};
}
