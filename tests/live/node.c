/* A key manager at work: it listens, relays, completes and answers, and calls others.
 *
 * Each connection that it accepts has a thread, which acts on what it receives there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "node.h"
#include "link.h"
#include "relay.h"
#include "supply.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT_VERSION 1

struct node {
    const world_t *world;
    const km_t *km;
    int place;
    GMutex mutex; /* guards `channels` */
    channel_t *channels[KM_COUNT];
    int last_message_id; /* atomic */
    GSocket *listener;
    GThread *acceptor;
    GCancellable *closing;
    GAsyncQueue *completions;
};

struct visit {
    node_t *node;
    channel_t *channel;
};

channel_t *node_channel(node_t *node, int peer)
{
    channel_t *channel;

    g_mutex_lock(&node->mutex);
    if (!node->channels[peer])
        node->channels[peer] = channel_open(node->world, node->km, &cast[peer]);
    channel = node->channels[peer];
    g_mutex_unlock(&node->mutex);
    return channel;
}

kx_message_t node_message(node_t *node, enum command command, JsonObject *parameters)
{
    guint number = (guint)g_atomic_int_add(&node->last_message_id, 1) + 1;

    return (kx_message_t){
        .version = FORMAT_VERSION, .id = number, .command = command, .parameters = parameters};
}

static void send(node_t *node, channel_t *channel, enum command command, JsonObject *parameters)
{
    kx_message_t message = node_message(node, command, parameters);

    channel_send(channel, &message);
    kx_message_clear(&message);
}

/* To the source: on its own connection, if it is the neighbour; else on one of ours. */
static void complete(struct visit *visit, int source, JsonObject *parameters)
{
    channel_t *channel =
        channel_peer(visit->channel) == &cast[source] ? visit->channel : node_channel(visit->node, source);

    send(visit->node, channel, KEY_RELAY_COMPLETION, relay_completion(parameters));
}

static void on_key_relay(struct visit *visit, const kx_message_t *message)
{
    node_t *node = visit->node;
    int source = cast_find(message_string(message, SOURCE_KMA_ID));
    int destination = cast_find(message_string(message, DESTINATION_KMA_ID));
    int next = destination > node->place ? node->place + 1 : node->place - 1;
    g_autoptr(JsonObject) plain = relay_decrypt(message->parameters, channel_peer(visit->channel), node->km);

    if (destination == node->place)
        complete(visit, source, plain);
    else
        send(node, node_channel(node, next), KEY_RELAY, relay_encrypt(plain, node->km, &cast[next]));
}

/* A response bears the MessageID of its request. */
static void on_key_supply(struct visit *visit, const kx_message_t *message)
{
    kx_message_t response = {.version = FORMAT_VERSION,
                             .id = message->id,
                             .command = KEY_SUPPLY_RESPONSE,
                             .parameters = supply_response(message->parameters)};

    channel_send(visit->channel, &response);
    kx_message_clear(&response);
}

static void on_message(struct visit *visit, const kx_message_t *message)
{
    switch (message->command) {
    case KEY_RELAY:
        on_key_relay(visit, message);
        break;
    case KEY_RELAY_COMPLETION:
        g_async_queue_push(visit->node->completions, visit->node);
        break;
    case KEY_SUPPLY:
        on_key_supply(visit, message);
        break;
    case KEY_SUPPLY_RESPONSE: /* comes on connections of our own only */
        break;
    }
}

static gpointer receive_visitor(gpointer data)
{
    struct visit *visit = data;
    kx_message_t message;

    while (channel_receive(visit->channel, &message)) {
        on_message(visit, &message);
        kx_message_clear(&message);
    }
    channel_close(visit->channel);
    g_free(visit);
    return NULL;
}

static void join(gpointer thread)
{
    g_thread_join(thread);
}

static gpointer accept_visitors(gpointer data)
{
    node_t *node = data;
    g_autoptr(GPtrArray) threads = g_ptr_array_new_with_free_func(join);
    channel_t *channel;

    while ((channel = channel_accept(node->world, node->km, node->listener, node->closing))) {
        struct visit *visit = g_new(struct visit, 1);
        *visit = (struct visit){node, channel};
        g_ptr_array_add(threads, g_thread_new("visitor", receive_visitor, visit));
    }
    return NULL;
}

node_t *node_new(const world_t *world, int place)
{
    node_t *node = g_new0(node_t, 1);
    g_autoptr(GError) error = NULL;

    node->world = world;
    node->km = &cast[place];
    node->place = place;
    g_mutex_init(&node->mutex);
    node->last_message_id = (place + 1) * 0x01000000;
    node->closing = g_cancellable_new();
    node->completions = g_async_queue_new();
    node->listener = link_listen(node->km, world->port, &error);
    if (!node->listener) {
        g_printerr("kx-peer: %s cannot listen on %s: %s\n", node->km->kma_id, node->km->address,
                   error->message);
        exit(EXIT_FAILURE);
    }
    node->acceptor = g_thread_new(node->km->kma_id, accept_visitors, node);
    return node;
}

void node_await_completion(node_t *node)
{
    g_async_queue_pop(node->completions);
}

void node_hang_up(node_t *node)
{
    for (int i = 0; i < KM_COUNT; i++)
        if (node->channels[i])
            channel_close(node->channels[i]);
}

void node_free(node_t *node)
{
    g_cancellable_cancel(node->closing);
    g_thread_join(node->acceptor);
    g_socket_close(node->listener, NULL);
    g_object_unref(node->listener);
    g_object_unref(node->closing);
    g_async_queue_unref(node->completions);
    g_mutex_clear(&node->mutex);
    g_free(node);
}
