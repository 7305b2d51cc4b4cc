/* A connection between two key managers: TCP, and TLS on it if so set.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

struct link {
    GSocket *socket;
    tls_t *tls; /* NULL: no TLS */
};

static GSocket *bound_socket(const km_t *km, guint16 port, GError **error)
{
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(km->address, port);

    if (!socket || !g_socket_bind(socket, address, port != 0, error))
        return NULL;
    return g_steal_pointer(&socket);
}

GSocket *link_listen(const km_t *km, guint16 port, GError **error)
{
    g_autoptr(GSocket) socket = bound_socket(km, port, error);

    if (!socket || !g_socket_listen(socket, error))
        return NULL;
    return g_steal_pointer(&socket);
}

/* Without TCP_NODELAY the kernel would join what is written separately. */
static link_t *link_new(GSocket *socket, GError **error)
{
    link_t *link;

    if (!g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, error))
        return NULL;
    link = g_new0(link_t, 1);
    link->socket = g_object_ref(socket);
    return link;
}

static void link_free(link_t *link)
{
    g_socket_close(link->socket, NULL);
    g_object_unref(link->socket);
    g_free(link);
}

static link_t *with_tls(link_t *link, tls_t *tls)
{
    link->tls = tls;
    if (tls)
        return link;
    link_free(link);
    return NULL;
}

link_t *link_connect(const km_t *own, const km_t *server, guint16 port, const tls_setting_t *setting,
                     GError **error)
{
    g_autoptr(GSocket) socket = bound_socket(own, 0, error);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(server->address, port);
    link_t *link;

    if (!socket || !g_socket_connect(socket, address, NULL, error))
        return NULL;
    link = link_new(socket, error);
    if (!link || setting->version == TLS_NONE)
        return link;
    return with_tls(link, tls_client(link->socket, setting, own, server, error));
}

link_t *link_accept(GSocket *listener, const km_t *own, const tls_setting_t *setting,
                    GCancellable *cancellable, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GSocket) socket = g_socket_accept(listener, cancellable, &failure);
    link_t *link;

    if (!socket) {
        if (!g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    link = link_new(socket, error);
    if (!link || setting->version == TLS_NONE)
        return link;
    return with_tls(link, tls_server(link->socket, setting, own, error));
}

guint16 link_local_port(const link_t *link)
{
    g_autoptr(GSocketAddress) address = g_socket_get_local_address(link->socket, NULL);

    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
}

guint16 link_remote_port(const link_t *link)
{
    g_autoptr(GSocketAddress) address = g_socket_get_remote_address(link->socket, NULL);

    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
}

char *link_remote_address(const link_t *link)
{
    g_autoptr(GSocketAddress) address = g_socket_get_remote_address(link->socket, NULL);

    return g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address)));
}

gboolean link_write(link_t *link, const guint8 *bytes, gsize size, GError **error)
{
    if (link->tls)
        return tls_write(link->tls, bytes, size, error);
    while (size != 0) {
        gssize written = g_socket_send(link->socket, (const char *)bytes, size, NULL, error);
        if (written < 0)
            return FALSE;
        bytes += written;
        size -= (gsize)written;
    }
    return TRUE;
}

gboolean link_read(link_t *link, guint8 *buffer, gsize size, GError **error)
{
    for (gsize done = 0; done < size;) {
        gssize received =
            link->tls ? tls_read(link->tls, buffer + done, size - done, error)
                      : g_socket_receive(link->socket, (char *)buffer + done, size - done, NULL, error);
        if (received <= 0) {
            if (received == 0 && done != 0)
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "the link ends within a message");
            return FALSE;
        }
        done += (gsize)received;
    }
    return TRUE;
}

void link_close(link_t *link)
{
    if (link->tls)
        tls_close(link->tls);
    link_free(link);
}
