/* What was sent, for a later comparison with what a dissector says was sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_LEDGER_H
#define KX_LIVE_LEDGER_H

#include "cast.h"
#include "message.h"

typedef struct ledger ledger_t;
typedef struct ledger_connection ledger_connection_t;

/* `greeting`: what servers say first, which is not Kx; NULL: nothing. */
ledger_t *ledger_new(const char *transport, const char *greeting);
void ledger_free(ledger_t *ledger);
gboolean ledger_save(ledger_t *ledger, const char *file, GError **error);

/* May be called by any thread, as may be ledger_add(). The result is the ledger's. */
ledger_connection_t *ledger_connect(ledger_t *ledger, const km_t *client, guint16 client_port,
                                    const km_t *server, guint16 server_port);

/* Call it before the message is written, so that the ledger is in the order of sending. */
void ledger_add(ledger_connection_t *connection, const km_t *from, const kx_message_t *message,
                gsize payload_length, enum writing writing);

/* The connection with this client, by its server, which did not open it. */
ledger_connection_t *ledger_find(ledger_t *ledger, const char *client_address, guint16 client_port);

#endif
