/* test-key-material.c
 * Tests of plugin/kx-key-material.c: which texts are key material, and of how many bits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "kx-key-material.h"

#define NONE      (-1) /* not in the encoding */
#define UNTOUCHED 12345u

typedef struct {
    const char *text;
    int automatic, hex, base64; /* bits in each encoding */
} text_case;

static const text_case cases[] = {
    /* Nothing is no bits, in every encoding. */
    {"", 0, 0, 0},
    /* An even number of hex digits is hex, though it could be base64. */
    {"00", 8, 8, NONE},
    {"0aF9", 16, 16, 24},
    {"deadBEEF", 32, 32, 48},
    {"0123456789abcdefABCDEF01", 96, 96, 144},
    /* An odd number is base64 if it can be: not with one digit too many, nor where hex must have lost one. */
    {"0", NONE, NONE, NONE},
    {"abc", 16, NONE, 16},
    {"abcde", NONE, NONE, NONE},
    {"abcdefg", 40, NONE, 40},
    {"0123456789abcd0", 88, NONE, 88},
    {"0123456789abcdef01c", NONE, NONE, 112},
    /* Unused bits of the last digit are zero. */
    {"abcdeff", NONE, NONE, NONE},
    {"Zg", 8, NONE, 8},
    {"Zh", NONE, NONE, NONE},
    {"Zm9=", NONE, NONE, NONE},
    /* Padding makes it base64. */
    {"aQ==", 8, NONE, 8},
    {"abc=", 16, NONE, 16},
    {"abcdeg==", 32, NONE, 32},
    {"abcdefg=", 40, NONE, 40},
    /* Padding to the wrong length, or too much of it. */
    {"=", NONE, NONE, NONE},
    {"==", NONE, NONE, NONE},
    {"===", NONE, NONE, NONE},
    {"====", NONE, NONE, NONE},
    {"a=", NONE, NONE, NONE},
    {"a==", NONE, NONE, NONE},
    {"a===", NONE, NONE, NONE},
    {"aQ=", NONE, NONE, NONE},
    {"abcd=", NONE, NONE, NONE},
    {"abcd==", NONE, NONE, NONE},
    {"abc==", NONE, NONE, NONE},
    /* Padding in the middle. */
    {"aQ==abcd", NONE, NONE, NONE},
    {"a=bc", NONE, NONE, NONE},
    /* Unpadded base64. */
    {"Zm8", 16, NONE, 16},
    {"Zm9vYmFy", 48, NONE, 48},
    {"Zm9vYg", 32, NONE, 32},
    {"Zm9vY", NONE, NONE, NONE},
    /* base64 and base64url, but not mixed. */
    {"+/+/", 24, NONE, 24},
    {"-_-_", 24, NONE, 24},
    {"+/-_", NONE, NONE, NONE},
    {"/-", NONE, NONE, NONE},
    {"-_8=", 16, NONE, 16},
    /* White space, colons and 0x do not count. */
    {"0x00ff", 16, 16, NONE},
    {"0X00FF", 16, 16, NONE},
    {"00:ff:0a", 24, 24, NONE},
    {" 00 ff\n", 16, 16, 24},
    {"00112233 44556677\r\n8899aabb ccddeeff\r\n", 128, 128, 192},
    {"Zm9v\r\nYmFy\r\n", 48, NONE, 48},
    {"Zm9vYg==\n", 32, NONE, 32},
    {"0xyz", 24, NONE, 24},
    /* Hex in groups that are alike, but no UUID. */
    {"00-11-22-33-44-55-66-77", 64, NONE, NONE},
    {"00112233-44556677-8899aabb-ccddeeff", 128, NONE, NONE},
    {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", NONE, NONE, 216},
    {"00-11-22-33-44-55-66-7", NONE, NONE, NONE},
    /* What neither has. */
    {"{AES256}AAAA", NONE, NONE, NONE},
    {"data:;base64,Zm9v", NONE, NONE, NONE},
    {"FVYRMQVXE2YEIALCPSU7XLBS6XEFGD5RSA6MJWYCEWDRPEQ2JCAQ====", NONE, NONE, NONE},
    {"ab.d", NONE, NONE, NONE},
    {"\xc3\xa9\xc3\xa9", NONE, NONE, NONE},
    {"\xe9\x8d\xb5", NONE, NONE, NONE},
};

static void check(const char *text, size_t length, kx_encoding encoding, int expected)
{
    uint32_t bits = UNTOUCHED;
    bool found = kx_key_material_bits(text, length, encoding, &bits);
    int actual = found ? (int)bits : NONE;

    if (actual != expected || (!found && bits != UNTOUCHED)) {
        g_test_message("\"%.*s\" in encoding %d: %d, not %d", (int)length, text, encoding, actual, expected);
        g_test_fail();
    }
}

static void test_cases(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t length = strlen(cases[i].text);
        check(cases[i].text, length, KX_ENCODING_AUTO, cases[i].automatic);
        check(cases[i].text, length, KX_ENCODING_HEX, cases[i].hex);
        check(cases[i].text, length, KX_ENCODING_BASE64, cases[i].base64);
    }
}

/* A NUL is a character like any other that no encoding has. */
static void test_nul(void)
{
    check("ab\0d", 4, KX_ENCODING_AUTO, NONE);
    check("ab\0d", 4, KX_ENCODING_HEX, NONE);
    check("ab\0d", 4, KX_ENCODING_BASE64, NONE);
    check("ab\0d", 2, KX_ENCODING_HEX, 8);
}

/* The alphabets of RFC 4648, both of base64 in one. */
static const char hex_alphabet[] = "0123456789abcdefABCDEF";
static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";

static bool is_among(const char *alphabet, char c)
{
    return c != 0 && strchr(alphabet, c);
}

/* Every character by itself, four times. */
static void test_alphabets(void)
{
    for (unsigned c = 0; c < 256; c++) {
        const char text[] = {(char)c, (char)c, (char)c, (char)c};
        bool is_hex = is_among(hex_alphabet, (char)c), is_base64 = is_among(base64_alphabet, (char)c);
        if (is_among(" :\t\n\v\f\r", (char)c))
            continue; /* which is left out, so there is nothing */
        int in_hex = is_hex ? 16 : NONE, in_base64 = is_base64 ? 24 : NONE;
        check(text, sizeof text, KX_ENCODING_HEX, in_hex);
        check(text, sizeof text, KX_ENCODING_BASE64, in_base64);
        check(text, sizeof text, KX_ENCODING_AUTO, is_hex ? in_hex : in_base64);
    }
}

/* The only kind of groups that the tests below make by chance. */
static bool has_dash_halfway(const GString *text)
{
    const char *dash = strchr(text->str, '-');

    return dash && !strchr(dash + 1, '-') && text->len % 4 == 1 &&
           (size_t)(dash - text->str) == text->len / 2;
}

/* Character by character, where the function may look at many at a time. */
static int model(const char *text, size_t length, kx_encoding encoding)
{
    GString *digits = g_string_new(NULL);
    size_t padding = 0;
    bool hex = true, base64 = true, standard = false, url = false, beyond = false;
    int bits = NONE;

    for (size_t i = 0; i < length; i++)
        if (!is_among(" \n:", text[i]))
            g_string_append_c(digits, text[i]);
    for (; padding < 2 && digits->len > 0 && digits->str[digits->len - 1] == '='; padding++)
        g_string_truncate(digits, digits->len - 1);
    for (size_t i = 0; i < digits->len; i++) {
        char c = digits->str[i];
        hex = hex && is_among(hex_alphabet, c);
        base64 = base64 && is_among(base64_alphabet, c);
        beyond = beyond || !(is_among(hex_alphabet, c) || c == '-');
        standard = standard || is_among("+/", c);
        url = url || is_among("-_", c);
    }
    if (digits->len % 4 > 1) {
        const char *last = strchr(base64_alphabet, digits->str[digits->len - 1]);
        size_t value = last ? (size_t)(last - base64_alphabet) : 0;
        value = value > 63 ? value - 2 : value;
        base64 = base64 && value % (digits->len % 4 == 2 ? 16 : 4) == 0;
    }
    base64 = base64 && !(standard && url) && digits->len % 4 != 1 &&
             (!padding || (digits->len + padding) % 4 == 0);
    if (hex && padding == 0 && digits->len % 2 == 0 && encoding != KX_ENCODING_BASE64)
        bits = (int)digits->len * 4;
    else if (encoding == KX_ENCODING_AUTO && !beyond && !padding && digits->len >= 16)
        bits = has_dash_halfway(digits) ? (int)(digits->len - 1) * 4 : NONE;
    else if (encoding == KX_ENCODING_HEX)
        bits = NONE;
    else if (base64)
        bits = (int)(digits->len * 6 / 8 * 8);
    g_string_free(digits, TRUE);
    return bits;
}

static void check_by_model(const char *text, size_t length)
{
    static const kx_encoding encodings[] = {KX_ENCODING_AUTO, KX_ENCODING_HEX, KX_ENCODING_BASE64};

    for (size_t e = 0; e < G_N_ELEMENTS(encodings); e++)
        check(text, length, encodings[e], model(text, length, encodings[e]));
}

/* Every length up to some blocks of 16, with another character in every place; in blocks of exactly that size, so that
 * a sanitizer sees a read beyond. */
static void test_every_place(void)
{
    static const char *const fills[] = {"0f9aA7", "Ab3zY9", "Ab3+/zY", "Ab3-_zY"};
    static const char others[] = "0fFgGzZ+/-_=@[`{:. \n\x7f\x80\xc3\xe1\xff"; /* and NUL */

    for (size_t f = 0; f < G_N_ELEMENTS(fills); f++) {
        for (size_t length = 1; length <= 70; length++) {
            char *text = (char *)malloc(length);
            for (size_t i = 0; i < length; i++)
                text[i] = fills[f][i % strlen(fills[f])];
            check_by_model(text, length);
            for (size_t at = 0; at < length; at++) {
                char fill = text[at];
                for (size_t o = 0; o < sizeof others; o++) {
                    text[at] = others[o];
                    check_by_model(text, length);
                }
                text[at] = fill;
            }
            free(text);
        }
    }
}

/* A character of one alphabet of base64 in one place, and one of the other in another. */
static void test_mixed(void)
{
    for (size_t length = 2; length <= 70; length++) {
        char *text = g_strnfill(length, 'z');
        for (size_t standard = 0; standard < length; standard++) {
            for (size_t url = 0; url < length; url++) {
                text[standard] = '+';
                text[url] = '-';
                check_by_model(text, length);
                text[standard] = text[url] = 'z';
            }
        }
        g_free(text);
    }
}

/* Bytes of every number up to 300 as GLib and printf encode them. */
static void test_round_trip(void)
{
    guchar bytes[300];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (guchar)(i * 167 + 13);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        GString *hex = g_string_new(NULL);
        gchar *base64 = g_base64_encode(bytes, n);
        for (size_t i = 0; i < n; i++)
            g_string_append_printf(hex, i % 2 ? "%02X" : "%02x", bytes[i]);
        check(hex->str, hex->len, KX_ENCODING_AUTO, (int)n * 8);
        check(hex->str, hex->len, KX_ENCODING_HEX, (int)n * 8);
        check(base64, strlen(base64), KX_ENCODING_BASE64, (int)n * 8);
        check(base64, strcspn(base64, "="), KX_ENCODING_BASE64, (int)n * 8);
        g_string_free(hex, TRUE);
        g_free(base64);
    }
}

/* The longest value that a payload can hold. */
static void test_longest(void)
{
    char *text = g_strnfill(65534, 'a');

    check(text, 65534, KX_ENCODING_AUTO, 65534 * 4);
    check(text, 65532, KX_ENCODING_BASE64, 65532 * 6);
    g_free(text);
}

/* Arrays of bytes and the like. */
static void test_bytes(void)
{
    static const struct {
        const char *json;
        int bits;
    } rows[] = {
        {"[0]", 8},
        {"[1, 2,255 ]", 24},
        {"[-128,-1]", 16},
        {"{\"type\":\"Buffer\",\"data\":[1,2]}", 16},
        {"[]", NONE},
        {"[256]", NONE},
        {"[-129]", NONE},
        {"[1.5]", NONE},
        {"[1,\"2\"]", NONE},
        {"[[1]]", NONE},
        {"[true]", NONE},
        {"{\"type\":\"Buffer\",\"data\":\"AA\"}", NONE},
        {"{\"type\":\"buffer\",\"data\":[1]}", NONE},
        {"{\"data\":[1]}", NONE},
        {"\"AA\"", NONE},
        {"123456", NONE},
        {"null", NONE},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint32_t bits = UNTOUCHED;
        bool found =
            kx_key_material_bytes((const uint8_t *)rows[i].json, (uint32_t)strlen(rows[i].json), &bits);
        if ((found ? (int)bits : NONE) != rows[i].bits) {
            g_test_message("%s: %u", rows[i].json, bits);
            g_test_fail();
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key-material/cases", test_cases);
    g_test_add_func("/key-material/nul", test_nul);
    g_test_add_func("/key-material/alphabets", test_alphabets);
    g_test_add_func("/key-material/every-place", test_every_place);
    g_test_add_func("/key-material/mixed", test_mixed);
    g_test_add_func("/key-material/round-trip", test_round_trip);
    g_test_add_func("/key-material/longest", test_longest);
    g_test_add_func("/key-material/bytes", test_bytes);
    return g_test_run();
}
