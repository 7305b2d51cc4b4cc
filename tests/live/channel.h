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
struct world {
    guint16 port; /* where each of them listens */
    struct tls_setting tls;
    ledger_t *ledger;
    guint big_relay_keys; /* number of keys in the one big key relay */
    const char *greeting; /* what who accepts a connection says first, which is not Kx; NULL: nothing */
};

typedef struct channel channel_t;

channel_t *channel_open(const struct world *world, const struct km *own, const struct km *server);

/* NULL when cancelled. */
channel_t *channel_accept(const struct world *world, const struct km *own, GSocket *listener,
                          GCancellable *cancellable);

/* The KM at the other end. */
const struct km *channel_peer(const channel_t *channel);

void channel_send(channel_t *channel, const struct kx_message *message);

/* All in one write. */
void channel_send_together(channel_t *channel, const struct kx_message *messages, guint count);

/* FALSE at the end of the connection. Clear the message after use. */
gboolean channel_receive(channel_t *channel, struct kx_message *message);

void channel_close(channel_t *channel);

#endif
