/* A connection between two key managers: TCP, and TLS on it if so set.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_LINK_H
#define KX_LIVE_LINK_H

#include "tls.h"

typedef struct link link_t;

GSocket *link_listen(const km_t *km, guint16 port, GError **error);

/* From the address of `own`, so that the capture shows who is who. */
link_t *link_connect(const km_t *own, const km_t *server, guint16 port, const tls_setting_t *setting,
                     GError **error);

/* NULL without an error when cancelled. */
link_t *link_accept(GSocket *listener, const km_t *own, const tls_setting_t *setting,
                    GCancellable *cancellable, GError **error);

guint16 link_local_port(const link_t *link);
guint16 link_remote_port(const link_t *link);
char *link_remote_address(const link_t *link);

/* One write. */
gboolean link_write(link_t *link, const guint8 *bytes, gsize size, GError **error);

/* Reads exactly so much. FALSE without an error if the link ends before the first byte. */
gboolean link_read(link_t *link, guint8 *buffer, gsize size, GError **error);

void link_close(link_t *link);

#endif
