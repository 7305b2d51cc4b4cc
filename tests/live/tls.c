/* TLS between key managers, by GnuTLS. It logs the secrets to the file that SSLKEYLOGFILE names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tls.h"

#include <gnutls/gnutls.h>
#include <string.h>

struct tls {
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
};

static gboolean succeeded(int result, const char *what, GError **error)
{
    if (result >= 0)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "TLS, %s: %s", what, gnutls_strerror(result));
    return FALSE;
}

/* A GSocket never blocks by itself, so GnuTLS must not use its descriptor. */
static ssize_t push(gnutls_transport_ptr_t socket, const void *bytes, size_t size)
{
    return g_socket_send(socket, bytes, size, NULL, NULL);
}

static ssize_t pull(gnutls_transport_ptr_t socket, void *buffer, size_t size)
{
    return g_socket_receive(socket, buffer, size, NULL, NULL);
}

static int wait_for_input(gnutls_transport_ptr_t socket, unsigned int milliseconds)
{
    gint64 timeout =
        milliseconds == GNUTLS_INDEFINITE_TIMEOUT ? -1 : (gint64)milliseconds * G_TIME_SPAN_MILLISECOND;

    return g_socket_condition_timed_wait(socket, G_IO_IN, timeout, NULL, NULL) ? 1 : 0;
}

static gboolean load_own(tls_t *tls, const tls_setting_t *setting, const km_t *own, GError **error)
{
    g_autofree char *certificate = g_strdup_printf("%s/%s.crt", setting->certificates, own->file);
    g_autofree char *key = g_strdup_printf("%s/%s.key", setting->certificates, own->file);

    return succeeded(
        gnutls_certificate_set_x509_key_file(tls->credentials, certificate, key, GNUTLS_X509_FMT_PEM),
        certificate, error);
}

static gboolean load(tls_t *tls, const tls_setting_t *setting, const km_t *own, gboolean show_own,
                     GError **error)
{
    g_autofree char *authority = g_strdup_printf("%s/ca.crt", setting->certificates);

    return succeeded(gnutls_certificate_allocate_credentials(&tls->credentials), "credentials", error) &&
           succeeded(gnutls_certificate_set_x509_trust_file(tls->credentials, authority, GNUTLS_X509_FMT_PEM),
                     authority, error) &&
           (!show_own || load_own(tls, setting, own, error));
}

static gboolean offer(tls_t *tls, const char *alpn, GError **error)
{
    gnutls_datum_t name = {(unsigned char *)alpn, alpn ? (unsigned)strlen(alpn) : 0};

    return !alpn || succeeded(gnutls_alpn_set_protocols(tls->session, &name, 1, 0), "ALPN", error);
}

static gboolean prepare(tls_t *tls, GSocket *socket, const tls_setting_t *setting, GError **error)
{
    const char *priority =
        setting->version == TLS_1_2 ? "NORMAL:-VERS-ALL:+VERS-TLS1.2" : "NORMAL:-VERS-ALL:+VERS-TLS1.3";

    gnutls_transport_set_ptr(tls->session, socket);
    gnutls_transport_set_push_function(tls->session, push);
    gnutls_transport_set_pull_function(tls->session, pull);
    gnutls_transport_set_pull_timeout_function(tls->session, wait_for_input);
    return succeeded(gnutls_priority_set_direct(tls->session, priority, NULL), priority, error) &&
           succeeded(gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials),
                     "credentials", error) &&
           offer(tls, setting->alpn, error);
}

static gboolean shake_hands(tls_t *tls, GError **error)
{
    int result;

    do
        result = gnutls_handshake(tls->session);
    while (result < 0 && !gnutls_error_is_fatal(result));
    return succeeded(result, "handshake", error);
}

static void tls_free(tls_t *tls)
{
    if (tls->session)
        gnutls_deinit(tls->session);
    if (tls->credentials)
        gnutls_certificate_free_credentials(tls->credentials);
    g_free(tls);
}

static tls_t *unless_failed(tls_t *tls, gboolean good)
{
    if (good)
        return tls;
    tls_free(tls);
    return NULL;
}

tls_t *tls_client(GSocket *socket, const tls_setting_t *setting, const km_t *own, const km_t *server,
                  GError **error)
{
    tls_t *tls = g_new0(tls_t, 1);
    gboolean good = load(tls, setting, own, setting->mutual, error) &&
                    succeeded(gnutls_init(&tls->session, GNUTLS_CLIENT), "session", error) &&
                    prepare(tls, socket, setting, error);

    if (good) {
        gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, server->host, strlen(server->host));
        gnutls_session_set_verify_cert(tls->session, server->host, 0);
        good = shake_hands(tls, error);
    }
    return unless_failed(tls, good);
}

tls_t *tls_server(GSocket *socket, const tls_setting_t *setting, const km_t *own, GError **error)
{
    tls_t *tls = g_new0(tls_t, 1);
    gboolean good = load(tls, setting, own, TRUE, error) &&
                    succeeded(gnutls_init(&tls->session, GNUTLS_SERVER), "session", error) &&
                    prepare(tls, socket, setting, error);

    if (good) {
        gnutls_certificate_server_set_request(tls->session,
                                              setting->mutual ? GNUTLS_CERT_REQUIRE : GNUTLS_CERT_IGNORE);
        if (setting->mutual)
            gnutls_session_set_verify_cert(tls->session, NULL, 0);
        good = shake_hands(tls, error);
    }
    return unless_failed(tls, good);
}

void tls_close(tls_t *tls)
{
    /* Waits for the peer's good-bye too: closing a socket with unread bytes would reset the connection. */
    gnutls_bye(tls->session, GNUTLS_SHUT_RDWR);
    tls_free(tls);
}

gboolean tls_write(tls_t *tls, const guint8 *bytes, gsize size, GError **error)
{
    while (size != 0) {
        gssize written = gnutls_record_send(tls->session, bytes, size);
        if (written == GNUTLS_E_AGAIN || written == GNUTLS_E_INTERRUPTED)
            continue;
        if (!succeeded((int)written, "sending", error))
            return FALSE;
        bytes += written;
        size -= (gsize)written;
    }
    return TRUE;
}

gssize tls_read(tls_t *tls, guint8 *buffer, gsize size, GError **error)
{
    gssize received;

    do
        received = gnutls_record_recv(tls->session, buffer, size);
    while (received == GNUTLS_E_AGAIN || received == GNUTLS_E_INTERRUPTED);
    return succeeded((int)received, "receiving", error) ? received : -1;
}
