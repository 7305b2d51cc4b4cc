/* conversation.h
 * Random Kx conversations: what key managers say to each other, in turns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CONVERSATION_H
#define KX_CONVERSATION_H

#include <glib.h>

#include "random.h"

/* A conversation has this many TCP connections: a key relay goes from one to the next. */
#define CONNECTIONS 2

/* What one side of a connection sends before anyone else in the conversation does. */
typedef struct {
    guint connection;
    gboolean server;
    GByteArray *bytes;
    GArray *ids;  /* of guint32: MessageIDs, in order. No two messages of a program run share one. */
    GArray *ends; /* of guint32: where each message ends in bytes */
} turn;

/* A random number from low up to high. */
guint random_between(random_t *random, guint low, guint high);

/* Returns a conversation: an array of turn *, to be freed with g_ptr_array_unref().
 * largest: of the payloads' sizes; 65535 makes some of exactly that. */
GPtrArray *conversation_new(random_t *random, guint largest);

/* Returns a turn of that many messages without responses, to be freed with turn_free(). */
turn *turn_of_notifications(random_t *random, guint count, guint largest);
void turn_free(turn *t);

#endif
