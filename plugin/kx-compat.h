/* kx-compat.h
 * Every difference between the Wireshark versions that the plugin builds for: 4.0, 4.4, 4.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_COMPAT_H
#define KX_COMPAT_H

#include <ws_version.h>

#define KX_WIRESHARK_AT_LEAST(major, minor)                                                                  \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                                    \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#include <epan/packet.h>

/* The truth type of callbacks. */
#if KX_WIRESHARK_AT_LEAST(4, 4)
#include <stdbool.h>
typedef bool kx_bool;
#else
typedef gboolean kx_bool;
#endif

/* The struct behind a TLS subdissector's data argument. */
#include <epan/dissectors/packet-tls.h>

/* What a TLS heuristic dissector does to be called for the rest of the session. data: its last argument. */
static inline void kx_tls_session_claim(void *data, dissector_handle_t handle)
{
#if KX_WIRESHARK_AT_LEAST(4, 4)
    *((struct tlsinfo *)data)->app_handle = handle;
#else
    *(dissector_handle_t *)data = handle;
#endif
}

#endif
