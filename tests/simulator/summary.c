/* summary.c
 * The table of relays: one row each, with what all of its messages say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "summary.h"

#include "ending.h"
#include "truth.h"

#include <string.h>

/* What a row is to say. */
typedef struct {
    uint32_t batches, keys, hops;
    uint32_t first_frame;
    const sim_message *any;
} row;

static void add_batch(row *r, const sim_batch *batch)
{
    bool seen = false;

    for (const sim_hop *hop = batch->hops; hop; hop = hop->next) {
        const sim_message *m = truth_first_attempt(hop->attempts);
        if (!m)
            continue;
        seen = true;
        r->any = m;
        r->hops = MAX(r->hops, truth_hop(hop));
        r->first_frame = r->first_frame ? MIN(r->first_frame, m->seen->frame) : m->seen->frame;
    }
    r->batches += seen;
    r->keys += seen ? batch->key_count : 0;
}

static bool same_names(const sim_world *world, const sim_relay *relay, const kx_relay_summary *said)
{
    return g_strcmp0(said->source_kma_id, world->nodes[relay->source].kma_id) == 0 &&
           g_strcmp0(said->destination_kma_id, world->nodes[relay->destination].kma_id) == 0;
}

/* An answer may be captured before the first message. Key IDs of mistaken sources are counted once. */
static bool is_right(const sim_world *world, const sim_relay *relay, const row *r,
                     const kx_relay_summary *said)
{
    bool keys = world->policies.same_keys ? said->keys <= r->keys : said->keys == r->keys;
    bool first =
        world->policies.skew ? said->first_frame <= r->first_frame : said->first_frame == r->first_frame;

    return same_names(world, relay, said) && keys && first && said->batches == r->batches &&
           said->hops_seen == r->hops && (ending_results(r->any) >> said->result & 1);
}

static void compare_row(sim_comparison *c, const sim_relay *relay, uint32_t number)
{
    row r = {0};
    kx_relay_summary said = {0};

    for (const sim_batch *batch = relay->batches; batch; batch = batch->next)
        add_batch(&r, batch);
    if (!r.any || ending_relay(r.any) != relay)
        return;
    kx_track_relay(number, &said);
    bool right = is_right(c->world, relay, &r, &said);
    compare_count(c, SAYS_SUMMARY, right ? SAID_RIGHT : said.uncertain ? SAID_WRONG_MARKED : SAID_WRONG);
}

/* What nodes at fault sent may be relays of their own. Without request ID on the way, batches may be apart. */
void summary_compare(sim_comparison *c)
{
    if (c->world->policies.faulty || c->world->policies.request_ids == ID_FIRST_HOP)
        return;
    for (const sim_relay *relay = c->world->relays; relay; relay = relay->next) {
        uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(c->numbers, relay));
        if (number)
            compare_row(c, relay, number);
    }
}
