/* test-json-convert.c
 * Strings without their escapes, and integers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-check.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "json-model.h"

static void expect_unescaped(const char *raw, size_t length, const char *expected)
{
    uint8_t *text = json_check_copy(raw, length);
    char *out = malloc(length + 1);
    memset(out, 'X', length + 1);
    size_t written = kx_json_unescape(text, 0, (uint32_t)length, out);

    if (written != strlen(expected) || written > length || memcmp(out, expected, written + 1) != 0)
        json_check_complain(text, (uint32_t)length, "unescaped to %zu bytes \"%.*s\"", written,
                            (int)MIN(written, length), out);
    free(out);
    free(text);
}

static void test_unescape(void)
{
    static const struct {
        const char *raw;
        uint32_t length;
        const char *expected;
    } rows[] = {
        {BYTES(""), ""},
        {BYTES("a"), "a"},
        {BYTES("plain text, no escapes"), "plain text, no escapes"},
        {BYTES("\\\""), "\""},
        {BYTES("\\\\"), "\\"},
        {BYTES("\\/"), "/"},
        {BYTES("\\b"), "\b"},
        {BYTES("\\f"), "\f"},
        {BYTES("\\n"), "\n"},
        {BYTES("\\r"), "\r"},
        {BYTES("\\t"), "\t"},
        {BYTES("\\\"\\\\\\/\\b\\f\\n\\r\\t"), "\"\\/\b\f\n\r\t"},
        {BYTES("\\\\n"), "\\n"},
        {BYTES("\\\\\\n"), "\\\n"},
        {BYTES("\\\\u0041"), "\\u0041"},
        {BYTES("a\\nb"), "a\nb"},
        {BYTES("\\na"), "\na"},
        {BYTES("a\\n"), "a\n"},
        {BYTES("\\u0041"), "A"},
        {BYTES("\\u0041\\u0042C"), "ABC"},
        {BYTES("\\u00e9\\u00E9"), "\xC3\xA9\xC3\xA9"},
        {BYTES("\\u0001\\u001f\\u007F"), "\x01\x1F\x7F"},
        {BYTES("\\u0022\\u005C"), "\"\\"},
        {BYTES("\\u0080"), "\xC2\x80"},
        {BYTES("\\u07FF"), "\xDF\xBF"},
        {BYTES("\\u0800"), "\xE0\xA0\x80"},
        {BYTES("\\uabcd\\uABCD\\uAbCd"), "\xEA\xAF\x8D\xEA\xAF\x8D\xEA\xAF\x8D"},
        {BYTES("\\uD7FF\\uE000"), "\xED\x9F\xBF\xEE\x80\x80"},
        {BYTES("\\uFEFF\\uFFFE\\uFFFF"), "\xEF\xBB\xBF\xEF\xBF\xBE\xEF\xBF\xBF"},
        {BYTES("\\u9375"), "\xE9\x8D\xB5"},
        {BYTES("\\uD800\\uDC00"), "\xF0\x90\x80\x80"},
        {BYTES("\\uDBFF\\uDFFF"), "\xF4\x8F\xBF\xBF"},
        {BYTES("\\uD83D\\uDD11"), "\xF0\x9F\x94\x91"},
        {BYTES("\\ud83d\\udd11\\uD83D\\uDD11"), "\xF0\x9F\x94\x91\xF0\x9F\x94\x91"},
        {BYTES("a\\uD83D\\uDD11z"), "a\xF0\x9F\x94\x91z"},
        {BYTES("\xF0\x9F\x94\x91\\t\xC3\xA9"), "\xF0\x9F\x94\x91\t\xC3\xA9"},
        /* an escaped NUL stays as it is spelt */
        {BYTES("\\u0000"), "\\u0000"},
        {BYTES("a\\u0000b"), "a\\u0000b"},
        {BYTES("\\u0000\\u0000\\n"), "\\u0000\\u0000\n"},
        {BYTES("\\u00000"), "\\u00000"},
        {BYTES("\\\\u0000"), "\\u0000"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        expect_unescaped(rows[i].raw, rows[i].length, rows[i].expected);
}

/* Every \u escape against GLib, in both cases; the whole room is no more than the contract asks for. */
static void test_unescape_all(void)
{
    char raw[16], expected[8];

    for (gunichar c = 1; c <= 0x10FFFF; c += c < 0x10000 ? 1 : 251) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        expected[g_unichar_to_utf8(c, expected)] = '\0';
        for (int upper = 0; upper < 2; upper++) {
            if (c < 0x10000)
                g_snprintf(raw, sizeof raw, upper ? "\\u%04X" : "\\u%04x", c);
            else
                g_snprintf(raw, sizeof raw, upper ? "\\u%04X\\u%04X" : "\\u%04x\\u%04x",
                           0xD800 + ((c - 0x10000) >> 10), 0xDC00 + ((c - 0x10000) & 0x3FF));
            expect_unescaped(raw, strlen(raw), expected);
        }
    }
}

/* Nothing outside the range is looked at or copied. */
static void test_unescape_part(void)
{
    static const char text[] = "[\"ab\\n\",\"\\u0041\"]";
    char out[8];

    memset(out, 'X', sizeof out);
    g_assert_cmpuint(kx_json_unescape((const uint8_t *)text, 2, 6, out), ==, 3);
    g_assert_cmpstr(out, ==, "ab\n");
    g_assert_cmpint(out[5], ==, 'X');
    g_assert_cmpuint(kx_json_unescape((const uint8_t *)text, 9, 15, out), ==, 1);
    g_assert_cmpstr(out, ==, "A");
    g_assert_cmpuint(kx_json_unescape((const uint8_t *)text, 2, 4, out), ==, 2);
    g_assert_cmpstr(out, ==, "ab");
    g_assert_cmpuint(kx_json_unescape((const uint8_t *)text, 2, 2, out), ==, 0);
    g_assert_cmpstr(out, ==, "");
}

static void test_int64(void)
{
    static const struct {
        const char *digits;
        uint32_t length;
        bool fits;
        int64_t value;
    } rows[] = {
        {BYTES("0"), true, 0},
        {BYTES("-0"), true, 0},
        {BYTES("1"), true, 1},
        {BYTES("-1"), true, -1},
        {BYTES("9"), true, 9},
        {BYTES("10"), true, 10},
        {BYTES("256"), true, 256},
        {BYTES("-65535"), true, -65535},
        {BYTES("4294967296"), true, INT64_C(4294967296)},
        {BYTES("999999999999999999"), true, INT64_C(999999999999999999)},
        {BYTES("1000000000000000000"), true, INT64_C(1000000000000000000)},
        {BYTES("9223372036854775799"), true, INT64_C(9223372036854775799)},
        {BYTES("9223372036854775806"), true, INT64_C(9223372036854775806)},
        {BYTES("9223372036854775807"), true, INT64_MAX},
        {BYTES("-9223372036854775807"), true, -INT64_MAX},
        {BYTES("-9223372036854775808"), true, INT64_MIN},
        {BYTES("9223372036854775808"), false, 0},
        {BYTES("9223372036854775810"), false, 0},
        {BYTES("-9223372036854775809"), false, 0},
        {BYTES("-9223372036854775810"), false, 0},
        {BYTES("9300000000000000000"), false, 0},
        {BYTES("10000000000000000000"), false, 0},
        {BYTES("18446744073709551615"), false, 0},
        {BYTES("18446744073709551616"), false, 0},
        {BYTES("-18446744073709551616"), false, 0},
        {BYTES("18446744073709551617"), false, 0},
        {BYTES("36893488147419103233"), false, 0},
        {BYTES("92233720368547758070"), false, 0},
        {BYTES("99999999999999999999999999999999999999999"), false, 0},
        {BYTES(""), false, 0},
        {BYTES("-"), false, 0},
        {BYTES("+"), false, 0},
        {BYTES("+1"), false, 0},
        {BYTES("--1"), false, 0},
        {BYTES("1-"), false, 0},
        {BYTES("00"), false, 0},
        {BYTES("01"), false, 0},
        {BYTES("-00"), false, 0},
        {BYTES("-01"), false, 0},
        {BYTES("000000000000000000000000000000"), false, 0},
        {BYTES("1.0"), false, 0},
        {BYTES("1."), false, 0},
        {BYTES(".1"), false, 0},
        {BYTES("0.0"), false, 0},
        {BYTES("1e0"), false, 0},
        {BYTES("1E2"), false, 0},
        {BYTES("0x10"), false, 0},
        {BYTES("12a"), false, 0},
        {BYTES("a12"), false, 0},
        {BYTES("1 "), false, 0},
        {BYTES(" 1"), false, 0},
        {BYTES("1 2"), false, 0},
        {BYTES("1,2"), false, 0},
        {BYTES("1/"), false, 0},
        {BYTES("1:"), false, 0},
        {BYTES("1\0"), false, 0},
        {BYTES("\0"), false, 0},
        {BYTES("1\0002"), false, 0},
        {BYTES("\\u0031"), false, 0},
        {BYTES("\xEF\xBC\x91"), false, 0},
        {BYTES("\xB1"), false, 0},
        {BYTES("ten"), false, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint8_t *text = json_check_copy(rows[i].digits, rows[i].length);
        for (int untouched = 0; untouched < 2; untouched++) {
            int64_t before = untouched ? -77 : 77, value = before, model = before;
            bool fits = kx_json_int64(text, 0, rows[i].length, &value);
            if (fits != rows[i].fits || value != (fits ? rows[i].value : before))
                json_check_complain(text, rows[i].length, "%s, %" G_GINT64_FORMAT,
                                    fits ? "fits" : "does not fit", value);
            g_assert_true(json_model_int64(text, rows[i].length, &model) == rows[i].fits);
            g_assert_cmpint(model, ==, rows[i].fits ? rows[i].value : before);
        }
        free(text);
    }
}

/* Only the range counts, not what stands around it. */
static void test_int64_part(void)
{
    static const uint8_t text[] = "[-12345]";
    int64_t value = 0;

    g_assert_true(kx_json_int64(text, 1, 7, &value));
    g_assert_cmpint(value, ==, -12345);
    g_assert_true(kx_json_int64(text, 2, 4, &value));
    g_assert_cmpint(value, ==, 12);
    g_assert_true(kx_json_int64(text, 6, 7, &value));
    g_assert_cmpint(value, ==, 5);
    g_assert_false(kx_json_int64(text, 0, 7, &value));
    g_assert_false(kx_json_int64(text, 1, 8, &value));
    g_assert_false(kx_json_int64(text, 3, 3, &value));
    g_assert_cmpint(value, ==, 5);
}

void json_test_convert(void)
{
    g_test_add_func("/json/convert/unescape", test_unescape);
    g_test_add_func("/json/convert/unescape-all", test_unescape_all);
    g_test_add_func("/json/convert/unescape-part", test_unescape_part);
    g_test_add_func("/json/convert/int64", test_int64);
    g_test_add_func("/json/convert/int64-part", test_int64_part);
}
