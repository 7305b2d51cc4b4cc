/* TLS between key managers, by GnuTLS. It logs the secrets to the file that SSLKEYLOGFILE names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_TLS_H
#define KX_LIVE_TLS_H

#include "cast.h"

#include <gio/gio.h>

enum tls_version { TLS_NONE, TLS_1_2, TLS_1_3 };

typedef struct {
    enum tls_version version;
    gboolean mutual;          /* the client shows a certificate, too */
    const char *alpn;         /* what both sides offer to speak; NULL: nothing */
    const char *certificates; /* folder of ca.crt and of NAME.crt and NAME.key for each KM */
} tls_setting_t;

typedef struct tls tls_t;

/* Both shake hands and verify the peer's certificate, if it has to show one. NULL on failure. */
tls_t *tls_client(GSocket *socket, const tls_setting_t *setting, const km_t *own, const km_t *server,
                  GError **error);
tls_t *tls_server(GSocket *socket, const tls_setting_t *setting, const km_t *own, GError **error);

/* Says good-bye and waits for the peer to do so. */
void tls_close(tls_t *tls);

/* Each write begins a TLS record of its own. */
gboolean tls_write(tls_t *tls, const guint8 *bytes, gsize size, GError **error);

/* Like g_socket_receive(): 0 at the end, -1 on failure. */
gssize tls_read(tls_t *tls, guint8 *buffer, gsize size, GError **error);

#endif
