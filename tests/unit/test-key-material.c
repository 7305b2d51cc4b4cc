/* test-key-material.c
 * Tests of plugin/kx-key-material.c: which texts are key material, and of how many bits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
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
        g_test_message("\"%s\" in encoding %d: %d, not %d", text, encoding, actual, expected);
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

/* Every character by itself, four times, against the alphabets of RFC 4648. */
static void test_alphabets(void)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";

    for (unsigned c = 0; c < 256; c++) {
        const char text[] = {(char)c, (char)c, (char)c, (char)c};
        bool is_hex = memchr(hex, (int)c, sizeof hex - 1),
             is_base64 = memchr(base64, (int)c, sizeof base64 - 1);
        int in_hex = is_hex ? 16 : NONE, in_base64 = is_base64 ? 24 : NONE;
        check(text, sizeof text, KX_ENCODING_HEX, in_hex);
        check(text, sizeof text, KX_ENCODING_BASE64, in_base64);
        check(text, sizeof text, KX_ENCODING_AUTO, is_hex ? in_hex : in_base64);
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
    g_test_add_func("/key-material/round-trip", test_round_trip);
    g_test_add_func("/key-material/longest", test_longest);
    return g_test_run();
}
