/* findings.c
 * Missing and unsolicited answers, inconsistent hops, what was used twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "findings.h"

#include "capture.h"
#include "content.h"
#include "truth.h"
#include "kx-standard.h"

#include <string.h>

/* Whether something is the case. */
typedef enum { NO, YES, NOBODY_KNOWS } truth;

static void count(sim_comparison *c, sim_statement statement, truth is, bool found)
{
    if (found && is == NO)
        compare_count(c, statement, SAID_WRONG);
    else if (is == YES)
        compare_count(c, statement, found ? SAID_RIGHT : SAID_NOTHING);
}

/* A finding that names a frame is right only if that frame holds what it says. */
static void count_frame(sim_comparison *c, sim_statement statement, truth is, bool found, bool right)
{
    if (found && is != NO && !right && c->details)
        compare_count(c, statement, SAID_WRONG);
    else
        count(c, statement, is, found);
}

/* ---- answers ---- */

static bool says_the_same(const sim_message *answer, const sim_message *request)
{
    if (answer->supply)
        return request->supply && strcmp(answer->supply->session_id, request->supply->session_id) == 0;
    return request->has_request_id &&
           g_strcmp0(request->hop->batch->relay->request_id, truth_relay_named(answer)) == 0;
}

/* Whether the capture holds a namesake of the request that an answer names. */
static bool has_namesake(const sim_world *world, const sim_message *answer)
{
    for (guint i = 0; i < world->messages->len; i++) {
        const sim_message *m = g_ptr_array_index(world->messages, i);
        if (m->seen && !m->verdict && says_the_same(answer, m))
            return true;
    }
    return false;
}

static truth is_unsolicited(const sim_world *world, const sim_message *m)
{
    if (truth_exists(world, m, truth_is_request))
        return truth_refers(m) ? NO : NOBODY_KNOWS;
    return (m->supply && !world->policies.no_sessions) || m->has_request_id
               ? has_namesake(world, m) ? NOBODY_KNOWS : YES
               : NOBODY_KNOWS;
}

static void compare_answers(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (m->command_code == KX_KEY_RELAY || m->command_code == KX_KEY_SUPPLY) {
        bool answered = truth_exists(c->world, m, truth_is_response);
        bool told = truth_exists(c->world, m, truth_is_telling_response);
        count(c, FINDS_MISSING, told ? NO : answered ? NOBODY_KNOWS : YES, links->response_missing);
    } else {
        count(c, FINDS_UNSOLICITED, is_unsolicited(c->world, m), links->unsolicited);
    }
}

/* ---- faulty transit nodes ---- */

static const sim_hop *chain_begin(const sim_hop *hop)
{
    for (const sim_hop *before = hop; before; before = hop_seen_before(before))
        hop = before;
    return hop;
}

static unsigned faults_since(const sim_world *world, const sim_hop *hop, const sim_hop *first)
{
    bool end_points =
        hop->false_source != first->false_source || hop->false_destination != first->false_destination;
    bool transit = world->policies.transit != TRANSIT_ABSENT && hop->false_transit != first->false_transit;

    return (end_points ? KX_OTHER_END_POINTS : 0) | (transit ? KX_OTHER_TRANSIT_NODES : 0) |
           (hop->false_key != first->false_key ? KX_OTHER_KEY_IDS : 0);
}

/* Another route of the batch may name other nodes with good reason. */
static void compare_inconsistent(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (!m->hop)
        return;
    const sim_hop *before = hop_seen_before(m->hop);
    unsigned faults = faults_since(c->world, m->hop, chain_begin(m->hop));
    truth is = !faults ? NO : faults_since(c->world, m->hop, before) == 0 ? NOBODY_KNOWS : YES;
    count(c, FINDS_INCONSISTENT, is, links->inconsistent);
    if (c->details && faults && (links->inconsistent & ~faults))
        compare_count(c, FINDS_INCONSISTENT, SAID_WRONG);
}

/* ---- MessageIDs ---- */

static bool same_stream(const sim_message *one, const sim_message *other)
{
    return one->connection == other->connection && one->from == other->from &&
           one->message_id == other->message_id;
}

static bool same_request(const sim_message *one, const sim_message *other)
{
    return one->hop ? one->hop == other->hop : one->supply && one->supply == other->supply;
}

/* Whether the sender used the MessageID here before, for something else. Answers that echo one do not use it; where all
 * messages have the same one, nobody knows whether answers echo it. */
static truth id_used_before(const sim_world *world, const sim_message *m)
{
    bool always = world->policies.message_ids == ALWAYS_THE_SAME;
    truth is = NO;

    for (guint i = 0; (!m->verdict || !m->echoes || always) && is != YES && i < world->messages->len; i++) {
        const sim_message *other = g_ptr_array_index(world->messages, i);
        if (other == m)
            break;
        if (!other->seen || !same_stream(m, other) || same_request(m, other))
            continue;
        if (always && (m->verdict || other->verdict))
            is = NOBODY_KNOWS;
        else if (!other->verdict || !other->echoes)
            is = YES;
    }
    return is;
}

static bool frame_used_id(const sim_comparison *c, const sim_message *m, uint32_t frame)
{
    const sim_sighting *end = &g_array_index(c->world->sightings, sim_sighting, c->world->sightings->len);

    for (const sim_sighting *seen = capture_frame(c->world, frame);
         seen && seen < end && seen->frame == frame; seen++)
        if (seen->message != m && same_stream(m, seen->message))
            return true;
    return false;
}

static void compare_message_id(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    count_frame(c, FINDS_MESSAGE_ID, id_used_before(c->world, m), links->message_id_used_in,
                frame_used_id(c, m, links->message_id_used_in));
}

/* ---- key supply ---- */

static bool supplied_already(const sim_message *responses, const sim_message *m, unsigned key)
{
    for (; responses; responses = responses->next)
        for (unsigned i = 0; i < responses->supplied_count; i++) {
            if (responses == m && i == key)
                return false;
            if (responses->seen && responses->supplied[i].id == m->supplied[key].id)
                return true;
        }
    return false;
}

/* Key IDs of a supply's successful responses; UINT_MAX: not all are captured. */
static unsigned keys_supplied(const sim_supply *supply)
{
    unsigned keys = 0;

    for (const sim_message *m = supply->responses; m; m = m->next) {
        if (!m->seen && m->supplied_count)
            return G_MAXUINT;
        for (unsigned i = 0; i < m->supplied_count; i++)
            keys += !supplied_already(supply->responses, m, i);
    }
    return keys;
}

static truth mismatches(const sim_supply *supply)
{
    unsigned keys = keys_supplied(supply);

    if (keys == G_MAXUINT)
        return NOBODY_KNOWS;
    return supply->number_of_keys && keys && truth_first_attempt(supply->requests) &&
                   keys != supply->number_of_keys
               ? YES
               : NO;
}

/* It is said on one of the responses, and only when all were seen. */
static void compare_mismatch(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    truth is = mismatches(m->supply);
    bool right = links->keys_asked_for == m->supply->number_of_keys &&
                 links->keys_supplied == keys_supplied(m->supply);

    if (links->keys_mismatch)
        compare_count(c, FINDS_MISMATCH,
                      is == NO || (is == YES && !right && c->details) ? SAID_WRONG : SAID_RIGHT);
}

/* The same Key ID, not just an equal one: a supply took it from another. */
static bool supplies_key(const sim_supply *supply, const char *id)
{
    for (const sim_message *m = supply->responses; m; m = m->next)
        for (unsigned i = 0; m->seen && i < m->supplied_count; i++)
            if (m->supplied[i].id == id)
                return true;
    return false;
}

static bool is_supplied_again(const sim_message *m)
{
    const sim_supply *supply = m->supply->supplied_before;

    for (; supply && m->supplied_count; supply = supply->supplied_before)
        if (supplies_key(supply, m->supplied[0].id))
            return true;
    return false;
}

static void compare_supply(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (m->command_code != KX_KEY_SUPPLY_RESPONSE)
        return;
    compare_mismatch(c, m, links);
    count(c, FINDS_SUPPLIED_AGAIN, is_supplied_again(m) ? YES : NO, links->supplied_again > 0);
}

/* ---- keys that were relayed before ---- */

static bool is_faulty(const sim_hop *hop)
{
    return hop->false_source || hop->false_destination || hop->false_key;
}

/* Where keys are encrypted anew on each KM link, only the same link carries the same data. */
static bool carries_data(const sim_world *world, const sim_hop *hop, const sim_hop *other)
{
    return !world->policies.reencrypts || (other->from == hop->from && other->to == hop->to);
}

/* Whether an earlier batch was seen with this very Key ID or data; a batch that uses one again takes it over. */
static bool batch_had(const sim_world *world, const sim_batch *batch, const sim_hop *hop, const char *id,
                      const char *data)
{
    for (unsigned i = 0; i < batch->key_count; i++)
        if (batch->keys[i].id == id || batch->keys[i].data == data)
            for (const sim_hop *other = batch->hops; other; other = other->next)
                if (!is_faulty(other) && hop_seen(other) && (id || carries_data(world, hop, other)))
                    return true;
    return false;
}

static bool was_seen(const sim_world *world, const sim_hop *hop, const char *id, const char *data)
{
    for (const sim_relay *relay = world->relays; relay; relay = relay->next)
        for (const sim_batch *batch = relay->batches; batch; batch = batch->next)
            if (batch->number < hop->batch->number && batch_had(world, batch, hop, id, data))
                return true;
    return false;
}

static bool keys_were_seen(const sim_world *world, const sim_hop *hop)
{
    return hop->batch->same_keys_as && was_seen(world, hop, hop->batch->keys[0].id, NULL);
}

static bool data_were_seen(const sim_world *world, const sim_hop *hop)
{
    const sim_batch *batch = hop->batch;

    return batch->same_data_as && was_seen(world, hop, NULL, batch->keys[batch->key_count - 1].data);
}

static void compare_reuse(sim_comparison *c, const sim_message *m, const kx_links *links)
{
    if (!m->hop)
        return;
    const sim_batch *batch = m->hop->batch;
    truth faulty = is_faulty(m->hop) ? NOBODY_KNOWS : NO;
    /* It may be said once, of the first one. */
    truth said_on_first = hop_seen_before(m->hop) || m != m->hop->attempts ? NOBODY_KNOWS : YES;

    count_frame(c, FINDS_KEY_REUSED, !keys_were_seen(c->world, m->hop) || faulty ? faulty : said_on_first,
                links->reused_keys > 0, links->reused_keys == 1 && links->reused_key == 0);
    count_frame(c, FINDS_DATA_REUSED, data_were_seen(c->world, m->hop) && !faulty ? YES : faulty,
                links->reused_data > 0,
                links->reused_data == 1 && links->reused_data_key == batch->key_count - 1);
}

/* ---- all of it ---- */

void findings_compare(sim_comparison *c, const sim_sighting *seen, const kx_links *links)
{
    const sim_message *m = seen->message;

    if (c->pass == PASS_TWO || links->response_missing || links->unsolicited)
        compare_answers(c, m, links);
    compare_inconsistent(c, m, links);
    compare_message_id(c, m, links);
    compare_supply(c, m, links);
    compare_reuse(c, m, links);
}

void findings_compare_again(sim_comparison *c, const kx_links *links)
{
    bool found = links->response_missing || links->unsolicited || links->repeat_of || links->inconsistent ||
                 links->message_id_used_in || links->keys_mismatch || links->reused_keys ||
                 links->reused_data || links->supplied_again;

    compare_count(c, FINDS_AGAIN, found ? SAID_WRONG : SAID_RIGHT);
}
