/* What a ledger says that a dissector has to show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_EXPECTED_H
#define KX_LIVE_EXPECTED_H

#include "lines.h"

struct expected_message {
    char *route;     /* sender and receiver, see route_new() */
    char *writing;   /* how it was written */
    char *procedure; /* the ID that its messages have in common */
    char *response;  /* NULL: it is no answer */
    guint command;
    lines_t *lines; /* fields and expert infos */
};

char *route_new(const char *source, const char *source_port, const char *destination,
                const char *destination_port);

/* struct expected_message in order of sending on each route. `greeted`: what came first on each connection is no Kx. */
GPtrArray *expected_load(const char *file, gboolean greeted, GError **error);

#endif
