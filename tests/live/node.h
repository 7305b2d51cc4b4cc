/* A key manager at work: it listens, relays, completes and answers, and calls others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_NODE_H
#define KX_LIVE_NODE_H

#include "channel.h"

typedef struct node node_t;

/* Listens at once. */
node_t *node_new(const world_t *world, int place);

/* The connection of its own to another KM, opened when first asked for. */
channel_t *node_channel(node_t *node, int peer);

/* Takes the parameters. */
kx_message_t node_message(node_t *node, enum command command, JsonObject *parameters);

/* Waits for a completion notification that another KM sends over a connection of its own. */
void node_await_completion(node_t *node);

/* Ends what it opened. */
void node_hang_up(node_t *node);

/* Waits until all others have hung up. */
void node_free(node_t *node);

#endif
