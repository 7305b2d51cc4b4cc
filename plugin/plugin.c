/* plugin.c
 * The symbols by which Wireshark finds the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-compat.h"

#include <epan/proto.h>

#include "packet-kx.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = KX_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

void plugin_register(void)
{
    static proto_plugin kx = {proto_register_kx, proto_reg_handoff_kx};

    proto_register_plugin(&kx);
}

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR;
}
