/* compare.c
 * Statement by statement.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compare.h"

#include "capture.h"
#include "ending.h"
#include "findings.h"
#include "truth.h"
#include "kx-standard.h"

#include <string.h>

/* ---- statements about frames ---- */

/* Whether a frame holds a message that has the relation to m. */
static bool frame_holds(const sim_comparison *c, uint32_t frame, const sim_message *m, sim_relation *relation)
{
    const sim_sighting *end = &g_array_index(c->world->sightings, sim_sighting, c->world->sightings->len);

    for (const sim_sighting *seen = capture_frame(c->world, frame);
         seen && seen < end && seen->frame == frame; seen++)
        if (!seen->again && relation(m, seen->message))
            return true;
    return false;
}

/* Some things have no field in tshark's output. */
static bool may_be_left_out(const sim_comparison *c, sim_statement statement)
{
    return c->pass == PASS_ONE ||
           (!c->details && (statement == SAYS_FIRST || statement == SAYS_ANSWERED_HOP));
}

void compare_count(sim_comparison *c, sim_statement statement, sim_said said)
{
    if (said == SAID_NOTHING && may_be_left_out(c, statement))
        return;
    c->tally->counts[c->pass][statement][said]++;
    c->said[statement][said]++;
    if (c->log && said != SAID_RIGHT)
        g_string_append_printf(c->log, "  pass %d, frame %u.%u: %s: %s\n", c->pass + 1, c->seen->frame,
                               c->seen->ordinal, statement_name(statement), said_name(said));
}

static void count_value(sim_comparison *c, sim_statement statement, bool right, bool marked)
{
    compare_count(c, statement, right ? SAID_RIGHT : marked ? SAID_WRONG_MARKED : SAID_WRONG);
}

static void compare_frame(sim_comparison *c, sim_statement statement, const sim_message *m, uint32_t frame,
                          sim_relation *relation, bool marked)
{
    if (frame)
        count_value(c, statement, frame_holds(c, frame, m, relation), marked);
    else if (truth_exists(c->world, m, relation))
        compare_count(c, statement, SAID_NOTHING);
}

/* ---- key relays ---- */

static void compare_relay_number(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    const void *relay = ending_relay(m);

    if (!relay || (m->command_code == KX_KEY_RELAY_COMPLETION && !links->response_to))
        return;
    if (!links->relay) {
        compare_count(c, SAYS_RELAY, SAID_NOTHING);
        return;
    }
    if (links->relay >= c->relays->len)
        g_ptr_array_set_size(c->relays, (gint)links->relay + 1);
    void **known = &g_ptr_array_index(c->relays, links->relay);
    *known = *known ? *known : (void *)relay;
    void *number = g_hash_table_lookup(c->numbers, relay);
    if (!number)
        g_hash_table_insert(c->numbers, (void *)relay, number = GUINT_TO_POINTER(links->relay));
    bool whole = c->pass == PASS_ONE || number == GUINT_TO_POINTER(links->relay);
    count_value(c, SAYS_RELAY, *known == relay && whole, links->uncertain);
}

static void compare_hop(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (links->hop)
        count_value(c, SAYS_HOP, links->hop == truth_hop(m->hop), links->uncertain);
    else
        compare_count(c, SAYS_HOP, SAID_NOTHING);
    compare_frame(c, SAYS_PREVIOUS, m, links->previous_hop_in, truth_is_previous_hop, links->uncertain);
    compare_frame(c, SAYS_NEXT, m, links->next_hop_in, truth_is_next_hop, links->uncertain);
    compare_frame(c, SAYS_FIRST, m, links->hop > 1 ? links->first_hop_in : 0, truth_is_first_hop,
                  links->uncertain);
}

static void compare_result(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (!links->relay_ended || !links->relay || !ending_relay(m))
        return;
    bool right = ending_results(m) >> links->relay_result & 1;
    count_value(c, SAYS_RESULT, right, links->uncertain);
    if (!right || links->relay_result != KX_RELAY_FAILURE)
        return;
    if (links->failed_hop)
        count_value(c, SAYS_FAILED_HOP, ending_failed_at(c->world, m, links->failed_hop), links->uncertain);
    else if (!ending_failed_at(c->world, m, 0))
        compare_count(c, SAYS_FAILED_HOP, SAID_NOTHING);
    if (links->relay_failure)
        count_value(c, SAYS_FAILURE, ending_failed_with(c->world, m, links->relay_failure), links->uncertain);
    else
        compare_count(c, SAYS_FAILURE, SAID_NOTHING);
}

/* ---- requests and responses ---- */

/* Which of several responses is the best is known at the end. */
static void compare_response(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (!links->response_in) {
        if (truth_exists(c->world, m, truth_is_telling_response))
            compare_count(c, SAYS_RESPONSE, SAID_NOTHING);
        return;
    }
    const sim_sighting *end = &g_array_index(c->world->sightings, sim_sighting, c->world->sightings->len);
    bool right = false;
    for (const sim_sighting *seen = capture_frame(c->world, links->response_in);
         seen && seen < end && seen->frame == links->response_in; seen++)
        right = right ||
                (!seen->again && (c->pass == PASS_ONE ? truth_is_response(m, seen->message)
                                                      : truth_is_best_response(c->world, m, seen->message)));
    count_value(c, SAYS_RESPONSE, right, links->uncertain);
}

static void compare_answered_hop(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (!links->response_to)
        return;
    if (links->hop || truth_answers_hop(m, 0))
        count_value(c, SAYS_ANSWERED_HOP, truth_answers_hop(m, links->hop), links->uncertain);
    else
        compare_count(c, SAYS_ANSWERED_HOP, SAID_NOTHING);
}

static void compare_kma_ids(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    const sim_relay *relay = m->ended_count ? m->ended[0]->relay : m->answered[0]->batch->relay;
    const sim_node *nodes = c->world->nodes;

    if (!links->source_kma_id && !links->destination_kma_id)
        return;
    count_value(c, SAYS_KMA_IDS,
                g_strcmp0(links->source_kma_id, nodes[relay->source].kma_id) == 0 &&
                    g_strcmp0(links->destination_kma_id, nodes[relay->destination].kma_id) == 0,
                links->uncertain || c->world->policies.faulty);
}

static int64_t frame_time(const sim_comparison *c, uint32_t frame)
{
    const sim_sighting *seen = capture_frame(c->world, frame);

    return seen ? seen->time : 0;
}

static void compare_time(sim_comparison *c, const sim_sighting *seen, uint32_t since, int64_t said)
{
    if (since)
        count_value(c, SAYS_TIMES, said == seen->time - frame_time(c, since), false);
}

static void compare_times(sim_comparison *c, const sim_sighting *seen, const kx_links *links)
{
    compare_time(c, seen, links->response_to, links->response_time);
    compare_time(c, seen, links->previous_hop_in, links->hop_time);
    if (links->hop > 1 && seen->message->hop)
        compare_time(c, seen, links->first_hop_in, links->relay_time);
}

/* ---- all of it ---- */

static bool is_request(const sim_message *m)
{
    return m->command_code == KX_KEY_RELAY || m->command_code == KX_KEY_SUPPLY;
}

static uint64_t wrong_marked(const sim_comparison *c)
{
    uint64_t wrong = 0;

    for (sim_statement s = 0; s < STATEMENTS; s++)
        wrong += c->said[s][SAID_WRONG_MARKED];
    return wrong;
}

/* Whether something was marked, and whether there was need. */
static void count_mark(sim_comparison *c, uint64_t wrong_before)
{
    c->tally->marked++;
    c->tally->marked_in_vain += wrong_marked(c) == wrong_before;
}

void compare_message(sim_comparison *c, const sim_sighting *seen, const kx_links *links)
{
    const sim_message *m = seen->message;
    uint64_t wrong_before = wrong_marked(c);

    if (seen->again) {
        findings_compare_again(c, links);
        return;
    }
    if (m->hop)
        compare_hop(c, m, links);
    if (m->hop || m->command_code == KX_KEY_RELAY_COMPLETION) {
        compare_relay_number(c, m, links);
        compare_result(c, m, links);
    }
    if (is_request(m)) {
        compare_frame(c, SAYS_REPEAT, m, links->repeat_of, truth_is_first_sent, links->uncertain);
        compare_response(c, m, links);
    } else {
        if (links->response_to || truth_refers(m))
            compare_frame(c, SAYS_REQUEST, m, links->response_to, truth_is_request, links->uncertain);
    }
    if (m->command_code == KX_KEY_RELAY_COMPLETION) {
        compare_answered_hop(c, m, links);
        compare_kma_ids(c, m, links);
    }
    compare_times(c, seen, links);
    findings_compare(c, seen, links);
    if (links->uncertain && c->pass == PASS_TWO)
        count_mark(c, wrong_before);
}
