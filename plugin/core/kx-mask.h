/* kx-mask.h
 * Making key data unreadable in a payload. Plain bytes in and out: this unit does not know epan.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_MASK_H
#define KX_MASK_H

#include <stdint.h>

/* Overwrites the value of every Key (Table 1) of the payload, wherever it stands, with a filler of the same length;
 * and whatever else in Keys, or in the place of the whole payload, may be one. A filler decodes to as many bits as the
 * key did, where it did. In a payload that is no valid JSON, whatever stands behind the last value that could be read
 * is overwritten too, but for the byte at fault.
 * text, length: the payload, in bytes. */
void kx_mask_keys(uint8_t *text, uint32_t length);

#endif
