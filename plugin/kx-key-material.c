/* kx-key-material.c
 * How many bits of key material a Key value carries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-key-material.h"

#include <string.h>

/* What has been seen among a value's characters. */
enum { NOT_HEX = 1, NOT_BASE64 = 2, STANDARD_ONLY = 4, URL_ONLY = 8 };

/* Keys are long: as many characters at a time as compilers put into one register. */
#define LANES 16

/* All bits if it is true, as compilers have it in a register's lanes. */
#define MASK(truth) ((uint8_t)(0 - (truth)))

static inline void look_at(const char *text, uint8_t seen[LANES])
{
    for (unsigned i = 0; i < LANES; i++) {
        uint8_t c = (uint8_t)text[i];
        uint8_t letter = (uint8_t)((c | 0x20) - 'a');
        uint8_t digit = MASK((uint8_t)(c - '0') < 10);
        uint8_t standard = MASK(c == '+') | MASK(c == '/');
        uint8_t url = MASK(c == '-') | MASK(c == '_');
        uint8_t hex = digit | MASK(letter < 6);
        uint8_t base64 = digit | MASK(letter < 26) | standard | url;

        seen[i] |= (~hex & NOT_HEX) | (~base64 & NOT_BASE64) | (standard & STANDARD_ONLY) | (url & URL_ONLY);
    }
}

/* What is seen twice does no harm: the last characters are looked at together with some before them. */
static unsigned look_through(const char *text, size_t length)
{
    uint8_t seen[LANES] = {0};
    uint64_t halves[LANES / 8];

    if (length < LANES) {
        char padded[LANES];
        memset(padded, '0', sizeof padded);
        memcpy(padded, text, length);
        look_at(padded, seen);
    } else {
        for (size_t at = 0; at < length - LANES; at += LANES)
            look_at(text + at, seen);
        look_at(text + length - LANES, seen);
    }
    memcpy(halves, seen, sizeof halves);
    uint64_t all = halves[0] | halves[1];
    all |= all >> 32;
    all |= all >> 16;
    return (all | all >> 8) & 0xff;
}

/* RFC 4648: sections 4 (base64), 5 (base64url) and 8 (base16). */
bool kx_key_material_bits(const char *text, size_t length, kx_encoding encoding, uint32_t *bits)
{
    size_t padding = 0;

    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    size_t digits = length - padding;
    unsigned seen = look_through(text, digits);

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
