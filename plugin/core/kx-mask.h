/* kx-mask.h
 * Making the secrets of a payload unreadable. Plain bytes in and out: this unit does not know epan.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_MASK_H
#define KX_MASK_H

#include <stdbool.h>
#include <stdint.h>

/* Overwrites every secret of the payload (kx-secrets.h). Of a secret nothing but its length remains; the payload's
 * length, and whether it is valid JSON, stay.
 * text, length: the payload, in bytes. */
void kx_mask_keys(uint8_t *text, uint32_t length);

/* Whether a string is what kx_mask_keys() leaves of a secret that was long enough for one. All of one length are
 * alike, so they say nothing of the keys. characters, length: what is between the quotes. */
bool kx_mask_is_filler(const uint8_t *characters, uint32_t length);

#endif
