/* kx-key-material.c
 * How many bits of key material a Key value carries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-key-material.h"

enum { HEX = 1, BASE64 = 2, STANDARD_ONLY = 4, URL_ONLY = 8 };

#define DIGIT (HEX | BASE64)

/* What each byte may be part of: every character of every key is looked up here. */
/* clang-format off */
static const uint8_t classes[256] = {
    ['0'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
    ['A'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
    ['G'] = BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64,
    ['Q'] = BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64,
    ['a'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
    ['g'] = BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64,
    ['q'] = BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64, BASE64,
    ['+'] = BASE64 | STANDARD_ONLY, ['/'] = BASE64 | STANDARD_ONLY,
    ['-'] = BASE64 | URL_ONLY, ['_'] = BASE64 | URL_ONLY,
};
/* clang-format on */

/* RFC 4648: sections 4 (base64), 5 (base64url) and 8 (base16). */
bool kx_key_material_bits(const char *text, size_t length, kx_encoding encoding, uint32_t *bits)
{
    unsigned in_all = HEX | BASE64, in_any = 0;
    size_t padding = 0;

    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    size_t digits = length - padding;
    for (size_t i = 0; i < digits; i++) {
        unsigned here = classes[(uint8_t)text[i]];
        in_all &= here;
        in_any |= here;
    }

    if (encoding != KX_ENCODING_BASE64 && (in_all & HEX) && padding == 0 && digits % 2 == 0) {
        *bits = (uint32_t)(digits * 4);
        return true;
    }
    if (encoding == KX_ENCODING_HEX || !(in_all & BASE64) || digits % 4 == 1 || (padding && length % 4 != 0))
        return false;
    if ((in_any & STANDARD_ONLY) && (in_any & URL_ONLY))
        return false;
    *bits = (uint32_t)(digits * 6 / 8 * 8);
    return true;
}
