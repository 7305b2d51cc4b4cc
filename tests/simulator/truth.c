/* truth.c
 * What those who acted know. It follows from whom they answered and what they passed on, and from nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "truth.h"
#include "kx-standard.h"

#include <string.h>

const sim_message *truth_first_attempt(const sim_message *attempts)
{
    while (attempts && !attempts->seen)
        attempts = attempts->next;
    return attempts;
}

unsigned truth_hop(const sim_hop *hop)
{
    unsigned hops = 0;

    for (; hop; hop = hop_seen_before(hop))
        hops++;
    return hops;
}

static const sim_hop *first_hop(const sim_hop *hop)
{
    for (const sim_hop *before = hop_seen_before(hop); before; before = hop_seen_before(hop))
        hop = before;
    return hop;
}

bool truth_is_previous_hop(const sim_message *m, const sim_message *other)
{
    return m->hop && other->hop && hop_seen_before(m->hop) == other->hop;
}

bool truth_is_next_hop(const sim_message *m, const sim_message *other)
{
    return truth_is_previous_hop(other, m);
}

bool truth_is_first_hop(const sim_message *m, const sim_message *other)
{
    return m->hop && other->hop && other->hop != m->hop && first_hop(m->hop) == other->hop;
}

bool truth_is_first_sent(const sim_message *m, const sim_message *other)
{
    const sim_message *attempts = m->hop                             ? m->hop->attempts
                                  : m->command_code == KX_KEY_SUPPLY ? m->supply->requests
                                                                     : NULL;
    const sim_message *first = truth_first_attempt(attempts);

    return first && first != m && first == other;
}

/* ---- answers ---- */

static bool answers_hop(const sim_message *answer, const sim_hop *hop)
{
    for (unsigned i = 0; i < answer->answered_count; i++)
        if (answer->answered[i] == hop)
            return true;
    return false;
}

static bool ends_batch(const sim_message *answer, const sim_batch *batch)
{
    for (unsigned i = 0; i < answer->ended_count; i++)
        if (answer->ended[i] == batch)
            return true;
    return false;
}

bool truth_is_request(const sim_message *m, const sim_message *other)
{
    if (m->command_code == KX_KEY_SUPPLY_RESPONSE)
        return other->command_code == KX_KEY_SUPPLY && other->supply == m->supply;
    if (m->command_code != KX_KEY_RELAY_COMPLETION || !other->hop)
        return false;
    return answers_hop(m, other->hop) || (ends_batch(m, other->hop->batch) && !hop_seen_before(other->hop));
}

/* How well an answer answers a request; 0: not at all. */
static unsigned fitness(const sim_message *answer, const sim_message *request)
{
    if (request->supply)
        return answer->command_code != KX_KEY_SUPPLY_RESPONSE || answer->supply != request->supply ? 0
               : answer->verdict == KX_INTERIM                                                     ? 1
                                                                                                   : 4;
    if (answers_hop(answer, request->hop) && answer->answered_count == 1)
        return answer->verdict == KX_INTERIM ? 3 : 4;
    if (answers_hop(answer, request->hop))
        return 3;
    if (ends_batch(answer, request->hop->batch))
        return answer->verdict == KX_INTERIM ? 1 : 3;
    return 0;
}

bool truth_is_response(const sim_message *m, const sim_message *other)
{
    return (m->hop || m->command_code == KX_KEY_SUPPLY) && fitness(other, m) > 0;
}

bool truth_is_named(const sim_batch *batch)
{
    for (const sim_hop *hop = batch->hops; hop; hop = hop->next)
        if (hop_seen(hop) && hop->attempts->has_request_id)
            return true;
    return false;
}

const char *truth_relay_named(const sim_message *m)
{
    const sim_batch *batch = m->answered_count ? m->answered[0]->batch : m->ended[0];

    return m->has_request_id ? batch->relay->request_id : NULL;
}

static bool names_relay(const sim_message *m)
{
    bool named = false;

    for (unsigned i = 0; i < m->answered_count; i++)
        named = named || truth_is_named(m->answered[i]->batch);
    for (unsigned i = 0; i < m->ended_count; i++)
        named = named || truth_is_named(m->ended[i]);
    return m->has_request_id && named;
}

bool truth_refers(const sim_message *m)
{
    return m->supply || names_relay(m) || (m->echoes && m->echoes->seen);
}

/* What a transit node tells the source at last may be of its hop only. */
bool truth_is_telling_response(const sim_message *m, const sim_message *other)
{
    bool of_hop = m->hop && !answers_hop(other, m->hop) && other->answered_count && !other->answered[0]->last;

    return truth_is_response(m, other) && truth_refers(other) && !of_hop;
}

static unsigned best_fitness(const sim_world *world, const sim_message *m)
{
    unsigned best = 0;

    for (guint i = 0; i < world->messages->len; i++) {
        const sim_message *other = g_ptr_array_index(world->messages, i);
        if (other->seen && truth_is_telling_response(m, other))
            best = MAX(best, fitness(other, m));
    }
    return best;
}

bool truth_is_best_response(const sim_world *world, const sim_message *m, const sim_message *other)
{
    return fitness(other, m) && fitness(other, m) >= best_fitness(world, m);
}

bool truth_exists(const sim_world *world, const sim_message *m, sim_relation *relation)
{
    for (guint i = 0; i < world->messages->len; i++) {
        const sim_message *other = g_ptr_array_index(world->messages, i);
        if (other->seen && relation(m, other))
            return true;
    }
    return false;
}

/* The end of a batch that the source sent straight to the destination, perhaps among other ways, ends that hop too. */
static bool ends_direct_hop(const sim_message *m)
{
    for (unsigned i = 0; m->verdict == KX_SUCCESS && i < m->ended_count; i++)
        for (const sim_hop *hop = m->ended[i]->hops; hop; hop = hop->next)
            if (hop->last && hop->from == m->to && hop->to == m->from)
                return true;
    return false;
}

bool truth_answers_hop(const sim_message *m, unsigned hop)
{
    if (hop == 1 && ends_direct_hop(m))
        return true;
    for (unsigned i = 0; i < m->answered_count; i++)
        if (hop_seen(m->answered[i]) && truth_hop(m->answered[i]) == hop)
            return true;
    return hop == 0 && m->ended_count > 0;
}
