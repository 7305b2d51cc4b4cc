/* traffic.h
 * TCP connections in a capture: handshakes, and segments that need not come in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TRAFFIC_H
#define KX_TRAFFIC_H

#include <glib.h>

#include "capture.h"

#define SERVER_PORT 7100
#define SEGMENT_MAX 65495

/* A range of what one side of a connection sends, from its first byte on. */
typedef struct {
    guint32 from, to;
    gboolean push;
} segment;

/* One TCP connection. */
typedef struct {
    guint32 sent[2]; /* by client and server: the offset behind the last byte that was in turn */
    guint16 client_port, server_port;
    guint8 link; /* tells the pair of nodes */
} tcp;

/* What writes the capture. Start with all zero but capture. */
typedef struct {
    capture_t *capture;
    gint64 frames;
} traffic;

/* Opens a connection with a handshake. number: of the connection, below 16384; link: below 120. */
void traffic_open(traffic *t, tcp *connection, guint number, guint8 link, guint16 server_port);

/* A connection that was opened before the capture began. */
tcp traffic_join(guint number, guint8 link, guint16 server_port);

/* Writes one segment. bytes: the segment's. */
void traffic_send(traffic *t, tcp *connection, gboolean server, const segment *s, const guint8 *bytes);

/* An ICMP error of a router, which quotes all of a segment that was sent. */
void traffic_quote(traffic *t, const tcp *connection, gboolean server, const segment *s, const guint8 *bytes);

#endif
