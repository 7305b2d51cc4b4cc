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
    {"00", 8, 8, 8},
    {"0aF9", 16, 16, 24},
    {"deadBEEF", 32, 32, 48},
    {"0123456789abcdefABCDEF01", 96, 96, 144},
    /* An odd number is base64 if it can be: not with one digit too many. */
    {"0", NONE, NONE, NONE},
    {"abc", 16, NONE, 16},
    {"abcde", NONE, NONE, NONE},
    {"abcdeff", 40, NONE, 40},
    /* Padding makes it base64. */
    {"ab==", 8, NONE, 8},
    {"abc=", 16, NONE, 16},
    {"abcdef==", 32, NONE, 32},
    {"abcdefg=", 40, NONE, 40},
    /* Padding to the wrong length, or too much of it. */
    {"=", NONE, NONE, NONE},
    {"==", NONE, NONE, NONE},
    {"===", NONE, NONE, NONE},
    {"====", NONE, NONE, NONE},
    {"a=", NONE, NONE, NONE},
    {"a==", NONE, NONE, NONE},
    {"a===", NONE, NONE, NONE},
    {"ab=", NONE, NONE, NONE},
    {"abcd=", NONE, NONE, NONE},
    {"abcd==", NONE, NONE, NONE},
    {"abc==", NONE, NONE, NONE},
    /* Padding in the middle. */
    {"ab==abcd", NONE, NONE, NONE},
    {"a=bc", NONE, NONE, NONE},
    /* Unpadded base64. */
    {"Zm8", 16, NONE, 16},
    {"Zg", 8, NONE, 8},
    {"Zm9vYmFy", 48, NONE, 48},
    {"Zm9vYg", 32, NONE, 32},
    {"Zm9vY", NONE, NONE, NONE},
    {"zz", 8, NONE, 8},
    /* base64 and base64url, but not mixed. */
    {"+/+/", 24, NONE, 24},
    {"-_-_", 24, NONE, 24},
    {"+/-_", NONE, NONE, NONE},
    {"/-", NONE, NONE, NONE},
    {"-_8=", 16, NONE, 16},
    /* What neither has. */
    {"ab cd", NONE, NONE, NONE},
    {"abcd ", NONE, NONE, NONE},
    {" abc", NONE, NONE, NONE},
    {"abcd\n", NONE, NONE, NONE},
    {"ab:cd", NONE, NONE, NONE},
    {"0x12", 24, NONE, 24}, /* "x" is a digit of base64 */
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
        int in_hex = is_hex ? 16 : NONE, in_base64 = is_base64 ? 24 : NONE;
        check(text, sizeof text, KX_ENCODING_HEX, in_hex);
        check(text, sizeof text, KX_ENCODING_BASE64, in_base64);
        check(text, sizeof text, KX_ENCODING_AUTO, is_hex ? in_hex : in_base64);
    }
}

/* One character after the other, where the function may look at many at a time. */
static int model(const char *text, size_t length, kx_encoding encoding)
{
    size_t digits = length;
    bool hex = true, base64 = true, standard = false, url = false;

    while (digits > 0 && length - digits < 2 && text[digits - 1] == '=')
        digits--;
    for (size_t i = 0; i < digits; i++) {
        hex = hex && is_among(hex_alphabet, text[i]);
        base64 = base64 && is_among(base64_alphabet, text[i]);
        standard = standard || is_among("+/", text[i]);
        url = url || is_among("-_", text[i]);
    }
    hex = hex && digits == length && length % 2 == 0;
    base64 = base64 && !(standard && url) && digits % 4 != 1 && (digits == length || length % 4 == 0);
    if (hex && encoding != KX_ENCODING_BASE64)
        return (int)length * 4;
    return base64 && encoding != KX_ENCODING_HEX ? (int)(digits * 6 / 8 * 8) : NONE;
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
    return g_test_run();
}
