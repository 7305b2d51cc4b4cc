/* kx-frame.c
 * What is known of the frame that is being dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-frame.h"

#include <epan/proto_data.h>

static int proto_kx = -1;

kx_frame_state *kx_get_frame_state(packet_info *pinfo)
{
    kx_frame_state *state = (kx_frame_state *)p_get_proto_data(pinfo->pool, pinfo, proto_kx, KX_DATA_FRAME);

    if (!state) {
        state = wmem_new0(pinfo->pool, kx_frame_state);
        p_add_proto_data(pinfo->pool, pinfo, proto_kx, KX_DATA_FRAME, state);
    }
    return state;
}

void kx_frame_register(int proto)
{
    proto_kx = proto;
}
