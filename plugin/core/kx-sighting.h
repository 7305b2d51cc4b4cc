/* kx-sighting.h
 * Where and when a message was seen: what the shell hands to the core.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIGHTING_H
#define KX_SIGHTING_H

#include "kx-message.h"

/* One end of the way a message took. */
typedef struct {
    uint64_t
        node; /* tells nodes apart: a hash of the KMA ID that the user's table gives it, else of its IP address */
    uint16_t port;
    bool listens; /* the node is known to listen on this port: it took the connection */
} kx_end;

/* One message, where it was seen. */
typedef struct {
    uint32_t frame;
    unsigned ordinal; /* counts the messages of the frame from 0 */
    int64_t time;     /* nanoseconds since the epoch */
    kx_end from, to;
    bool indistinct;     /* both ends have one IP address, and the user's table does not tell them apart */
    uint32_t connection; /* numbers the TCP connections of the capture; from 1 on */
    bool forward;        /* an arbitrary but lasting name for one of the connection's directions */
    bool again;          /* TCP delivered it before: it is no message of its own */
    const kx_message *message;
} kx_sighting;

#endif
