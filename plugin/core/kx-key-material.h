/* kx-key-material.h
 * How many bits of key material a Key value carries. Clause 8 fixes no encoding; hexadecimal, base64 and
 * base64url are what implementations use. Plain bytes in, a number out: this unit does not know epan.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_KEY_MATERIAL_H
#define KX_KEY_MATERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    KX_ENCODING_AUTO, /* an even number of hex digits is hex, anything else base64 if it can be */
    KX_ENCODING_HEX,
    KX_ENCODING_BASE64 /* or base64url; padded or not */
} kx_encoding;

/* Computes the size of the key material in bits. "0x" in front, white space and ":" do not count; unused bits of
 * base64's last digit are zero. text, length: the Key value's characters, JSON escapes decoded. Returns false, with
 * bits untouched, if the text is not in the encoding: a UUID, for one, or hex with a digit lost. */
bool kx_key_material_bits(const char *text, size_t length, kx_encoding encoding, uint32_t *bits);

/* The same of an array of bytes, signed or not, and of what Node.js makes of a Buffer:
 * {"type":"Buffer","data":[...]}. json, length: the value in bytes. Returns false, with bits untouched, if it is
 * anything else. */
bool kx_key_material_bytes(const uint8_t *json, uint32_t length, uint32_t *bits);

#endif
