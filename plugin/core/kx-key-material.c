/* kx-key-material.c
 * How many bits of key material a Key value carries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-key-material.h"

#include <string.h>

#include "kx-json.h"

/* What has been seen among a value's characters. */
enum { NOT_HEX = 1, NOT_BASE64 = 2, STANDARD_ONLY = 4, URL_ONLY = 8, BEYOND_F = 16, LEFT_OUT = 32 };

#define BETWEEN(first, c, last) ((first) <= (c) && (c) <= (last))

#define KIND(c)                                                                                                \
    (BETWEEN('0', c, '9') || BETWEEN('a', c, 'f') || BETWEEN('A', c, 'F') ? 0                                  \
     : BETWEEN('g', c, 'z') || BETWEEN('G', c, 'Z')                       ? NOT_HEX | BEYOND_F                 \
     : (c) == '+' || (c) == '/'                                           ? NOT_HEX | BEYOND_F | STANDARD_ONLY \
     : (c) == '-'                                                         ? NOT_HEX | URL_ONLY                 \
     : (c) == '_'                                                         ? NOT_HEX | BEYOND_F | URL_ONLY      \
     : (c) == ' ' || (c) == ':' || BETWEEN('\t', c, '\r')                 ? LEFT_OUT                           \
                                                                          : NOT_HEX | BEYOND_F | NOT_BASE64)

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

/* So many hex digits, or so many and one lost, are no base64 by accident. */
#define HEX_FOR_SURE 16

typedef struct {
    const uint8_t *text;
    size_t length;
} characters;

static uint8_t kind_of_last(characters c)
{
    return kinds[c.text[c.length - 1]];
}

/* The characters in front that count: not those left out, which may be anywhere, nor padding. */
static characters without_end(characters c, size_t *padding)
{
    *padding = 0;
    while (c.length > 0 && (kind_of_last(c) == LEFT_OUT || (c.text[c.length - 1] == '=' && *padding < 2)))
        *padding += c.text[--c.length] == '=';
    return c;
}

static size_t count_digits(characters c, unsigned seen)
{
    size_t left_out = 0;

    for (size_t i = 0; (seen & LEFT_OUT) && i < c.length; i++)
        left_out += kinds[c.text[i]] == LEFT_OUT;
    return c.length - left_out;
}

/* seen: among all of the characters. */
static bool hex_bits(characters c, unsigned seen, uint32_t *bits)
{
    while (c.length > 0 && kinds[c.text[0]] == LEFT_OUT)
        c = (characters){c.text + 1, c.length - 1};
    if (c.length > 2 && c.text[0] == '0' && (c.text[1] | 0x20) == 'x') {
        c = (characters){c.text + 2, c.length - 2};
        seen = look_through(c.text, c.length);
    }
    size_t digits = count_digits(c, seen);
    if ((seen & NOT_HEX) || digits % 2 != 0)
        return false;
    *bits = (uint32_t)(digits * 4);
    return true;
}

/* Hex digits in groups of whole bytes that are all alike, which a UUID's are not. */
static bool dashed_hex_bits(characters c, uint32_t *bits)
{
    const uint8_t *dash = memchr(c.text, '-', c.length);
    size_t group = dash ? (size_t)(dash - c.text) : 0;

    if (group == 0 || group % 2 || (c.length + 1) % (group + 1))
        return false;
    for (size_t i = 0; i < c.length; i++)
        if ((c.text[i] == '-') != (i % (group + 1) == group))
            return false;
    *bits = (uint32_t)((c.length + 1) / (group + 1) * group * 4);
    return true;
}

static unsigned base64_value(uint8_t c)
{
    return BETWEEN('A', c, 'Z')   ? c - 'A'
           : BETWEEN('a', c, 'z') ? c - 'a' + 26
           : BETWEEN('0', c, '9') ? c + 4
           : c == '+' || c == '-' ? 62
                                  : 63;
}

/* The last digit's bits that belong to no byte are zero. */
static bool base64_bits(characters c, size_t padding, unsigned seen, uint32_t *bits)
{
    static const uint8_t unused[] = {0, 63, 15, 3};
    size_t digits = count_digits(c, seen);

    if ((seen & NOT_BASE64) || digits % 4 == 1 || (padding && (digits + padding) % 4 != 0))
        return false;
    if ((seen & STANDARD_ONLY) && (seen & URL_ONLY))
        return false;
    if (digits && (base64_value(c.text[c.length - 1]) & unused[digits % 4]))
        return false;
    *bits = (uint32_t)(digits * 6 / 8 * 8);
    return true;
}

/* So many digits of a key that is written bit by bit; of random hexadecimal digits, not even 32 are all 0 or 1. A test
 * key of few different digits is not taken for one. */
#define BITS_FOR_SURE 128

static bool is_bit_by_bit(const char *text, size_t length)
{
    size_t ones = 0;

    if (length < BITS_FOR_SURE)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '0' && text[i] != '1')
            return false;
        ones += text[i] == '1';
    }
    return ones > length / 4 && ones < length - length / 4;
}

/* RFC 4648: sections 4 (base64), 5 (base64url) and 8 (base16). */
bool kx_key_material_bits(const char *text, size_t length, kx_encoding encoding, uint32_t *bits)
{
    characters all = {(const uint8_t *)text, length};
    size_t padding;
    characters c = without_end(all, &padding);

    if (encoding == KX_ENCODING_AUTO && is_bit_by_bit(text, length)) {
        *bits = (uint32_t)length;
        return true;
    }
    unsigned seen = look_through(c.text, c.length);
    if (encoding != KX_ENCODING_BASE64 && padding == 0 && hex_bits(c, seen, bits))
        return true;
    if (encoding == KX_ENCODING_HEX)
        return false;
    if (encoding == KX_ENCODING_AUTO && !(seen & BEYOND_F) && padding == 0 &&
        count_digits(c, seen) >= HEX_FOR_SURE)
        return (seen & URL_ONLY) && dashed_hex_bits(c, bits);
    return base64_bits(c, padding, seen, bits);
}

/* Counts the elements of the array that the reader has just entered. False if one is no byte, signed or not. */
static bool count_bytes(kx_json_reader *reader, uint32_t *bits)
{
    uint32_t count = 0;
    int64_t byte;

    for (; kx_json_next(reader) == KX_JSON_NUMBER; count++)
        if (!kx_json_int64(reader->text, reader->token.start, reader->token.end, &byte) || byte < -128 ||
            byte > 255)
            return false;
    *bits = count * 8;
    return reader->token.type == KX_JSON_ARRAY_END && count > 0;
}

static bool token_is(const kx_json_reader *reader, const char *text)
{
    const kx_json_token *token = &reader->token;

    return token->end - token->start == strlen(text) &&
           memcmp(reader->text + token->start, text, strlen(text)) == 0;
}

bool kx_key_material_bytes(const uint8_t *json, uint32_t length, uint32_t *bits)
{
    kx_json_reader reader;
    uint32_t found;

    kx_json_init(&reader, json, length);
    kx_json_type type = kx_json_next(&reader);
    if (type == KX_JSON_OBJECT) {
        if (kx_json_next(&reader) != KX_JSON_NAME || !token_is(&reader, "type") ||
            kx_json_next(&reader) != KX_JSON_STRING || !token_is(&reader, "Buffer") ||
            kx_json_next(&reader) != KX_JSON_NAME || !token_is(&reader, "data"))
            return false;
        type = kx_json_next(&reader);
    }
    if (type != KX_JSON_ARRAY || !count_bytes(&reader, &found))
        return false;
    *bits = found;
    return true;
}
