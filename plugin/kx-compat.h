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

#include <stdbool.h>

#include <epan/packet.h>

/* The truth type of callbacks. */
#if KX_WIRESHARK_AT_LEAST(4, 4)
typedef bool kx_bool;
#else
typedef gboolean kx_bool;
#endif

/* An empty string buffer with room for so many bytes. */
#if KX_WIRESHARK_AT_LEAST(4, 4)
#define kx_strbuf_new(pool, room) wmem_strbuf_new_sized(pool, room)
#else
#define kx_strbuf_new(pool, room) wmem_strbuf_sized_new(pool, room, 0)
#endif

/* What a statistic's tap_init_cb returns. */
#if KX_WIRESHARK_AT_LEAST(4, 6)
typedef bool kx_tap_start;
#define KX_TAP_STARTED true
#else
typedef void kx_tap_start;
#define KX_TAP_STARTED
#endif

/* What separates the parts of a menu's path. */
#if KX_WIRESHARK_AT_LEAST(4, 4)
#define KX_MENU_SEPARATOR "//"
#else
#define KX_MENU_SEPARATOR "/"
#endif

/* What plugin_describe() returns, which Wireshark calls from 4.4 on. */
#if KX_WIRESHARK_AT_LEAST(4, 4)
#include <wsutil/plugins.h>
#else
#define WS_PLUGIN_DESC_DISSECTOR (1UL << 0)
#endif

/* The struct behind a TLS subdissector's data argument. */
#include <epan/dissectors/packet-tls.h>

/* Whether data, the last argument of a TLS heuristic dissector, is TLS's. A file of exported PDUs can call heuristics
 * by name too, with no data or with TCP's. */
static inline bool kx_is_tls_session(packet_info *pinfo, const void *data)
{
    return data && proto_is_frame_protocol(pinfo->layers, "tls");
}

/* What a TLS heuristic dissector does to be called for the rest of the session. data: TLS's. */
static inline void kx_tls_session_claim(void *data, dissector_handle_t handle)
{
#if KX_WIRESHARK_AT_LEAST(4, 4)
    *((struct tlsinfo *)data)->app_handle = handle;
#else
    *(dissector_handle_t *)data = handle;
#endif
}

/* Conversation filters: their callbacks got an argument with Wireshark 4.4. KX_CONVERSATION_FILTER defines both from
 * functions without it, kx_register_conversation_filter registers them for the protocol kx. */
#if KX_WIRESHARK_AT_LEAST(4, 4)
#define KX_USER_DATA    , void *user_data _U_
#define KX_NO_USER_DATA , NULL
#else
#define KX_USER_DATA
#define KX_NO_USER_DATA
#endif
#define KX_CONVERSATION_FILTER(name, is_valid, build)                                                        \
    static kx_bool name##_is_valid(packet_info *pinfo KX_USER_DATA)                                          \
    {                                                                                                        \
        return is_valid(pinfo);                                                                              \
    }                                                                                                        \
    static char *name##_build(packet_info *pinfo KX_USER_DATA)                                               \
    {                                                                                                        \
        return build(pinfo);                                                                                 \
    }
#define kx_register_conversation_filter(title, name)                                                         \
    register_conversation_filter("kx", title, name##_is_valid, name##_build KX_NO_USER_DATA)

/* The callback that begins a statistic of -z, out of a function that says whether it works: it has nothing to
 * return before
 * Wireshark 4.6, and tshark goes on then. */
#if KX_WIRESHARK_AT_LEAST(4, 6)
#define KX_COMMAND_LINE_STATISTIC(name, begin)                                                               \
    static bool name(const char *argument, void *userdata _U_)                                               \
    {                                                                                                        \
        return begin(argument);                                                                              \
    }
#else
#define KX_COMMAND_LINE_STATISTIC(name, begin)                                                               \
    static void name(const char *argument, void *userdata _U_)                                               \
    {                                                                                                        \
        if (!begin(argument))                                                                                \
            exit(1);                                                                                         \
    }
#endif

#endif
