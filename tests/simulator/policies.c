/* policies.c
 * Draws what the key managers of a network do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "policies.h"

#include <string.h>

/* Most networks have no trouble of a kind; those that do have much of it. */
static unsigned trouble(sim_chance *chance, unsigned networks, unsigned most)
{
    return chance_percent(chance, networks) ? 1 + chance_below(chance, most) : 0;
}

static void draw_answers(sim_policies *p, sim_chance *c)
{
    p->ack = chance_below(c, ACKS);
    p->end = chance_below(c, ENDS);
    p->refusal = chance_below(c, REFUSALS);
    p->one_answer_a_relay = chance_percent(c, 20);
    p->answers_on_own_connection = chance_percent(c, 30);
    p->answers_each_retry = chance_percent(c, 50);
    p->lost = trouble(c, 15, 30);
    p->refused = trouble(c, 50, 40);
}

static void draw_identities(sim_policies *p, sim_chance *c)
{
    p->request_ids = chance_below(c, REQUEST_ID_POLICIES);
    p->message_ids = chance_below(c, 20) ? chance_below(c, ALWAYS_THE_SAME) : ALWAYS_THE_SAME;
    p->answers_echo = chance_percent(c, 50);
    p->retries_echo = chance_percent(c, 50);
    p->transit = chance_below(c, TRANSIT_POLICIES);
    p->connections = chance_below(c, CONNECTION_POLICIES);
    p->reconnects = trouble(c, 20, 30);
    p->retries_elsewhere = chance_percent(c, 30);
}

static void draw_ways(sim_policies *p, sim_chance *c)
{
    p->detour = trouble(c, 50, 100);
    p->detour_from_source = trouble(c, 30, 100);
    p->retry = trouble(c, 30, 30);
    p->parallel = trouble(c, 30, 60);
    p->same_batch_twice = trouble(c, 15, 60);
    p->pipelines = chance_percent(c, 50);
    p->reencrypts = chance_percent(c, 50);
}

static void draw_faults(sim_policies *p, sim_chance *c)
{
    p->same_keys = trouble(c, 15, 30);
    p->same_data = trouble(c, 15, 30);
    p->faulty = trouble(c, 4, 20);
}

static void draw_supplies(sim_policies *p, sim_chance *c)
{
    p->supplies = chance_percent(c, 40) ? 1 + chance_below(c, 8) : 0;
    p->no_sessions = chance_percent(c, 3);
    p->supplied_one_by_one = trouble(c, 30, 100);
    p->supplied_again = trouble(c, 15, 30);
    p->supplied_short = trouble(c, 20, 40);
    p->supply_refused = trouble(c, 30, 40);
}

static void draw_capture(sim_policies *p, sim_chance *c)
{
    p->skew = chance_percent(c, 30) ? chance_between(c, 0, 5) * MILLISECOND : 0;
    p->links_captured = chance_percent(c, 25) ? 30 + chance_below(c, 60) : 100;
    p->requests_lost = trouble(c, 4, 20);
    p->cut = chance_percent(c, 6);
    p->again = trouble(c, 15, 20);
    p->together = trouble(c, 15, 60);
    p->one_host = chance_percent(c, 8);
    p->listening_known = chance_percent(c, 80);
    p->node_table = chance_percent(c, 15);
    p->many_addresses = chance_percent(c, 8);
    p->for_ever = p->request_ids != ID_REUSED_LATER && chance_percent(c, 10);
}

void policies_draw(sim_policies *p, sim_chance *c)
{
    memset(p, 0, sizeof *p);
    p->topology = chance_below(c, TOPOLOGIES);
    p->nodes = 2 + chance_below(c, 7);
    p->relays = 1 + chance_below(c, 5);
    p->batches = chance_percent(c, 50) ? 1 : 1 + chance_below(c, 5);
    p->keys = 1 + chance_below(c, 4);
    p->hop_time = (1 + chance_below(c, 20)) * MILLISECOND;
    draw_answers(p, c);
    draw_identities(p, c);
    draw_ways(p, c);
    draw_faults(p, c);
    draw_supplies(p, c);
    draw_capture(p, c);
    /* One in a thousand networks relays for long. */
    if (p->request_ids == ID_STANDING && chance_below(c, 150) == 0) {
        p->relays = 1 + chance_below(c, 3);
        p->batches = 300;
    }
}
