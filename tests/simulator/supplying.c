/* supplying.c
 * Key supply notifications and their responses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "supplying.h"
#include "kx-standard.h"

#define START (INT64_C(1767225600) * SECOND)

static void append(sim_message **list, sim_message *m)
{
    while (*list)
        list = &(*list)->next;
    *list = m;
}

static sim_message *request(sim_world *world, sim_supply *supply, int64_t when)
{
    sim_message *m = world_send(world, KX_KEY_SUPPLY, supply->from, supply->to, when);

    m->supply = supply;
    append(&supply->requests, m);
    if (m != supply->requests) {
        m->echoes = world->policies.retries_echo ? supply->requests : NULL;
        m->channel = world->policies.retries_elsewhere ? OTHER_CONNECTION_THAN : ANY_CONNECTION;
        m->channel_of = supply->requests;
    }
    return m;
}

/* keys, count: those it supplies; none in a failure and in an interim response. */
static void respond(sim_world *world, sim_message *to, kx_verdict verdict, const char *text, sim_key *keys,
                    unsigned count, int64_t when)
{
    sim_message *m = world_send(world, KX_KEY_SUPPLY_RESPONSE, to->to, to->from, when);

    m->supply = to->supply;
    m->attempt = to;
    m->verdict = verdict;
    m->response = text;
    m->supplied = keys;
    m->supplied_count = count;
    m->lost = chance_percent(&world->chance, world->policies.lost);
    m->echoes = world->policies.answers_echo || world->policies.no_sessions ? to : NULL;
    m->channel = world->policies.answers_on_own_connection && !world->policies.no_sessions ? ANY_CONNECTION
                                                                                           : CONNECTION_OF;
    m->channel_of = to;
    append(&to->supply->responses, m);
}

/* The first Key ID that was supplied; NULL: none. */
static const char *first_supplied(const sim_supply *supply)
{
    for (const sim_message *m = supply->responses; m; m = m->next)
        if (m->supplied_count)
            return m->supplied[0].id;
    return NULL;
}

static sim_supply *earlier_supply(const sim_supply *supply)
{
    for (sim_supply *other = supply->next; other; other = other->next)
        if (other->from == supply->from && other->to == supply->to && first_supplied(other))
            return other;
    return NULL;
}

static sim_key *draw_keys(sim_world *world, sim_supply *supply, unsigned count)
{
    sim_key *keys = MEMORY_NEW(&world->memory, sim_key, count);
    sim_supply *earlier = earlier_supply(supply);

    for (unsigned i = 0; i < count; i++)
        keys[i].id = memory_print(&world->memory, "supplied-%u", ++world->key_count);
    if (earlier && chance_percent(&world->chance, world->policies.supplied_again)) {
        keys[0].id = first_supplied(earlier);
        supply->supplied_before = earlier;
    }
    return keys;
}

/* All keys in one response, or a response for each. */
static int64_t supply_keys(sim_world *world, sim_message *to, sim_key *keys, unsigned count, int64_t when)
{
    if (!chance_percent(&world->chance, world->policies.supplied_one_by_one)) {
        respond(world, to, KX_SUCCESS, "success", keys, count, when);
        return when;
    }
    for (unsigned i = 0; i < count; i++, when += MILLISECOND)
        respond(world, to, KX_SUCCESS, "success", keys + i, 1, when);
    return when;
}

static int64_t answer(sim_world *world, sim_supply *supply, sim_message *to, int64_t when)
{
    const sim_policies *p = &world->policies;
    unsigned count = supply->number_of_keys ? supply->number_of_keys : 1;

    if (p->ack == ACK_INTERIM) {
        respond(world, to, KX_INTERIM, "accepted", NULL, 0, when);
        when += chance_between(&world->chance, MILLISECOND, 10 * MILLISECOND);
    }
    if (chance_percent(&world->chance, p->supply_refused)) {
        respond(world, to, KX_FAILURE, "failure: no keys", NULL, 0, when);
        return when;
    }
    count -= count > 1 && chance_percent(&world->chance, p->supplied_short);
    return supply_keys(world, to, draw_keys(world, supply, count), count, when);
}

static sim_supply *begin_supply(sim_world *world)
{
    sim_supply *supply = MEMORY_NEW(&world->memory, sim_supply, 1);
    unsigned nodes = world->policies.nodes, from = chance_below(&world->chance, nodes);
    unsigned number = ++world->session_count;

    *supply = (sim_supply){.from = from,
                           .to = (from + 1 + chance_below(&world->chance, nodes - 1)) % nodes,
                           .number_of_keys = chance_below(&world->chance, 4),
                           .next = world->supplies};
    /* Each node may count its sessions by itself. */
    if (world->policies.request_ids == ID_COUNTER) {
        number = 1;
        for (sim_supply *other = world->supplies; other; other = other->next)
            number += other->from == from;
    }
    supply->session_id = memory_print(&world->memory, "session-%u", number);
    world->supplies = supply;
    return supply;
}

static int64_t plan_supply(sim_world *world, int64_t when)
{
    const sim_policies *p = &world->policies;
    sim_supply *supply = begin_supply(world);
    sim_message *first = request(world, supply, when);
    int64_t time = chance_between(&world->chance, MILLISECOND, 30 * MILLISECOND);

    if (chance_percent(&world->chance, p->retry)) {
        sim_message *second =
            request(world, supply, when + chance_between(&world->chance, 2 * SECOND, 5 * SECOND));
        if (chance_percent(&world->chance, 50))
            first = second;
    }
    return answer(world, supply, first, first->sent + time);
}

void supplying_plan(sim_world *world)
{
    int64_t when = START + chance_between(&world->chance, 0, SECOND);

    for (unsigned i = 0; i < world->policies.supplies; i++) {
        int64_t answered = plan_supply(world, when);
        when = (world->policies.pipelines ? when : answered) +
               chance_between(&world->chance, MILLISECOND, SECOND / 10);
    }
}
