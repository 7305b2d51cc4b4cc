/* Kx messages over a link, each entered into the ledger.
 *
 * A failure ends the program: half a session is of no use.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_CHANNEL_H
#define KX_LIVE_CHANNEL_H

#include "ledger.h"
#include "tls.h"

/* What all key managers share. */
typedef struct {
    guint16 port; /* where each of them listens */
    tls_setting_t tls;
    ledger_t *ledger;
    guint big_relay_keys; /* number of keys in the one big key relay */
    const char *greeting; /* what who accepts a connection says first, which is not Kx; NULL: nothing */
} world_t;

typedef struct channel channel_t;

channel_t *channel_open(const world_t *world, const km_t *own, const km_t *server);

/* NULL when cancelled. */
channel_t *channel_accept(const world_t *world, const km_t *own, GSocket *listener,
                          GCancellable *cancellable);

/* The KM at the other end. */
const km_t *channel_peer(const channel_t *channel);

void channel_send(channel_t *channel, const kx_message_t *message);

/* All in one write. */
void channel_send_together(channel_t *channel, const kx_message_t *messages, guint count);

/* FALSE at the end of the connection. Clear the message after use. */
gboolean channel_receive(channel_t *channel, kx_message_t *message);

void channel_close(channel_t *channel);

#endif
