/* kx-track.c
 * What a message has to do with the others of the capture: hands sightings to those who know, and gathers what
 * they say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-track.h"

#include <string.h>

#include "kx-completions.h"
#include "kx-hops.h"
#include "kx-interned.h"
#include "kx-message-ids.h"
#include "kx-queues.h"
#include "kx-results.h"
#include "kx-reuse.h"
#include "kx-standard.h"
#include "kx-supplies.h"
#include "kx-transit.h"

static bool settled;
static bool complete; /* and the capture was read to its end */

/* ---- sightings ---- */

/* The kinds stand in the order of Table I.1. */
static kx_record_kind kind_of(const kx_message *m)
{
    return m->acts_as ? (kx_record_kind)(KX_RECORD_RELAY + m->acts_as - KX_KEY_RELAY) : KX_RECORD_OTHER;
}

static void see_relay(const kx_sighting *s, const kx_way *way, uint32_t number)
{
    kx_relays_see(s, way, number);
    kx_reuse_see_relay(s->message, number);
    kx_completions_reconsider(number);
}

static void see_supply(const kx_sighting *s, const kx_way *way, uint32_t number)
{
    kx_supplies_see_request(s, way, number);
    kx_supplies_reconsider(s->message, number);
}

static void see_response(const kx_sighting *s, const kx_way *way, uint32_t number)
{
    kx_supplies_see_response(s, way, number);
    if (s->message->verdict == KX_SUCCESS)
        kx_reuse_see_response(s->message, way, number);
}

/* Whether an answer repeats the MessageID of what it answers, which may have come over another connection; or may
 * do so, as nobody knows what it answers. */
static bool is_echo(uint32_t number, uint32_t message_id)
{
    const kx_record *r = kx_record_at(number);

    if ((r->kind == KX_RECORD_COMPLETION || r->kind == KX_RECORD_RESPONSE) && !r->of)
        return true;

    if (r->kind == KX_RECORD_COMPLETION && r->of)
        return kx_hop_has_message_id(r->of, message_id);
    return r->kind == KX_RECORD_RESPONSE && r->of && kx_supply_at(r->of)->message_id == message_id;
}

void kx_track_see(const kx_sighting *s)
{
    kx_record_kind kind = s->again ? KX_RECORD_OTHER : kind_of(s->message);
    uint32_t number = kx_record_add(s, kind), message_id = s->message->header.message_id;

    settled = complete = false;
    if (s->again)
        return;
    kx_way way = kx_way_of(s);
    bool counts_on = kx_message_ids_counts_on(&way, message_id);
    if (kind == KX_RECORD_RELAY)
        see_relay(s, &way, number);
    else if (kind == KX_RECORD_COMPLETION)
        kx_completions_see(s, &way, number, counts_on);
    else if (kind == KX_RECORD_SUPPLY)
        see_supply(s, &way, number);
    else if (kind == KX_RECORD_RESPONSE)
        see_response(s, &way, number);
    if (!is_echo(number, message_id))
        kx_message_ids_use(&way, message_id, number);
}

void kx_track_settle(void)
{
    if (settled)
        return;
    kx_hops_settle();
    kx_results_settle();
    settled = true;
}

void kx_track_complete(void)
{
    kx_track_settle();
    complete = true;
}

/* ---- what is known ---- */

static int64_t time_between(uint32_t from, uint32_t to)
{
    return (int64_t)((uint64_t)kx_record_time(to) - (uint64_t)kx_record_time(from));
}

static bool is_uncertain(uint32_t record)
{
    return record && kx_record_at(record)->uncertain;
}

static void tell_relay(uint32_t batch, kx_links *links)
{
    links->relay = kx_relay_of_batch(batch);
    if (!settled)
        return;
    const kx_relay *r = kx_relay_at(links->relay);
    links->relay_ended = true;
    links->relay_result = (kx_relay_result)r->result;
    links->relay_failure = r->failure ? kx_completions_failure(r->failure) : NULL;
    links->failed_hop = r->failed_hop;
    links->uncertain |= r->uncertain;
}

/* The answer to a hop's messages: its own, the final one before the interim one, or the batch's. */
static uint32_t answer_of(const kx_hop *h)
{
    uint32_t of_batch = kx_completions_of_batch(h->batch);

    if (kx_answer_is_final(h->answer) || !kx_answer_is_final(of_batch))
        return h->answer ? h->answer : of_batch;
    return of_batch;
}

static void tell_response(uint32_t answer, kx_links *links)
{
    links->response_in = kx_record_frame(answer);
    links->response_missing = complete && !answer;
    links->uncertain |= is_uncertain(answer);
}

/* An answer that says nothing of what it answers, or that went to another one of several, may be the one that is
 * missing. */
static void tell_relay_response(const kx_hop *h, kx_links *links)
{
    const kx_batch *b = kx_batch_at(h->batch);
    uint32_t answer = answer_of(h);

    tell_response(answer, links);
    links->response_missing &= !b->doubtful && !kx_completions_may_be_mute(h);
    links->uncertain |= answer && answer == b->shared && b->shares_unsurely;
}

static void tell_place(const kx_hop *h, uint32_t hop, uint32_t number, kx_links *links)
{
    uint32_t root, place = kx_hops_measure(hop, &root);

    if (h->by_node || (settled && h->previous)) {
        links->previous_hop_in = kx_record_frame(h->previous);
        links->hop_time = time_between(h->previous, number);
        links->uncertain |= h->guessed;
    }
    if (h->next && (settled || kx_hop_at(kx_record_at(h->next)->of)->by_node)) {
        links->next_hop_in = kx_record_frame(h->next);
        links->uncertain |= kx_hop_at(kx_record_at(h->next)->of)->guessed;
    }
    links->uncertain |= h->unsure;
    if (place == KX_HOP_UNKNOWN)
        return;
    links->hop = place;
    links->first_hop_in = kx_record_frame(kx_hop_at(root)->first);
    links->relay_time = time_between(kx_hop_at(root)->first, number);
}

static bool are_parts_of_one(uint32_t record, uint32_t other)
{
    return kx_batch_at(kx_hop_at(kx_record_at(record)->of)->batch)->whole ==
           kx_batch_at(kx_hop_at(kx_record_at(other)->of)->batch)->whole;
}

/* Before the capture was read to its end, a batch may turn out to be what a hop made of an older one. */
static void tell_reuse(const kx_hop *h, uint32_t number, kx_links *links)
{
    const kx_reuses *r = kx_reuse_of(number);

    if (!r || (!settled && h->changes_batch))
        return;
    if (r->key_ids.times && !are_parts_of_one(number, r->key_ids.first_in)) {
        links->reused_keys = r->key_ids.times;
        links->reused_key = r->key_ids.first;
        links->reused_key_in = kx_record_frame(r->key_ids.first_in);
    }
    if (r->key_data.times &&
        (r->key_data.first_in == number || !are_parts_of_one(number, r->key_data.first_in))) {
        links->reused_data = r->key_data.times;
        links->reused_data_key = r->key_data.first;
        links->reused_data_in = kx_record_frame(r->key_data.first_in);
    }
}

static void tell_inconsistency(const kx_hop *h, uint32_t hop, uint32_t number, kx_links *links)
{
    if (!settled || kx_record_at(number)->repeats)
        return;
    if (h->other_transit)
        links->inconsistent |= KX_OTHER_TRANSIT_NODES;
    if (h->changes_batch) {
        const kx_relay *own = kx_relay_at(kx_batch_at(h->batch)->relay);
        const kx_relay *whole = kx_relay_at(kx_relay_of_batch(h->batch));
        if (kx_batch_at(h->batch)->key_ids != kx_batch_at(kx_hop_at(kx_hops_previous(hop))->batch)->key_ids)
            links->inconsistent |= KX_OTHER_KEY_IDS;
        if (own->source != whole->source || own->destination != whole->destination)
            links->inconsistent |= KX_OTHER_END_POINTS;
    }
    links->inconsistent_with = links->first_hop_in;
}

static void tell_key_relay(uint32_t number, kx_links *links)
{
    const kx_record *r = kx_record_at(number);
    const kx_hop *h = kx_hop_at(r->of);

    if (settled) {
        tell_relay_response(h, links);
        links->begins_batch = kx_results_begins_batch(number);
        links->batch_result = (kx_relay_result)kx_batch_at(kx_batch_at(h->batch)->whole)->result;
    }
    if (settled || !h->changes_batch)
        tell_relay(h->batch, links);
    links->repeat_of = r->repeats ? kx_record_frame(h->first) : 0;
    tell_place(h, r->of, number, links);
    tell_reuse(h, number, links);
    tell_inconsistency(h, r->of, number, links);
}

static void tell_request(uint32_t request, uint32_t number, kx_links *links)
{
    links->response_to = kx_record_frame(request);
    links->response_time = time_between(request, number);
}

static void tell_completion(uint32_t number, kx_links *links)
{
    const kx_record *r = kx_record_at(number);
    uint32_t root, hop = r->of, place = kx_hops_measure(hop, &root);

    if (r->end_to_end && settled && root)
        hop = root;
    const kx_hop *h = kx_hop_at(hop);
    tell_request(h->first, number, links);
    tell_relay(h->batch, links);
    links->first_hop_in = root ? kx_record_frame(kx_hop_at(root)->first) : 0;
    if (root && kx_hop_at(root)->transit)
        links->hops = kx_transit_count(kx_hop_at(root)->transit) + 1;
    links->counts =
        r->end_to_end ? kx_batch_at(kx_hop_at(r->of)->batch)->answer == number : h->answer == number;
    links->ends_batch = kx_completions_of_batch(kx_hop_at(r->of)->batch) == number;
    links->uncertain |= !r->end_to_end && h->unsure;
    links->hop = r->end_to_end || place == KX_HOP_UNKNOWN ? 0 : place;
    const kx_relay *relay = kx_relay_at(links->relay);
    links->source_kma_id = kx_interned_text(relay->source);
    links->destination_kma_id = kx_interned_text(relay->destination);
}

static void tell_supply_response(uint32_t number, kx_links *links)
{
    const kx_supply *s = kx_supply_at(kx_record_at(number)->of);
    const kx_reuses *reuses = kx_reuse_of(number);

    tell_request(s->first, number, links);
    links->counts = s->answer == number;
    links->keys_mismatch = settled && kx_supplies_mismatch(number);
    links->keys_asked_for = s->asked; /* KX_SUPPLY_BIG_NUMBER is large enough to say so */
    links->keys_supplied = s->keys;
    if (reuses) {
        links->supplied_again = reuses->supplied.times;
        links->supplied_again_key = reuses->supplied.first;
        links->supplied_again_in = kx_record_frame(reuses->supplied.first_in);
    }
}

static void tell_answer(uint32_t number, kx_links *links)
{
    const kx_record *r = kx_record_at(number);

    links->uncertain |= r->uncertain;
    if (!r->of)
        links->unsolicited = complete && !r->unplaced;
    else if (r->kind == KX_RECORD_COMPLETION)
        tell_completion(number, links);
    else
        tell_supply_response(number, links);
}

static void tell_supply(uint32_t number, kx_links *links)
{
    const kx_supply *s = kx_supply_at(kx_record_at(number)->of);

    tell_response(s->answer, links);
    links->response_missing &= !kx_supplies_are_doubtful(s);
    links->repeat_of = kx_record_at(number)->repeats ? kx_record_frame(s->first) : 0;
}

/* An answer may echo a MessageID that is known only later: from another connection, and captured after it. */
static bool may_be_echo(uint32_t number, uint32_t message_id)
{
    const kx_record *r = kx_record_at(number);

    if (r->kind != KX_RECORD_COMPLETION && r->kind != KX_RECORD_RESPONSE)
        return false;
    if (!settled || is_echo(number, message_id))
        return true;
    if (r->kind != KX_RECORD_COMPLETION || !r->of)
        return false;
    uint32_t hop = kx_batch_at(kx_hop_at(r->of)->batch)->newest;
    for (unsigned i = 0; hop && i < KX_LOOK_MAX; i++, hop = kx_hop_at(hop)->older)
        if (kx_hop_has_message_id(hop, message_id))
            return true;
    return false;
}

static void tell_message_id(uint32_t number, kx_links *links)
{
    uint32_t message_id, earlier = kx_message_ids_earlier(number, &message_id);

    if (earlier && !may_be_echo(number, message_id))
        links->message_id_used_in = kx_record_frame(earlier);
}

void kx_track_ask(uint32_t frame, unsigned ordinal, kx_links *links)
{
    uint32_t number = kx_record_find(frame, ordinal);

    memset(links, 0, sizeof *links);
    if (!number || kx_record_at(number)->again)
        return;
    const kx_record *r = kx_record_at(number);
    tell_message_id(number, links);
    if (r->kind == KX_RECORD_RELAY)
        tell_key_relay(number, links);
    else if (r->kind == KX_RECORD_SUPPLY)
        tell_supply(number, links);
    else if (r->kind != KX_RECORD_OTHER)
        tell_answer(number, links);
}

unsigned kx_track_hops(uint32_t frame, unsigned ordinal, uint32_t *frames, unsigned most)
{
    uint32_t number = kx_record_find(frame, ordinal);
    const kx_record *r = number ? kx_record_at(number) : NULL;
    unsigned count = 0;

    if (!r || r->kind != KX_RECORD_COMPLETION || !r->of)
        return 0;
    for (uint32_t h = kx_batch_at(kx_hop_at(r->of)->batch)->newest; h && count < most;
         h = kx_hop_at(h)->older)
        frames[count++] = kx_record_frame(kx_hop_at(h)->first);
    for (unsigned i = 0; i < count / 2; i++) {
        uint32_t other = frames[i];
        frames[i] = frames[count - 1 - i];
        frames[count - 1 - i] = other;
    }
    return count;
}

/* ---- relays as a whole ---- */

const char *kx_track_result_text(kx_relay_result result, const char *failure)
{
    if (result == KX_RELAY_FAILURE)
        return failure ? failure : "failure";
    return result == KX_RELAY_SUCCESS ? "success" : "open";
}

static void sum_up_hops(const kx_batch *b, kx_relay_summary *summary)
{
    uint32_t root;

    for (uint32_t h = b->newest; h; h = kx_hop_at(h)->older) {
        uint32_t number = kx_hops_measure(h, &root);
        const kx_hop *hop = kx_hop_at(h);
        if (number != KX_HOP_UNKNOWN && number > summary->hops_seen)
            summary->hops_seen = number;
        if (!hop->transit || hop->changes_batch || hop->previous)
            continue;
        if (kx_transit_count(hop->transit) + 1 > summary->hops_expected)
            summary->hops_expected = kx_transit_count(hop->transit) + 1;
        summary->transit_kma_ids = kx_transit_text(hop->transit); /* at last, of the first message */
    }
}

/* A batch that a hop made of another is no batch of its own. */
static void sum_up_batches(const kx_relay *r, kx_relay_summary *summary)
{
    for (uint32_t at = r->newest; at; at = kx_batch_at(at)->older) {
        const kx_batch *b = kx_batch_at(at);
        sum_up_hops(b, summary);
        if (b->whole != at)
            continue;
        summary->batches++;
        summary->keys += b->keys;
    }
}

void kx_track_relay(uint32_t relay, kx_relay_summary *summary)
{
    const kx_relay *r = kx_relay_at(relay);

    memset(summary, 0, sizeof *summary);
    sum_up_batches(r, summary);
    if (summary->batches == 0)
        return;
    summary->first_frame = kx_record_frame(r->first);
    summary->last_frame = kx_record_frame(r->last);
    summary->start = kx_record_time(r->first);
    summary->end = kx_record_time(r->last);
    summary->source_kma_id = kx_interned_text(r->source);
    summary->destination_kma_id = kx_interned_text(r->destination);
    summary->result = (kx_relay_result)r->result;
    summary->failure = r->failure ? kx_completions_failure(r->failure) : NULL;
    summary->failed_hop = r->failed_hop;
    summary->uncertain = r->uncertain;
}

/* ---- life time ---- */

void kx_track_start(const kx_track_settings *settings)
{
    kx_batches_start(settings->link_timeout);
    kx_relays_start();
    kx_hops_start(settings->clock_skew);
    kx_completions_start(settings->clock_skew);
    kx_supplies_start(settings->link_timeout, settings->clock_skew);
    settled = complete = false;
}

void kx_track_forget(void)
{
    kx_ends_forget();
    kx_records_forget();
    kx_message_ids_forget();
    kx_batches_forget();
    kx_relays_forget();
    kx_hops_forget();
    kx_queues_forget();
    kx_completions_forget();
    kx_supplies_forget();
    kx_reuse_forget();
    kx_transit_forget();
    kx_interned_forget();
}
