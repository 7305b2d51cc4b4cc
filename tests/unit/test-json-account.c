/* test-json-account.c
 * values, deepest and path_sum: what a consumer that keeps a path for every value would spend.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-check.h"

#include <glib.h>
#include <stdlib.h>

static void test_sums(void)
{
    /* Sums worked out by hand. A value's path: for each member it is in, or is, the name's bytes and one
     * more. */
    static const struct {
        const char *text;
        uint32_t length;
        uint32_t values;
        uint32_t deepest;
        uint64_t path_sum;
    } rows[] = {
        {BYTES("1"), 1, 0, 0},
        {BYTES("\"abc\""), 1, 0, 0},
        {BYTES("null"), 1, 0, 0},
        {BYTES("{}"), 1, 1, 0},
        {BYTES("{\"abc\":1}"), 2, 1, 4},
        {BYTES("{\"\":1}"), 2, 1, 1},
        {BYTES("{\"a\":1,\"bc\":2}"), 3, 1, 2 + 3},
        {BYTES("{\"a\":1,\"a\":2}"), 3, 1, 2 + 2},
        {BYTES("{\"a\":{\"bc\":1}}"), 3, 2, 2 + 5},
        {BYTES("{\"a\":{\"bc\":1},\"d\":2}"), 4, 2, 2 + 5 + 2},
        {BYTES("{\"a\":{\"b\":{\"c\":{}}}}"), 4, 4, 2 + 4 + 6},
        {BYTES("{\"a\":{},\"b\":{},\"ccc\":{}}"), 4, 2, 2 + 2 + 4},
        {BYTES("{\"\xC3\xA9\":true}"), 2, 1, 3},
        {BYTES("[]"), 1, 1, 0},
        {BYTES("[7]"), 2, 1, 1},
        {BYTES("[7,8,9]"), 4, 1, 1 + 1 + 1},
        {BYTES("[[7,8],9]"), 5, 2, 1 + 2 + 2 + 1},
        {BYTES("[{\"abc\":7}]"), 3, 2, 1 + 5},
        {BYTES("{\"abc\":[7,8]}"), 4, 2, 4 + 5 + 5},
        {BYTES("{\"a\":[{\"b\":[7]},8],\"c\":9}"), 7, 4, 2 + 3 + 5 + 6 + 3 + 2},
        {BYTES("{\"a\\n\":7}"), 2, 1, 4},
        {BYTES("{ \"long name\" : \"long value\" }"), 2, 1, 10},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        kx_json_reader *reader = json_check_reader((const uint8_t *)rows[i].text, rows[i].length);
        while (kx_json_next(reader) > KX_JSON_FAULT)
            ;
        if (reader->fault != KX_JSON_FAULT_NONE || reader->values != rows[i].values ||
            reader->deepest != rows[i].deepest || reader->path_sum != rows[i].path_sum)
            json_check_complain((const uint8_t *)rows[i].text, rows[i].length,
                                "%u values, deepest %u, path sum %" G_GUINT64_FORMAT, reader->values,
                                reader->deepest, reader->path_sum);
        free(reader);
    }
}

/* Deeper than paths are followed the sum is an estimate, but it still grows with every value. */
static void test_below_the_followed(void)
{
    GString *text = g_string_new(NULL);
    for (int depth = 0; depth < 3 * KX_JSON_PATH_DEPTH; depth++)
        g_string_append(text, "{\"abcdefg\":");
    g_string_append_c(text, '1');
    for (int depth = 0; depth < 3 * KX_JSON_PATH_DEPTH; depth++)
        g_string_append_c(text, '}');

    kx_json_reader *reader = json_check_reader((const uint8_t *)text->str, (uint32_t)text->len);
    kx_json_type type;
    uint64_t before = 0, exact = 0;
    uint32_t values = 0;
    while ((type = kx_json_next(reader)) > KX_JSON_FAULT) {
        if (type == KX_JSON_NAME || type == KX_JSON_OBJECT_END) {
            g_assert_cmpuint(reader->path_sum, ==, before);
            continue;
        }
        exact += 8 * (uint64_t)values++;
        g_assert_cmpuint(reader->path_sum, >=, before);
        if (values < KX_JSON_PATH_DEPTH)
            g_assert_cmpuint(reader->path_sum, ==, exact);
        else
            g_assert_cmpuint(reader->path_sum - before, >=, 8 * (KX_JSON_PATH_DEPTH - 2));
        g_assert_cmpuint(reader->path_sum, <=, exact);
        before = reader->path_sum;
    }
    g_assert_cmpint(type, ==, KX_JSON_END);
    g_assert_cmpuint(reader->values, ==, values);
    g_assert_cmpuint(reader->deepest, ==, 3 * KX_JSON_PATH_DEPTH);
    free(reader);
    g_string_free(text, TRUE);
}

/* One long name on the path of very many values: the sum is greater than 32 bits hold. */
static void test_large(void)
{
    GString *text = g_string_new("{\"");
    for (int i = 0; i < 100000; i++)
        g_string_append_c(text, 'n');
    g_string_append(text, "\":{");
    for (int i = 0; i < 50000; i++)
        g_string_append(text, i == 0 ? "\"\":0" : ",\"\":0");
    g_string_append(text, "}}");

    kx_json_reader *reader = json_check_reader((const uint8_t *)text->str, (uint32_t)text->len);
    while (kx_json_next(reader) > KX_JSON_FAULT)
        ;
    g_assert_cmpint(reader->fault, ==, KX_JSON_FAULT_NONE);
    g_assert_cmpuint(reader->values, ==, 50002);
    g_assert_cmpuint(reader->path_sum, ==, 100001 + 50000 * G_GUINT64_CONSTANT(100002));
    free(reader);
    g_string_free(text, TRUE);
}

/* "So far": the sums are there before the text has been read to its end, and in an invalid one too. */
static void test_so_far(void)
{
    static const char text[] = "{\"a\":[1,2],\"b\":x}";
    static const struct {
        kx_json_type type;
        uint32_t values, deepest;
    } steps[] = {
        {KX_JSON_OBJECT, 1, 1}, {KX_JSON_NAME, 1, 1},      {KX_JSON_ARRAY, 2, 2}, {KX_JSON_NUMBER, 3, 2},
        {KX_JSON_NUMBER, 4, 2}, {KX_JSON_ARRAY_END, 4, 2}, {KX_JSON_NAME, 4, 2},  {KX_JSON_FAULT, 4, 2},
    };
    kx_json_reader *reader = json_check_reader((const uint8_t *)text, sizeof text - 1);

    g_assert_cmpuint(reader->values, ==, 0);
    g_assert_cmpuint(reader->deepest, ==, 0);
    g_assert_cmpuint(reader->path_sum, ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_assert_cmpint(kx_json_next(reader), ==, steps[i].type);
        g_assert_cmpuint(reader->values, ==, steps[i].values);
        g_assert_cmpuint(reader->deepest, ==, steps[i].deepest);
    }
    free(reader);
}

void json_test_account(void)
{
    g_test_add_func("/json/account/sums", test_sums);
    g_test_add_func("/json/account/below-the-followed", test_below_the_followed);
    g_test_add_func("/json/account/large", test_large);
    g_test_add_func("/json/account/so-far", test_so_far);
}
