/* The session that is recorded: what KMA-Tokyo starts.
 *
 * One procedure after the other, so that the order of the messages is always the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "procedures.h"
#include "node.h"
#include "relay.h"
#include "supply.h"

/* The 0x1101 on the first link. */
static kx_message_t first_hop(node_t *tokyo, const relay_t *relay)
{
    g_autoptr(JsonObject) plain = relay_parameters(relay);

    return node_message(tokyo, KEY_RELAY, relay_encrypt(plain, &cast[TOKYO], &cast[NAGOYA]));
}

static void start_relay(node_t *tokyo, const relay_t *relay)
{
    kx_message_t message = first_hop(tokyo, relay);

    channel_send(node_channel(tokyo, NAGOYA), &message);
    kx_message_clear(&message);
}

static void await_answer(channel_t *channel)
{
    kx_message_t answer;

    if (channel_receive(channel, &answer))
        kx_message_clear(&answer);
}

static void relay_to_osaka(node_t *tokyo, const relay_t *relay)
{
    start_relay(tokyo, relay);
    node_await_completion(tokyo);
}

/* The neighbour completes it on the same connection. */
static void relay_to_nagoya(node_t *tokyo, const relay_t *relay)
{
    start_relay(tokyo, relay);
    await_answer(node_channel(tokyo, NAGOYA));
}

static void relays_together(node_t *tokyo)
{
    static const char *const request_ids[] = {"relay-together-1", "relay-together-2", "relay-together-3"};
    kx_message_t messages[G_N_ELEMENTS(request_ids)];

    for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
        relay_t relay = {.request_id = request_ids[i],
                         .source = TOKYO,
                         .destination = OSAKA,
                         .key_count = 1,
                         .key_size = 32};
        messages[i] = first_hop(tokyo, &relay);
    }
    channel_send_together(node_channel(tokyo, NAGOYA), messages, G_N_ELEMENTS(messages));
    for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
        node_await_completion(tokyo);
        kx_message_clear(&messages[i]);
    }
}

static void supply(node_t *tokyo, const char *session_id, gint64 number_of_keys, gint64 size_of_key)
{
    channel_t *channel = node_channel(tokyo, OSAKA);
    kx_message_t message =
        node_message(tokyo, KEY_SUPPLY, supply_parameters(session_id, number_of_keys, size_of_key));

    channel_send(channel, &message);
    await_answer(channel);
    kx_message_clear(&message);
}

static void supplies_together(node_t *tokyo)
{
    channel_t *channel = node_channel(tokyo, OSAKA);
    kx_message_t messages[] = {
        node_message(tokyo, KEY_SUPPLY, supply_parameters("session-together-1", 1, 512)),
        node_message(tokyo, KEY_SUPPLY, supply_parameters("session-together-2", 0, 0)),
    };

    channel_send_together(channel, messages, G_N_ELEMENTS(messages));
    for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
        await_answer(channel);
        kx_message_clear(&messages[i]);
    }
}

static void run(node_t *tokyo, guint big_relay_keys)
{
    relay_to_osaka(tokyo, &(relay_t){.request_id = "relay-full",
                                     .source = TOKYO,
                                     .destination = OSAKA,
                                     .key_count = 4,
                                     .key_size = 32,
                                     .with_hash = TRUE,
                                     .with_extension = TRUE});
    relay_to_osaka(tokyo, &(relay_t){.request_id = "relay-long-keys",
                                     .source = TOKYO,
                                     .destination = OSAKA,
                                     .key_count = 2,
                                     .key_size = 1024});
    relay_to_osaka(tokyo, &(relay_t){.request_id = "relay-damaged",
                                     .source = TOKYO,
                                     .destination = OSAKA,
                                     .key_count = 2,
                                     .key_size = 32,
                                     .with_hash = TRUE,
                                     .wrong_hash = TRUE});
    relays_together(tokyo);
    relay_to_nagoya(tokyo, &(relay_t){.request_id = "relay-big",
                                      .source = TOKYO,
                                      .destination = NAGOYA,
                                      .key_count = big_relay_keys,
                                      .key_size = 32,
                                      .with_hash = TRUE});
    supply(tokyo, "session-1", 1, 256);
    supply(tokyo, "session-2", 1, 4096);
    supplies_together(tokyo);
}

void procedures_run(const world_t *world)
{
    node_t *nodes[KM_COUNT];

    for (int i = 0; i < KM_COUNT; i++)
        nodes[i] = node_new(world, i);
    run(nodes[TOKYO], world->big_relay_keys);
    for (int i = 0; i < KM_COUNT; i++)
        node_hang_up(nodes[i]);
    for (int i = 0; i < KM_COUNT; i++)
        node_free(nodes[i]);
}
