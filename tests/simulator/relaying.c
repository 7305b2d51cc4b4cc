/* relaying.c
 * Key relays (clause 7.1): a source KM sends batches of keys, transit KMs pass them on, refuse them, go round a node
 * that refuses, send again what was not answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "relaying.h"

#include "answering.h"
#include "topology.h"
#include "kx-standard.h"

#include <string.h>

#define START       (INT64_C(1767225600) * SECOND)
#define DETOURS_MAX 2
#define BATCHES_MAX 320

/* One way of a batch through the network. */
typedef struct {
    sim_batch *batch;
    sim_route route;
    sim_hop *last;        /* as far as it came */
    sim_message *attempt; /* the one of that hop that counted */
    int64_t when;         /* it came there */
    bool arrived;
    const char *response; /* of the refusal */
    unsigned tried;       /* nodes it was sent to */
} sim_way;

/* ---- what is sent ---- */

static const char *request_id(sim_world *world, sim_relay *relay)
{
    unsigned earlier = 0, namesakes = 0;

    for (sim_relay *other = world->relays; other; other = other->next) {
        earlier += other->source == relay->source;
        namesakes += other->source == relay->source && other->destination == relay->destination;
    }
    switch (world->policies.request_ids) {
    case ID_ABSENT:
        return NULL;
    case ID_STANDING:
        return "standing";
    case ID_REUSED_LATER:
        return memory_print(&world->memory, "%u", 1 + namesakes % 2);
    case ID_COUNTER:
        return memory_print(&world->memory, "%u", 1 + earlier);
    default:
        return memory_print(&world->memory, "request-%u", relay->number);
    }
}

/* A standing request is one relay for all that goes from the source to the destination. */
static sim_relay *standing_relay(sim_world *world, unsigned source, unsigned destination)
{
    for (sim_relay *other = world->relays; other; other = other->next)
        if (world->policies.request_ids == ID_STANDING && other->source == source &&
            other->destination == destination)
            return other;
    return NULL;
}

static sim_relay *begin_relay(sim_world *world)
{
    unsigned nodes = world->policies.nodes, source = chance_below(&world->chance, nodes);
    unsigned destination = (source + 1 + chance_below(&world->chance, nodes - 1)) % nodes;
    sim_relay *relay = standing_relay(world, source, destination);

    if (relay)
        return relay;
    relay = MEMORY_NEW(&world->memory, sim_relay, 1);
    *relay = (sim_relay){.number = ++world->relay_count, .source = source, .destination = destination};
    relay->request_id = request_id(world, relay);
    relay->next = world->relays;
    world->relays = relay;
    return relay;
}

static void make_key(sim_world *world, sim_key *key)
{
    /* Other pairs of end points may use the same Key IDs. */
    key->id = memory_print(&world->memory, "key-%u", ++world->key_count);
    key->data = memory_print(&world->memory, "%016" G_GINT64_MODIFIER "x", chance_word(&world->chance));
}

static bool same_ends(const sim_relay *one, const sim_relay *other)
{
    return one->source == other->source && one->destination == other->destination;
}

/* A batch that was over a while ago. */
static sim_batch *any_batch_before(sim_world *world, const sim_batch *batch, bool ends_matter, int64_t when)
{
    for (sim_relay *relay = world->relays; relay; relay = relay->next)
        for (sim_batch *other = relay->batches; other; other = other->next)
            if (other != batch && other->over && other->over + SECOND < when &&
                (!ends_matter || same_ends(relay, batch->relay)))
                return other;
    return NULL;
}

/* A source KM that makes mistakes uses a Key ID or key data again. */
static void use_again(sim_world *world, sim_batch *batch, int64_t when)
{
    const sim_policies *p = &world->policies;

    if (batch->key_count > 1 && chance_percent(&world->chance, p->same_keys)) {
        batch->same_keys_as = any_batch_before(world, batch, true, when);
        if (batch->same_keys_as)
            batch->keys[0].id = batch->same_keys_as->keys[0].id;
    }
    if (chance_percent(&world->chance, p->same_data)) {
        batch->same_data_as = any_batch_before(world, batch, false, when);
        if (batch->same_data_as)
            batch->keys[batch->key_count - 1].data = batch->same_data_as->keys[0].data;
    }
}

static sim_batch *begin_batch(sim_world *world, sim_relay *relay, int64_t when)
{
    sim_batch *batch = MEMORY_NEW(&world->memory, sim_batch, 1);
    unsigned keys = 1 + chance_below(&world->chance, world->policies.keys);

    *batch = (sim_batch){
        .relay = relay, .number = ++world->batch_count, .key_count = keys, .next = relay->batches};
    relay->batches = batch;
    batch->keys = MEMORY_NEW(&world->memory, sim_key, keys);
    for (unsigned i = 0; i < keys; i++)
        make_key(world, &batch->keys[i]);
    use_again(world, batch, when);
    return batch;
}

static sim_message *send_attempt(sim_world *world, sim_hop *hop, int64_t when)
{
    sim_message *m = world_send(world, KX_KEY_RELAY, hop->from, hop->to, when);
    sim_message **end = &hop->attempts;

    m->hop = hop;
    m->has_request_id =
        hop->batch->relay->request_id && (world->policies.request_ids != ID_FIRST_HOP || !hop->previous);
    while (*end)
        end = &(*end)->next;
    *end = m;
    if (m != hop->attempts) {
        m->echoes = world->policies.retries_echo ? hop->attempts : NULL;
        m->channel = world->policies.retries_elsewhere ? OTHER_CONNECTION_THAN : ANY_CONNECTION;
        m->channel_of = hop->attempts;
    }
    hop->batch->over = MAX(hop->batch->over, when);
    return m;
}

/* Without request ID nobody could tell whose the keys are that another node changed. */
static bool is_named_everywhere(const sim_policies *policies)
{
    return policies->request_ids != ID_ABSENT && policies->request_ids != ID_FIRST_HOP;
}

/* A transit KM that is at fault changes what it passes on, and those after it pass that on. */
static void inherit_faults(sim_world *world, sim_hop *hop)
{
    const sim_hop *previous = hop->previous;

    if (!previous)
        return;
    hop->false_source = previous->false_source;
    hop->false_destination = previous->false_destination;
    hop->false_key = previous->false_key;
    hop->false_transit = previous->false_transit;
    if (!chance_percent(&world->chance, world->policies.faulty))
        return;
    switch (is_named_everywhere(&world->policies) ? chance_below(&world->chance, 4) : 3) {
    case 0:
        hop->false_source = "KMA-Nobody";
        break;
    case 1:
        hop->false_destination = "KMA-Nowhere";
        break;
    case 2:
        hop->false_key = memory_print(&world->memory, "false-key-%u", ++world->key_count);
        break;
    default:
        hop->false_transit = true;
    }
}

static sim_hop *begin_hop(sim_world *world, sim_way *way, unsigned position, sim_hop *previous)
{
    sim_hop *hop = MEMORY_NEW(&world->memory, sim_hop, 1);

    *hop = (sim_hop){.batch = way->batch,
                     .previous = previous,
                     .from = way->route.nodes[position],
                     .to = way->route.nodes[position + 1],
                     .last = position + 2 == way->route.length,
                     .route = way->route.nodes,
                     .route_length = way->route.length,
                     .position = position,
                     .next = way->batch->hops};
    way->batch->hops = hop;
    inherit_faults(world, hop);
    return hop;
}

/* ---- on its way ---- */

static int64_t latency(sim_world *world)
{
    return chance_between(&world->chance, 50 * MICROSECOND, 500 * MICROSECOND);
}

/* The sender may have to send it again before the receiver takes it, or may just think so: then idle is that
 * attempt. Returns the one that counts. */
static sim_message *transmit(sim_world *world, sim_hop *hop, int64_t when, sim_message **idle)
{
    sim_message *first = send_attempt(world, hop, when);

    *idle = NULL;
    if (!chance_percent(&world->chance, world->policies.retry))
        return first;
    sim_message *second =
        send_attempt(world, hop, when + chance_between(&world->chance, 2 * SECOND, 5 * SECOND));
    if (chance_percent(&world->chance, 50))
        return second;
    *idle = second;
    return first;
}

static bool refuses(sim_world *world, const sim_way *way)
{
    const sim_policies *p = &world->policies;

    return !p->one_answer_a_relay && way->route.length && chance_percent(&world->chance, p->refused);
}

/* Carries a batch on from a position of its route. */
static void travel(sim_world *world, sim_way *way, unsigned position, sim_hop *previous, int64_t when)
{
    way->arrived = false;
    for (; position + 1 < way->route.length; position++) {
        sim_hop *hop = previous = way->last = begin_hop(world, way, position, previous);
        way->tried |= 1U << hop->to;
        sim_message *idle;
        way->attempt = transmit(world, hop, when, &idle);
        way->when = way->attempt->sent + latency(world);
        if (refuses(world, way)) {
            hop->refused = true;
            way->response = answering_failure(world);
            return;
        }
        answering_acknowledge(world, hop, way->attempt,
                              way->when + chance_between(&world->chance, 0, MILLISECOND));
        if (idle)
            answering_repeat(world, hop, idle, idle->sent + latency(world));
        when = way->when + chance_between(&world->chance, 100 * MICROSECOND, world->policies.hop_time);
    }
    way->arrived = true;
}

/* The node from which another way is tried after a refusal: the one that was refused, one before it, or the source. */
static sim_hop *turning_point(sim_world *world, const sim_way *way)
{
    sim_hop *hop = way->last;

    if (chance_percent(&world->chance, world->policies.detour_from_source))
        while (hop->previous)
            hop = hop->previous;
    else if (hop->previous && chance_percent(&world->chance, 20))
        hop = hop->previous;
    return hop;
}

static unsigned nodes_of(sim_route route)
{
    unsigned nodes = 0;

    for (unsigned i = 0; i < route.length; i++)
        nodes |= 1U << route.nodes[i];
    return nodes;
}

/* Tells those between the refusal and the turning point, and goes round. Returns whether there is another way. */
static bool go_round(sim_world *world, sim_way *way)
{
    sim_hop *turn = turning_point(world, way);
    unsigned destination = way->batch->relay->destination;
    unsigned avoided = (nodes_of(way->route) | way->tried) & ~(1U << destination | 1U << turn->from);
    sim_route second = topology_route(world, turn->from, destination, avoided);

    if (!second.length || way->last->to == destination || second.nodes[1] == turn->to)
        return false;
    answering_refuse(world, way->last, way->attempt, way->when, way->response);
    int64_t when = way->when + MILLISECOND;
    for (sim_hop *hop = way->last; hop != turn; hop = hop->previous, when += MILLISECOND)
        answering_refuse(world, hop->previous, hop->previous->attempts, when, way->response);
    way->route = topology_join(world, way->route, second);
    travel(world, way, turn->position, turn->previous,
           when + chance_between(&world->chance, MILLISECOND, 10 * MILLISECOND));
    return true;
}

/* The source did not hear of the end, and sends everything again; all pass it on again. */
static void send_all_again(sim_world *world, const sim_way *way)
{
    sim_hop *hops[2 * NODES_MAX];
    unsigned count = 0;
    int64_t when = way->when + chance_between(&world->chance, 2 * SECOND, 8 * SECOND);

    for (sim_hop *hop = way->last; hop; hop = hop->previous)
        hops[count++] = hop;
    while (count--) {
        sim_message *m = send_attempt(world, hops[count], when);
        when += latency(world) + MILLISECOND;
        answering_repeat(world, hops[count], m, when);
        when += chance_between(&world->chance, MICROSECOND, world->policies.hop_time);
    }
}

/* ---- the end ---- */

static sim_end end_of(sim_world *world, const sim_way *ways, unsigned count)
{
    sim_end end = {.hops = MEMORY_NEW(&world->memory, sim_hop *, count),
                   .attempts = MEMORY_NEW(&world->memory, sim_message *, count),
                   .count = count,
                   .verdict = ways[0].arrived ? KX_SUCCESS : KX_FAILURE,
                   .response = ways[0].arrived ? "success" : ways[0].response};

    for (unsigned i = 0; i < count; i++) {
        end.hops[i] = ways[i].last;
        end.attempts[i] = ways[i].attempt;
    }
    return end;
}

static void tell_end(sim_world *world, const sim_way *ways, unsigned count)
{
    sim_end end = end_of(world, ways, count);
    int64_t when = 0;

    for (unsigned i = 0; i < count; i++)
        when = MAX(when, ways[i].when);
    when += chance_between(&world->chance, 50 * MICROSECOND, 2 * MILLISECOND);
    if (ways[0].arrived)
        answering_arrived(world, &end, when);
    else
        answering_given_up(world, &end, when);
    for (unsigned i = 0; i < count; i++)
        ways[i].batch->over = MAX(ways[i].batch->over, when + SECOND / 10);
}

static void carry(sim_world *world, sim_way *way, int64_t when)
{
    travel(world, way, 0, NULL, when);
    for (unsigned detours = 0; !way->arrived && detours < DETOURS_MAX; detours++)
        if (!chance_percent(&world->chance, world->policies.detour) || !go_round(world, way))
            break;
}

/* The same batch goes two ways that share no node in between. The destination notifies once it has both. */
static bool carry_twice(sim_world *world, sim_way *way, int64_t when)
{
    sim_relay *relay = way->batch->relay;
    unsigned ends = 1U << relay->source | 1U << relay->destination;
    sim_way other = {
        .batch = way->batch,
        .route = topology_route(world, relay->source, relay->destination, nodes_of(way->route) & ~ends)};

    if (!other.route.length || other.route.nodes[1] == way->route.nodes[1])
        return false;
    travel(world, &other, 0, NULL, when + chance_between(&world->chance, 0, world->policies.hop_time));
    travel(world, way, 0, NULL, when);
    if (way->arrived != other.arrived) {
        tell_end(world, way->arrived ? &other : way, 1);
        if (other.arrived)
            *way = other;
        way->when = MAX(way->when, other.when) + 10 * MILLISECOND;
    } else {
        tell_end(world, &other, 1);
    }
    return true;
}

/* ---- relays ---- */

static sim_way plan_batch(sim_world *world, sim_relay *relay, sim_route route, int64_t when)
{
    const sim_policies *p = &world->policies;
    sim_way way = {.batch = begin_batch(world, relay, when), .route = route};

    if (p->one_answer_a_relay || !chance_percent(&world->chance, p->same_batch_twice) ||
        !carry_twice(world, &way, when))
        carry(world, &way, when);
    return way;
}

/* Returns when the last one of its batches was sent. */
static int64_t plan_relay(sim_world *world, int64_t when)
{
    const sim_policies *p = &world->policies;
    sim_relay *relay = begin_relay(world);
    unsigned count = p->request_ids == ID_ABSENT ? 1 : p->batches;
    sim_way ways[BATCHES_MAX];
    sim_route route = topology_route(world, relay->source, relay->destination, 0);

    for (unsigned i = 0; i < count; i++) {
        if (!p->one_answer_a_relay && chance_percent(&world->chance, p->parallel))
            route = topology_route(world, relay->source, relay->destination, 0);
        ways[i] = plan_batch(world, relay, route, when);
        if (!p->one_answer_a_relay)
            tell_end(world, &ways[i], 1);
        if (ways[i].arrived && chance_percent(&world->chance, p->retry / 3))
            send_all_again(world, &ways[i]);
        when = (p->pipelines ? when : ways[i].when + 3 * MILLISECOND) +
               chance_between(&world->chance, 10 * MICROSECOND, p->hop_time);
    }
    if (p->one_answer_a_relay)
        tell_end(world, ways, count);
    return when;
}

void relaying_plan(sim_world *world)
{
    const sim_policies *p = &world->policies;
    int64_t when = START + chance_between(&world->chance, 0, SECOND);
    bool apart = chance_percent(&world->chance, 30);

    for (unsigned i = 0; i < p->relays; i++) {
        int64_t sent = plan_relay(world, when);
        if (p->request_ids == ID_REUSED_LATER)
            when = sent + chance_between(&world->chance, 3600 * SECOND, 3 * 3600 * SECOND);
        else if (apart)
            when = sent + chance_between(&world->chance, SECOND, 10 * SECOND);
        else
            when += chance_between(&world->chance, 10 * MICROSECOND, 2 * p->hop_time);
    }
}
