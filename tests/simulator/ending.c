/* ending.c
 * The results of batches and relays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ending.h"

#include "truth.h"
#include "kx-standard.h"

#define SUCCESS (1U << KX_RELAY_SUCCESS)
#define FAILURE (1U << KX_RELAY_FAILURE)
#define OPEN    (1U << KX_RELAY_OPEN)

static bool has_seen_next(const sim_hop *hop)
{
    for (const sim_hop *other = hop->batch->hops; other; other = other->next)
        if (hop_seen(other) && hop_seen_before(other) == hop)
            return true;
    return false;
}

/* A success is certain if it comes from the destination, or reached the source; else it tells of what lies behind. */
static void hear_of_hop(const sim_message *answer, const sim_hop *hop)
{
    sim_batch *batch = hop->batch;

    if (answer->verdict == KX_FAILURE)
        batch->told_failure = true;
    else if (answer->verdict == KX_SUCCESS && answer->tells_end && hop->last)
        batch->told_success = true;
    else if (answer->verdict == KX_SUCCESS && (answer->tells_end || !has_seen_next(hop)))
        batch->told_perhaps = true;
}

/* A transit node that tells the source at last may not be known to do so. */
static bool is_of_transit(const sim_message *answer)
{
    return answer->answered_count && !answer->answered[0]->last;
}

static void hear_of_end(const sim_message *answer, sim_batch *batch)
{
    if (answer->verdict == KX_FAILURE)
        batch->told_failure = true;
    else if (answer->verdict == KX_SUCCESS && answer->tells_end && !is_of_transit(answer))
        batch->told_success = true;
}

static void hear_nothing(const sim_message *answer)
{
    for (unsigned i = 0; i < answer->answered_count; i++)
        answer->answered[i]->batch->untold = true;
    for (unsigned i = 0; i < answer->ended_count; i++)
        answer->ended[i]->untold = true;
}

static void hear(const sim_message *answer)
{
    if (!truth_refers(answer)) {
        hear_nothing(answer);
        return;
    }
    for (unsigned i = 0; i < answer->answered_count; i++)
        hear_of_hop(answer, answer->answered[i]);
    for (unsigned i = 0; i < answer->ended_count; i++)
        hear_of_end(answer, answer->ended[i]);
}

static bool arrived(const sim_batch *batch)
{
    for (const sim_hop *hop = batch->hops; hop; hop = hop->next)
        if (hop->last && !hop->refused)
            return true;
    return false;
}

static unsigned batch_results(const sim_batch *batch)
{
    if (batch->told_success)
        return SUCCESS;
    if (batch->untold)
        return OPEN | FAILURE | SUCCESS;
    if (batch->told_failure)
        return FAILURE | (arrived(batch) ? OPEN : 0) | (batch->told_perhaps ? OPEN | SUCCESS : 0);
    return batch->told_perhaps ? OPEN | SUCCESS : OPEN;
}

static bool batch_seen(const sim_batch *batch)
{
    for (const sim_hop *hop = batch->hops; hop; hop = hop->next)
        if (hop_seen(hop))
            return true;
    return false;
}

/* Failed if any failed, open if any is open, else a success. */
static unsigned worst_of(unsigned one, unsigned other)
{
    unsigned either = one | other;
    unsigned worst = either & FAILURE;

    if ((one & ~FAILURE) && (other & ~FAILURE))
        worst |= (either & OPEN) | ((one & SUCCESS) && (other & SUCCESS) ? SUCCESS : 0);
    return worst;
}

static unsigned relay_results(const sim_relay *relay)
{
    unsigned results = SUCCESS;

    for (const sim_batch *batch = relay->batches; batch; batch = batch->next)
        if (batch_seen(batch))
            results = worst_of(results, batch_results(batch));
    return results;
}

void ending_settle(sim_world *world)
{
    for (guint i = 0; i < world->messages->len; i++) {
        const sim_message *m = g_ptr_array_index(world->messages, i);
        if (m->seen && m->command_code == KX_KEY_RELAY_COMPLETION)
            hear(m);
    }
    for (sim_relay *relay = world->relays; relay; relay = relay->next)
        relay->results = relay_results(relay);
}

static sim_batch *batch_of(const sim_message *m)
{
    return m->hop              ? m->hop->batch
           : m->answered_count ? m->answered[0]->batch
           : m->ended_count    ? m->ended[0]
                               : NULL;
}

const void *ending_relay(const sim_message *m)
{
    const sim_batch *batch = batch_of(m);

    if (!batch)
        return NULL;
    return truth_is_named(batch) ? (const void *)batch->relay : batch;
}

unsigned ending_results(const sim_message *m)
{
    const sim_batch *batch = batch_of(m);

    return truth_is_named(batch) ? batch->relay->results : batch_results(batch);
}

static bool is_of_relay(const sim_message *answer, const sim_message *m)
{
    return answer->seen && answer->command_code == KX_KEY_RELAY_COMPLETION &&
           ending_relay(answer) == ending_relay(m);
}

/* A refusal that was told further on makes those of the hops before it its consequences. */
static bool told_further(const sim_world *world, const sim_hop *hop)
{
    for (guint i = 0; i < world->messages->len; i++) {
        const sim_message *m = g_ptr_array_index(world->messages, i);
        for (unsigned j = 0; m->seen && truth_refers(m) && m->verdict == KX_FAILURE && j < m->answered_count;
             j++)
            for (const sim_hop *before = m->answered[j]->previous; before; before = before->previous)
                if (before == hop)
                    return true;
    }
    return false;
}

static bool told_failure_at(const sim_world *world, const sim_message *answer, unsigned hop)
{
    for (unsigned i = 0; i < answer->answered_count; i++)
        if (hop_seen(answer->answered[i]) && truth_hop(answer->answered[i]) == hop &&
            !answer->answered[i]->batch->told_success)
            return !told_further(world, answer->answered[i]);
    return hop == 0 && answer->ended_count;
}

bool ending_failed_at(const sim_world *world, const sim_message *m, unsigned hop)
{
    for (guint i = 0; i < world->messages->len; i++) {
        const sim_message *answer = g_ptr_array_index(world->messages, i);
        if (is_of_relay(answer, m) && answer->verdict == KX_FAILURE && told_failure_at(world, answer, hop))
            return true;
    }
    return false;
}

bool ending_failed_with(const sim_world *world, const sim_message *m, const char *response)
{
    for (guint i = 0; i < world->messages->len; i++) {
        const sim_message *answer = g_ptr_array_index(world->messages, i);
        if (is_of_relay(answer, m) && answer->verdict == KX_FAILURE &&
            g_str_equal(answer->response, response))
            return true;
    }
    return false;
}
