/* traffic.c
 * TCP connections in a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "traffic.h"

#include <string.h>

#include "frame.h"

enum { FIRST_CLIENT_PORT = 49152, FIRST_SEQUENCE = 1000 };

/* Frames follow each other so closely that Wireshark takes a late segment for one out of order, not for a
 * retransmission: it draws the line at 3 ms. */
static const gint64 start = G_GINT64_CONSTANT(1767225600000000000), interval = 10000;

static void write_bytes(traffic *t, const guint8 *frame, gsize length)
{
    capture_write(t->capture, start + interval * t->frames++, frame, length);
}

/* Returns the frame's length. frame: room for FRAME_MAX bytes. */
static gsize build_frame(const traffic *t, const tcp *connection, gboolean server, guint8 flags,
                         guint32 sequence, const guint8 *bytes, gsize length, guint8 *frame)
{
    endpoint_t ends[2] = {{FALSE, {192, 0, 2, (guint8)(2 * connection->link)}, connection->client_port},
                          {FALSE, {192, 0, 2, (guint8)(2 * connection->link + 1)}, connection->server_port}};
    segment_frame_t segment = {
        .source = &ends[server],
        .destination = &ends[!server],
        .sequence = FIRST_SEQUENCE + sequence,
        .acknowledgement = flags & TCP_ACK ? FIRST_SEQUENCE + connection->sent[!server] : 0,
        .flags = flags,
        .ip_id = (guint16)t->frames,
        .payload = bytes,
        .length = length,
    };

    return frame_build(&segment, frame);
}

static void write_frame(traffic *t, const tcp *connection, gboolean server, guint8 flags, guint32 sequence,
                        const guint8 *bytes, gsize length)
{
    static guint8 frame[FRAME_MAX];

    write_bytes(t, frame, build_frame(t, connection, server, flags, sequence, bytes, length, frame));
}

tcp traffic_join(guint number, guint8 link, guint16 server_port)
{
    return (tcp){{0, 0}, (guint16)(FIRST_CLIENT_PORT + number), server_port, link};
}

void traffic_open(traffic *t, tcp *connection, guint number, guint8 link, guint16 server_port)
{
    *connection = traffic_join(number, link, server_port);
    write_frame(t, connection, FALSE, TCP_SYN, (guint32)-1, NULL, 0);
    write_frame(t, connection, TRUE, TCP_SYN | TCP_ACK, (guint32)-1, NULL, 0);
    write_frame(t, connection, FALSE, TCP_ACK, 0, NULL, 0);
}

void traffic_send(traffic *t, tcp *connection, gboolean server, const segment *s, const guint8 *bytes)
{
    write_frame(t, connection, server, (guint8)(TCP_ACK | (s->push ? TCP_PSH : 0)), s->from, bytes,
                s->to - s->from);
    connection->sent[server] = MAX(connection->sent[server], s->to);
}

void traffic_quote(traffic *t, const tcp *connection, gboolean server, const segment *s, const guint8 *bytes)
{
    /* Ethernet; IPv4 from a router, without checksum; ICMP: fragmentation needed. Then the packet. */
    static const guint8 headers[] = {2,    0,   0,   0, 0, 1, 2, 0, 0,  0, 0, 2, 8,   0,
                                     0x45, 0,   0,   0, 0, 0, 0, 0, 64, 1, 0, 0, 192, 0,
                                     2,    254, 192, 0, 2, 0, 3, 4, 0,  0, 0, 0, 5,   120};
    enum { ETHERNET = 14, IP_LENGTH = 16, IP_DESTINATION = 30, IP_SOURCE_QUOTED = ETHERNET + 12 };
    static guint8 quoted[FRAME_MAX], frame[FRAME_MAX + sizeof headers];
    gsize length =
        build_frame(t, connection, server, TCP_ACK | TCP_PSH, s->from, bytes, s->to - s->from, quoted);
    gsize whole = sizeof headers + length - ETHERNET;

    memcpy(frame, headers, sizeof headers);
    frame[IP_LENGTH] = (guint8)((whole - ETHERNET) >> 8);
    frame[IP_LENGTH + 1] = (guint8)(whole - ETHERNET);
    memcpy(frame + IP_DESTINATION, quoted + IP_SOURCE_QUOTED, 4);
    memcpy(frame + sizeof headers, quoted + ETHERNET, length - ETHERNET);
    write_bytes(t, frame, whole);
}
