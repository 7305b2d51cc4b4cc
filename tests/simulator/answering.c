/* answering.c
 * Key relay completion notifications (clause 7.1): to the sender of a hop, or to the source KM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "answering.h"
#include "kx-standard.h"

#include <string.h>

const char *answering_failure(sim_world *world)
{
    static const char *const reasons[] = {"failure: no space", "failure: hash mismatch", "failure: no route",
                                          "refused", "error 17"};

    return reasons[chance_below(&world->chance, G_N_ELEMENTS(reasons))];
}

static int64_t soon(sim_world *world)
{
    return chance_between(&world->chance, 20 * MICROSECOND, 300 * MICROSECOND);
}

static bool knows_request_id(const sim_world *world, const sim_hop *hop)
{
    return hop->batch->relay->request_id && (world->policies.request_ids != ID_FIRST_HOP || !hop->previous);
}

static sim_message *send_answer(sim_world *world, unsigned from, unsigned to, int64_t when,
                                kx_verdict verdict, const char *response)
{
    sim_message *m = world_send(world, KX_KEY_RELAY_COMPLETION, from, to, when);

    m->verdict = verdict;
    m->response = response;
    m->lost = chance_percent(&world->chance, world->policies.lost);
    return m;
}

static void answers_hops(sim_world *world, sim_message *m, sim_hop **hops, unsigned count)
{
    m->answered = MEMORY_NEW(&world->memory, sim_hop *, count);
    memcpy(m->answered, hops, count * sizeof *hops);
    m->answered_count = count;
}

static void ends_batches(sim_world *world, sim_message *m, sim_hop **hops, unsigned count)
{
    m->ended = MEMORY_NEW(&world->memory, sim_batch *, count);
    for (unsigned i = 0; i < count; i++)
        m->ended[i] = hops[i]->batch;
    m->ended_count = count;
}

/* What the answer says of the message that it answers. */
static void refer(sim_world *world, sim_message *m, const sim_hop *hop, sim_message *attempt)
{
    m->attempt = attempt;
    m->has_request_id = knows_request_id(world, hop);
    m->echoes = world->policies.answers_echo ? attempt : NULL;
}

/* Hops of one KM link: from its receiver back to its sender. */
static sim_message *answer_hops(sim_world *world, sim_hop **hops, unsigned count, sim_message *attempt,
                                int64_t when, kx_verdict verdict, const char *response)
{
    sim_message *m = send_answer(world, hops[0]->to, hops[0]->from, when, verdict, response);

    refer(world, m, hops[0], attempt);
    answers_hops(world, m, hops, count);
    m->channel = world->policies.answers_on_own_connection ? ANY_CONNECTION : CONNECTION_OF;
    m->channel_of = attempt;
    if (!hops[0]->previous && hops[0]->last)
        ends_batches(world, m, hops, count);
    m->tells_end = hops[0]->last;
    return m;
}

void answering_acknowledge(sim_world *world, sim_hop *hop, sim_message *attempt, int64_t when)
{
    const sim_policies *p = &world->policies;
    bool final = p->ack == ACK_SUCCESS && p->end != END_BACKWARDS;

    if (p->ack == ACK_NONE || p->one_answer_a_relay ||
        (hop->last && p->end != END_NOTIFIED && p->end != END_NONE))
        return;
    answer_hops(world, &hop, 1, attempt, when, final ? KX_SUCCESS : KX_INTERIM,
                final ? "success" : "accepted");
}

void answering_refuse(sim_world *world, sim_hop *hop, sim_message *attempt, int64_t when,
                      const char *response)
{
    answer_hops(world, &hop, 1, attempt, when, KX_FAILURE, response);
}

/* Whoever is at the end of a way tells the source. */
static void notify(sim_world *world, const sim_end *end, int64_t when)
{
    sim_hop *hop = end->hops[0];
    sim_message *m =
        send_answer(world, hop->to, hop->batch->relay->source, when, end->verdict, end->response);

    refer(world, m, hop, end->attempts[0]);
    ends_batches(world, m, end->hops, end->count);
    if (!hop->previous)
        answers_hops(world, m, end->hops, end->count);
    m->tells_end = true;
    m->channel = world->policies.answers_on_own_connection ? OWN_CONNECTION : ANY_CONNECTION;
}

/* Each node tells the one that it has the keys from; so the source hears of it last. */
static void tell_backwards(sim_world *world, const sim_end *end, int64_t when)
{
    sim_hop **hops = MEMORY_NEW(&world->memory, sim_hop *, end->count);

    memcpy(hops, end->hops, end->count * sizeof *hops);
    for (bool first = true; hops[0]; first = false) {
        sim_message *m = answer_hops(world, hops, end->count, first ? end->attempts[0] : hops[0]->attempts,
                                     when, end->verdict, end->response);
        if (!hops[0]->previous)
            ends_batches(world, m, hops, end->count);
        m->tells_end = true;
        when += soon(world) + chance_between(&world->chance, 0, MILLISECOND);
        for (unsigned i = 0; i < end->count; i++)
            hops[i] = hops[i]->previous;
    }
}

void answering_arrived(sim_world *world, const sim_end *end, int64_t when)
{
    switch (world->policies.end) {
    case END_BOTH:
        if (end->hops[0]->previous)
            answer_hops(world, end->hops, end->count, end->attempts[0], when, end->verdict, end->response);
        notify(world, end, when + soon(world));
        break;
    case END_NOTIFIED:
        notify(world, end, when);
        break;
    case END_BACKWARDS:
        tell_backwards(world, end, when);
        break;
    default:
        break;
    }
}

void answering_given_up(sim_world *world, const sim_end *end, int64_t when)
{
    switch (world->policies.refusal) {
    case REFUSAL_ONLY:
        answering_refuse(world, end->hops[0], end->attempts[0], when, end->response);
        break;
    case REFUSAL_BACKWARDS:
        tell_backwards(world, end, when);
        break;
    default:
        notify(world, end, when);
    }
}

void answering_repeat(sim_world *world, sim_hop *hop, sim_message *attempt, int64_t when)
{
    const sim_policies *p = &world->policies;

    if (!p->answers_each_retry || p->one_answer_a_relay)
        return;
    answering_acknowledge(world, hop, attempt, when);
    if (hop->last && p->end == END_NOTIFIED) {
        sim_end end = {&hop, &attempt, 1, KX_SUCCESS, "success"};
        notify(world, &end, when + soon(world));
    }
}
