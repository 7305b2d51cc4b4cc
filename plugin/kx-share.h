/* kx-share.h
 * Sharing a capture without its keys: the Export PDU source "Kx, key data masked".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SHARE_H
#define KX_SHARE_H

#include "kx-compat.h"

/* Offers a message to Export PDU, its keys masked, with addresses, ports and time.
 * tvb: the message. dissector: by which name it is dissected when the export is opened. */
void kx_share(tvbuff_t *tvb, packet_info *pinfo, const char *dissector);

/* Registers the source. */
void kx_share_register(void);

#endif
