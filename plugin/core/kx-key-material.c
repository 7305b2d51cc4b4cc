/* kx-key-material.c
 * How many bits of key material a Key value carries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-key-material.h"

/* What has been seen among a value's characters. */
enum { NOT_HEX = 1, NOT_BASE64 = 2, STANDARD_ONLY = 4, URL_ONLY = 8 };

#define BETWEEN(first, c, last) ((first) <= (c) && (c) <= (last))

#define KIND(c)                                                                                              \
    (BETWEEN('0', c, '9') || BETWEEN('a', c, 'f') || BETWEEN('A', c, 'F') ? 0                                \
     : BETWEEN('g', c, 'z') || BETWEEN('G', c, 'Z')                       ? NOT_HEX                          \
     : (c) == '+' || (c) == '/'                                           ? NOT_HEX | STANDARD_ONLY          \
     : (c) == '-' || (c) == '_'                                           ? NOT_HEX | URL_ONLY               \
                                                                          : NOT_HEX | NOT_BASE64)

#define KINDS_4(c)  KIND(c), KIND((c) + 1), KIND((c) + 2), KIND((c) + 3)
#define KINDS_16(c) KINDS_4(c), KINDS_4((c) + 4), KINDS_4((c) + 8), KINDS_4((c) + 12)
#define KINDS_64(c) KINDS_16(c), KINDS_16((c) + 16), KINDS_16((c) + 32), KINDS_16((c) + 48)

static const uint8_t kinds[256] = {KINDS_64(0), KINDS_64(64), KINDS_64(128), KINDS_64(192)};

/* Keys are long, so it looks at several characters at a time. */
static unsigned look_through(const uint8_t *text, size_t length)
{
    const uint8_t *end = text + length;
    unsigned seen = 0;

    for (; end - text >= 8; text += 8)
        seen |= kinds[text[0]] | kinds[text[1]] | kinds[text[2]] | kinds[text[3]] | kinds[text[4]] |
                kinds[text[5]] | kinds[text[6]] | kinds[text[7]];
    for (; text < end; text++)
        seen |= kinds[*text];
    return seen;
}

/* RFC 4648: sections 4 (base64), 5 (base64url) and 8 (base16). */
bool kx_key_material_bits(const char *text, size_t length, kx_encoding encoding, uint32_t *bits)
{
    size_t padding = 0;

    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    size_t digits = length - padding;
    unsigned seen = look_through((const uint8_t *)text, digits);

    if (encoding != KX_ENCODING_BASE64 && !(seen & NOT_HEX) && padding == 0 && digits % 2 == 0) {
        *bits = (uint32_t)(digits * 4);
        return true;
    }
    if (encoding == KX_ENCODING_HEX || (seen & NOT_BASE64) || digits % 4 == 1 || (padding && length % 4 != 0))
        return false;
    if ((seen & STANDARD_ONLY) && (seen & URL_ONLY))
        return false;
    *bits = (uint32_t)(digits * 6 / 8 * 8);
    return true;
}
