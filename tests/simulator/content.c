/* content.c
 * The parameters of messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "content.h"
#include "kx-standard.h"

#include <string.h>

/* The whole route between the end points, or what lies ahead of the receiver and himself. */
static void list_transit(const sim_world *world, const sim_hop *hop, sim_content *content)
{
    unsigned first = world->policies.transit == TRANSIT_REST ? hop->position + 1 : 1;

    content->has_transit = world->policies.transit != TRANSIT_ABSENT;
    for (unsigned i = first; content->has_transit && i + 1 < hop->route_length; i++)
        content->transit[content->transit_count++] = world->nodes[hop->route[i]].kma_id;
    if (hop->false_transit && content->has_transit)
        content->transit[content->transit_count++] = "KMA-Elsewhere";
}

/* Keys may be encrypted anew on each KM link. */
static void list_keys(const sim_world *world, const sim_hop *hop, sim_content *content)
{
    const sim_batch *batch = hop->batch;

    content->key_count = batch->key_count;
    for (unsigned i = 0; i < batch->key_count; i++) {
        content->key_ids[i] = i == 0 && hop->false_key ? hop->false_key : batch->keys[i].id;
        if (world->policies.reencrypts)
            g_snprintf(content->key_data[i], sizeof content->key_data[i], "%s-%u-%u", batch->keys[i].data,
                       hop->from, hop->to);
        else
            g_strlcpy(content->key_data[i], batch->keys[i].data, sizeof content->key_data[i]);
    }
}

static void relay_content(const sim_world *world, const sim_message *m, sim_content *content)
{
    const sim_hop *hop = m->hop;
    const sim_relay *relay = hop->batch->relay;

    content->source = hop->false_source ? hop->false_source : world->nodes[relay->source].kma_id;
    content->destination =
        hop->false_destination ? hop->false_destination : world->nodes[relay->destination].kma_id;
    content->request_id = m->has_request_id ? relay->request_id : NULL;
    list_transit(world, hop, content);
    list_keys(world, hop, content);
}

static void completion_content(const sim_message *m, sim_content *content)
{
    const sim_batch *batch = m->answered_count ? m->answered[0]->batch : m->ended[0];

    content->request_id = m->has_request_id ? batch->relay->request_id : NULL;
    content->response = m->response;
}

static void supply_content(const sim_world *world, const sim_message *m, sim_content *content)
{
    content->session_id = world->policies.no_sessions ? NULL : m->supply->session_id;
    content->response = m->response;
    if (m->command_code == KX_KEY_SUPPLY)
        content->number_of_keys = m->supply->number_of_keys;
    content->key_count = m->supplied_count;
    for (unsigned i = 0; i < m->supplied_count; i++)
        content->key_ids[i] = m->supplied[i].id;
}

void content_of(const sim_world *world, const sim_message *m, sim_content *content)
{
    memset(content, 0, sizeof *content);
    if (m->command_code == KX_KEY_RELAY)
        relay_content(world, m, content);
    else if (m->command_code == KX_KEY_RELAY_COMPLETION)
        completion_content(m, content);
    else
        supply_content(world, m, content);
}

static uint64_t hash_text(const char *text)
{
    return kx_hash(0, text, strlen(text));
}

static void hash_keys(const sim_content *content, bool with_data, kx_message *message)
{
    static uint64_t ids[CONTENT_KEYS_MAX], data[CONTENT_KEYS_MAX];

    for (unsigned i = 0; i < content->key_count; i++) {
        ids[i] = hash_text(content->key_ids[i]);
        data[i] = with_data ? hash_text(content->key_data[i]) : 0;
        message->key_ids_hash += ids[i];
    }
    message->has_keys = content->key_count > 0;
    message->has_key_data = with_data;
    message->key_count = message->key_id_count = content->key_count;
    message->key_ids = ids;
    message->key_data = data;
    message->first_key_id = with_data ? content->key_ids[0] : NULL;
}

static void hash_transit(const sim_content *content, kx_message *message)
{
    static uint64_t hashes[CONTENT_TRANSIT_MAX];
    static char joined[CONTENT_TRANSIT_MAX * 20];

    joined[0] = '\0';
    for (unsigned i = 0; i < content->transit_count; i++) {
        hashes[i] = hash_text(content->transit[i]);
        g_strlcat(joined, i ? ", " : "", sizeof joined);
        g_strlcat(joined, content->transit[i], sizeof joined);
    }
    message->transit = hashes;
    message->transit_count = content->transit_count;
    message->transit_kma_ids = content->transit_count ? joined : NULL;
}

const kx_message *content_message(const sim_message *m, const sim_content *content)
{
    static kx_message message;

    message = (kx_message){.header = {1, m->message_id, m->command_code, 100},
                           .acts_as = m->command_code,
                           .source_kma_id = content->source,
                           .destination_kma_id = content->destination,
                           .key_relay_request_id = content->request_id,
                           .session_id = content->session_id,
                           .response = content->response,
                           .verdict = m->verdict,
                           .has_number_of_keys = content->number_of_keys > 0,
                           .number_of_keys = content->number_of_keys};
    hash_keys(content, m->command_code == KX_KEY_RELAY, &message);
    hash_transit(content, &message);
    return &message;
}
