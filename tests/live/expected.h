/* What a ledger says that a dissector has to show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_EXPECTED_H
#define KX_LIVE_EXPECTED_H

#include "lines.h"

#include <json-glib/json-glib.h>

typedef struct {
    char *route;     /* sender and receiver, see route_new() */
    char *writing;   /* how it was written */
    char *procedure; /* the ID that its messages have in common */
    guint command;
    JsonObject *parameters;
    lines_t *lines; /* fields and expert infos */
} expected_message_t;

char *route_new(const char *source, const char *source_port, const char *destination,
                const char *destination_port);

/* expected_message_t in order of sending on each route. */
GPtrArray *expected_load(const char *file, GError **error);

#endif
