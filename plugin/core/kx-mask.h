/* kx-mask.h
 * Making the secrets of a payload unreadable. Plain bytes in and out: this unit does not know epan.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_MASK_H
#define KX_MASK_H

#include <stdint.h>

/* Overwrites every secret of the payload (kx-secrets.h). Of a secret nothing but its length remains; the payload's
 * length, and whether it is valid JSON, stay.
 * text, length: the payload, in bytes. */
void kx_mask_keys(uint8_t *text, uint32_t length);

#endif
