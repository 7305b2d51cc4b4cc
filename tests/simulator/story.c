/* story.c
 * Networks to read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "story.h"

#include "content.h"
#include "ending.h"
#include "truth.h"
#include "kx-standard.h"

void story_begin(const sim_world *world)
{
    static const char *const ids[] = {"unique",         "counter a source", "absent",
                                      "first hop only", "standing",         "reused later"};
    static const char *const acks[] = {"no ack", "ack success", "ack interim"};
    static const char *const ends[] = {"end not told", "end notified", "end told backwards",
                                       "end told by both"};
    static const char *const refusals[] = {"refused at hop", "refused backwards", "refusal notified"};
    static const char *const connections[] = {"a link", "a direction", "a message"};
    static const char *const message_ids[] = {"counter of node", "counter of connection", "unique",
                                              "always the same"};
    const sim_policies *p = &world->policies;

    g_print("seed %" G_GUINT64_FORMAT
            ": %u nodes, request ID %s, %s, %s, %s, a connection %s%s, MessageID %s%s%s%s%s%s%s%s%s\n",
            world->seed, p->nodes, ids[p->request_ids], acks[p->ack], ends[p->end], refusals[p->refusal],
            connections[p->connections], p->answers_on_own_connection ? " (answers: own)" : "",
            message_ids[p->message_ids], p->answers_echo ? ", echoed" : "",
            p->retries_echo ? ", kept in retries" : "", p->one_answer_a_relay ? ", one answer a relay" : "",
            p->pipelines ? ", pipelined" : "", p->lost ? ", answers lost" : "",
            p->links_captured < 100 || p->cut || p->requests_lost ? ", some links captured" : "",
            p->skew ? ", clocks differ" : "",
            p->one_host ? p->listening_known ? ", one host" : ", one host, ports unknown" : "");
    if (p->many_addresses || p->node_table || p->for_ever)
        g_print("  %s %s %s\n", p->many_addresses ? "an address a link" : "",
                p->node_table ? "node table" : "", p->for_ever ? "no time-out" : "");
}

static void tell_content(const sim_world *world, const sim_message *m)
{
    sim_content content;

    content_of(world, m, &content);
    if (content.source)
        g_print(" %s>%s", content.source + 4, content.destination + 4);
    if (content.request_id)
        g_print(" req=%s", content.request_id);
    if (content.session_id)
        g_print(" session=%s", content.session_id);
    if (content.number_of_keys)
        g_print(" n=%u", content.number_of_keys);
    for (unsigned i = 0; i < content.key_count; i++)
        g_print("%s%s", i ? "," : " keys=", content.key_ids[i]);
    for (unsigned i = 0; i < content.transit_count; i++)
        g_print("%s%s", i ? "," : " via=", content.transit[i] + 4);
    if (content.response)
        g_print(" \"%s\"", content.response);
}

static uint32_t frame_of(const sim_message *m)
{
    return m && m->seen ? m->seen->frame : 0;
}

static void tell_frames(const char *name, const sim_message *attempts)
{
    g_print(" %s", name);
    for (const sim_message *m = attempts; m; m = m->next)
        g_print("%s%u", m == attempts ? "" : ",", frame_of(m));
}

static void tell_truth(const sim_message *m)
{
    g_print("        true:");
    if (m->hop) {
        const sim_hop *before = hop_seen_before(m->hop);
        g_print(" relay R%u batch B%u hop %u%s", m->hop->batch->relay->number, m->hop->batch->number,
                truth_hop(m->hop),
                m->hop->refused ? " (refused)"
                : m->hop->last  ? " (arrived)"
                                : "");
        if (before)
            tell_frames("previous ", before->attempts);
        if (m != m->hop->attempts)
            tell_frames("repeats ", m->hop->attempts);
    }
    for (unsigned i = 0; i < m->answered_count; i++) {
        g_print(" answers B%u hop %u", m->answered[i]->batch->number, truth_hop(m->answered[i]));
        tell_frames("in ", m->answered[i]->attempts);
    }
    for (unsigned i = 0; i < m->ended_count; i++)
        g_print(" ends R%u B%u", m->ended[i]->relay->number, m->ended[i]->number);
    if (m->supply && m->verdict)
        tell_frames("answers ", m->supply->requests);
    if (m->supply && !m->verdict && m->supply->responses)
        tell_frames("answered in ", m->supply->responses);
    if (m->hop || m->command_code == KX_KEY_RELAY_COMPLETION)
        g_print(" results %s%s%s", ending_results(m) & 1 ? "open " : "",
                ending_results(m) & 2 ? "success " : "", ending_results(m) & 4 ? "failure" : "");
    g_print("\n");
}

static void tell_number(const char *name, uint64_t number)
{
    if (number)
        g_print(" %s %" G_GUINT64_FORMAT, name, number);
}

static void tell_said(const kx_links *l)
{
    static const char *const results[] = {"open", "success", "failure"};

    g_print("        said:");
    tell_number("relay", l->relay);
    tell_number("hop", l->hop);
    tell_number("previous", l->previous_hop_in);
    tell_number("next", l->next_hop_in);
    tell_number("first", l->first_hop_in);
    tell_number("repeat of", l->repeat_of);
    tell_number("response in", l->response_in);
    tell_number("response to", l->response_to);
    tell_number("failed at", l->failed_hop);
    tell_number("inconsistent", l->inconsistent);
    tell_number("with", l->inconsistent_with);
    tell_number("MessageID in", l->message_id_used_in);
    tell_number("keys reused", l->reused_keys);
    tell_number("in", l->reused_key_in);
    tell_number("data reused", l->reused_data);
    tell_number("in", l->reused_data_in);
    tell_number("supplied again", l->supplied_again);
    if (l->relay_ended)
        g_print(" result %s (%s)", results[l->relay_result], l->relay_failure ? l->relay_failure : "");
    if (l->keys_mismatch)
        g_print(" mismatch asked %" G_GUINT64_FORMAT " supplied %u", l->keys_asked_for, l->keys_supplied);
    g_print("%s%s%s\n", l->response_missing ? " MISSING" : "", l->unsolicited ? " UNSOLICITED" : "",
            l->uncertain ? " uncertain" : "");
}

void story_tell(const sim_world *world, const sim_sighting *seen, const kx_links *links)
{
    const sim_message *m = seen->message;
    int64_t start = g_array_index(world->sightings, sim_sighting, 0).time;

    g_print("%5u.%u %10.3f ms  %s>%s #%u %04x id %u", seen->frame, seen->ordinal,
            (double)(seen->time - start) / 1e6, world->nodes[m->from].kma_id + 4,
            world->nodes[m->to].kma_id + 4, m->connection->number, m->command_code, m->message_id);
    tell_content(world, m);
    g_print("%s\n", seen->again ? " (delivered again)" : "");
    tell_truth(m);
    tell_said(links);
}
