/* Kx messages over a link, each entered into the ledger.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "channel.h"
#include "link.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

struct channel {
    const world_t *world;
    const km_t *own, *peer;
    link_t *link;
    ledger_connection_t *connection; /* NULL: not yet looked up */
};

static void stop(const km_t *own, const GError *error)
{
    g_printerr("kx-peer: %s: %s\n", own->kma_id, error->message);
    exit(EXIT_FAILURE);
}

static void stop_if(const km_t *own, const GError *error)
{
    if (error)
        stop(own, error);
}

static channel_t *channel_new(const world_t *world, const km_t *own, const km_t *peer, link_t *link)
{
    channel_t *channel = g_new0(channel_t, 1);

    *channel = (channel_t){.world = world, .own = own, .peer = peer, .link = link};
    return channel;
}

static void greet(const world_t *world, const km_t *own, link_t *link)
{
    g_autoptr(GError) error = NULL;

    if (world->greeting)
        link_write(link, (const guint8 *)world->greeting, strlen(world->greeting), &error);
    stop_if(own, error);
}

static void hear_greeting(const world_t *world, const km_t *own, link_t *link)
{
    g_autofree guint8 *heard = world->greeting ? g_malloc(strlen(world->greeting)) : NULL;
    g_autoptr(GError) error = NULL;

    if (heard)
        link_read(link, heard, strlen(world->greeting), &error);
    stop_if(own, error);
}

channel_t *channel_open(const world_t *world, const km_t *own, const km_t *server)
{
    g_autoptr(GError) error = NULL;
    link_t *link = link_connect(own, server, world->port, &world->tls, &error);
    channel_t *channel;

    stop_if(own, error);
    hear_greeting(world, own, link);
    channel = channel_new(world, own, server, link);
    channel->connection = ledger_connect(world->ledger, own, link_local_port(link), server, world->port);
    return channel;
}

static const km_t *km_at(const char *address)
{
    for (guint i = 0; i < KM_COUNT; i++)
        if (strcmp(cast[i].address, address) == 0)
            return &cast[i];
    return NULL;
}

channel_t *channel_accept(const world_t *world, const km_t *own, GSocket *listener, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    link_t *link = link_accept(listener, own, &world->tls, cancellable, &error);
    g_autofree char *address = NULL;

    stop_if(own, error);
    if (!link)
        return NULL;
    greet(world, own, link);
    address = link_remote_address(link);
    return channel_new(world, own, km_at(address), link);
}

const km_t *channel_peer(const channel_t *channel)
{
    return channel->peer;
}

/* The client has entered the connection by the time that the server has something to send. */
static ledger_connection_t *connection_of(channel_t *channel)
{
    if (!channel->connection)
        channel->connection =
            ledger_find(channel->world->ledger, channel->peer->address, link_remote_port(channel->link));
    return channel->connection;
}

static GBytes *encode(channel_t *channel, const kx_message_t *message, enum writing writing)
{
    GBytes *bytes = wire_encode(message, channel->own);

    ledger_add(connection_of(channel), channel->own, message, g_bytes_get_size(bytes) - HEADER_SIZE, writing);
    return bytes;
}

/* Writes what lies between `done` and `end`. */
static void write_part(channel_t *channel, const guint8 *bytes, gsize *done, gsize end)
{
    g_autoptr(GError) error = NULL;

    if (*done < end && !link_write(channel->link, bytes + *done, end - *done, &error))
        stop(channel->own, error);
    *done = end;
}

void channel_send(channel_t *channel, const kx_message_t *message)
{
    enum writing writing = channel->own->writing;
    g_autoptr(GBytes) encoded = encode(channel, message, writing);
    gsize size, done = 0;
    const guint8 *bytes = g_bytes_get_data(encoded, &size);

    for (guint i = 0; writing == WRITE_FIELDS && i < G_N_ELEMENTS(header_ends); i++)
        write_part(channel, bytes, &done, header_ends[i]);
    if (writing == WRITE_HEADER_PAYLOAD)
        write_part(channel, bytes, &done, HEADER_SIZE);
    write_part(channel, bytes, &done, size);
}

void channel_send_together(channel_t *channel, const kx_message_t *messages, guint count)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    gsize done = 0;

    for (guint i = 0; i < count; i++) {
        g_autoptr(GBytes) encoded = encode(channel, &messages[i], WRITE_TOGETHER);
        gsize size;
        const guint8 *bytes = g_bytes_get_data(encoded, &size);
        g_byte_array_append(all, bytes, (guint)size);
    }
    write_part(channel, all->data, &done, all->len);
}

static gboolean receive(channel_t *channel, guint8 *buffer, gsize size)
{
    g_autoptr(GError) error = NULL;
    gboolean received = link_read(channel->link, buffer, size, &error);

    stop_if(channel->own, error);
    return received;
}

gboolean channel_receive(channel_t *channel, kx_message_t *message)
{
    guint8 header[HEADER_SIZE];
    g_autofree guint8 *payload = NULL;
    g_autoptr(GError) error = NULL;
    guint16 length;

    if (!receive(channel, header, sizeof header))
        return FALSE;
    length = wire_decode_header(header, message);
    payload = g_malloc(length + 1u);
    if (!receive(channel, payload, length))
        return FALSE;
    if (!wire_decode_payload((const char *)payload, length, message, &error))
        stop(channel->own, error);
    return TRUE;
}

void channel_close(channel_t *channel)
{
    link_close(channel->link);
    g_free(channel);
}
