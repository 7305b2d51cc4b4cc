/* kx-share.c
 * Sharing a capture without its keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-share.h"

#include <epan/exported_pdu.h>
#include <epan/tap.h>

#include "kx-framing.h"
#include "kx-mask.h"

static int tap = -1;

void kx_share(tvbuff_t *tvb, packet_info *pinfo, const char *dissector)
{
    unsigned captured = tvb_captured_length(tvb), reported = tvb_reported_length(tvb);

    if (!have_tap_listener(tap) || captured < KX_HEADER_LENGTH)
        return;
    uint8_t *masked = (uint8_t *)tvb_memdup(pinfo->pool, tvb, 0, captured);
    kx_mask_keys(masked + KX_HEADER_LENGTH, captured - KX_HEADER_LENGTH);

    exp_pdu_data_t *data = export_pdu_create_common_tags(pinfo, dissector, EXP_PDU_TAG_DISSECTOR_NAME);
    data->tvb_captured_length = captured;
    data->tvb_reported_length = reported;
    data->pdu_tvb = tvb_new_child_real_data(tvb, masked, captured, (int)reported);
    tap_queue_packet(tap, pinfo, data);
}

void kx_share_register(void)
{
    tap = register_export_pdu_tap("Kx, key data masked");
}
