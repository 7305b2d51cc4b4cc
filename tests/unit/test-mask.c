/* test-mask.c
 * Tests of plugin/kx-mask.c: no key survives, everything else does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "kx-json.h"
#include "kx-mask.h"

/* Masks a copy of exactly its size with a guard behind it. */
static char *mask(const char *payload, size_t length)
{
    char *copy = (char *)g_malloc(length + 2);

    memcpy(copy, payload, length);
    copy[length] = '#';
    copy[length + 1] = '\0';
    kx_mask_keys((uint8_t *)copy, (uint32_t)length);
    g_assert_cmpint(copy[length], ==, '#');
    copy[length] = '\0';
    return copy;
}

/* ---- one by one ---- */

typedef struct {
    const char *before, *after;
} mask_case;

static const mask_case cases[] = {
    /* Hex, base64 with and without padding, base64url, and text that is neither. */
    {"{\"Keys\":[{\"Key\":\"0aF9\"}]}", "{\"Keys\":[{\"Key\":\"0000\"}]}"},
    {"{\"Keys\":[{\"Key\":\"Zm9vYg==\"}]}", "{\"Keys\":[{\"Key\":\"xxxxxx==\"}]}"},
    {"{\"Keys\":[{\"Key\":\"Zm9vYg\"}]}", "{\"Keys\":[{\"Key\":\"xxxxxx\"}]}"},
    {"{\"Keys\":[{\"Key\":\"Zm9-_g\"}]}", "{\"Keys\":[{\"Key\":\"xxxxxx\"}]}"},
    {"{\"Keys\":[{\"Key\":\"no key!\"}]}", "{\"Keys\":[{\"Key\":\"*******\"}]}"},
    {"{\"Keys\":[{\"Key\":\"\xe9\x8d\xb5\"}]}", "{\"Keys\":[{\"Key\":\"***\"}]}"},
    {"{\"Keys\":[{\"Key\":\"\"}]}", "{\"Keys\":[{\"Key\":\"\"}]}"},
    /* Escapes: the filler is as long as the text, the rest of the room behind the quote. */
    {"{\"Keys\":[{\"Key\":\"\\u0041b\\/+\"}]}", "{\"Keys\":[{\"Key\":\"xxxx\"      }]}"},
    {"{\"Keys\":[{\"Key\":\"\\\"\\\\\\n\"}]}", "{\"Keys\":[{\"Key\":\"***\"   }]}"},
    /* No strings. */
    {"{\"Keys\":[{\"Key\":12.5e3}]}", "{\"Keys\":[{\"Key\":11.1e1}]}"},
    {"{\"Keys\":[{\"Key\":-90}]}", "{\"Keys\":[{\"Key\":-10}]}"},
    {"{\"Keys\":[{\"Key\":true},{\"Key\":null}]}", "{\"Keys\":[{\"Key\":true},{\"Key\":null}]}"},
    {"{\"Keys\":[{\"Key\":[\"Zm8\",[1,\"zz\"],{\"data\":\"aa\"}]}]}",
     "{\"Keys\":[{\"Key\":[\"xxx\",[1,\"xx\"],{\"data\":\"00\"}]}]}"},
    {"{\"Keys\":[{\"Key\":{\"data\":{\"raw\":\"Zm8\"}},\"Key ID\":\"k\"}]}",
     "{\"Keys\":[{\"Key\":{\"data\":{\"raw\":\"xxx\"}},\"Key ID\":\"k\"}]}"},
    /* Names in other spellings. */
    {"{\"keys\":[{\"KEY\":\"Zm8\"},{\"_key-\":\"Zm8\"},{\"K\\u0065y\":\"Zm8\"}]}",
     "{\"keys\":[{\"KEY\":\"xxx\"},{\"_key-\":\"xxx\"},{\"K\\u0065y\":\"xxx\"}]}"},
    /* What stands next to keys stays; in a key file, what Table 1 has, as a Key may have a name nobody knows. */
    {"{\"Source KMA ID\":\"Zm8\",\"Keys\":[{\"Key ID\":\"Zm8\",\"Key\":\"Zm8\",\"Keyx\":\"Zm8\"}],\"n\":77}",
     "{\"Source KMA ID\":\"Zm8\",\"Keys\":[{\"Key ID\":\"Zm8\",\"Key\":\"xxx\",\"Keyx\":\"xxx\"}],\"n\":77}"},
    /* Two keys in one file, one object for an array, entries that are no objects, a Key at the top. */
    {"{\"Keys\":[{\"Key\":\"Zm8\",\"key\":\"Zm8\"}]}", "{\"Keys\":[{\"Key\":\"xxx\",\"key\":\"xxx\"}]}"},
    {"{\"Keys\":{\"Key ID\":\"k\",\"Key\":\"Zm8\"}}", "{\"Keys\":{\"Key ID\":\"k\",\"Key\":\"xxx\"}}"},
    {"{\"Keys\":[\"Zm8\",[\"Zm8\"],7]}", "{\"Keys\":[\"xxx\",[\"xxx\"],1]}"},
    {"{\"Keys\":\"Zm8\"}", "{\"Keys\":\"xxx\"}"},
    {"{\"Key\":\"Zm8\",\"Keys\":[]}", "{\"Key\":\"xxx\",\"Keys\":[]}"},
    {"{\"Session ID\":\"s\",\"Key ID\":\"k\",\"Key\":{\"a\":[\"Zm8\"]}}",
     "{\"Session ID\":\"s\",\"Key ID\":\"k\",\"Key\":{\"a\":[\"xxx\"]}}"},
    /* A Key where no table has one. */
    {"{\"Extension\":[{\"Key\":\"Zm8\",\"a\":\"Zm8\"}]}",
     "{\"Extension\":[{\"Key\":\"xxx\",\"a\":\"Zm8\"}]}"},
    {"{\"Keys\":[{\"Key extension\":{\"Key\":\"Zm8\",\"hash\":\"Zm8\"}}]}",
     "{\"Keys\":[{\"Key extension\":{\"Key\":\"xxx\",\"hash\":\"Zm8\"}}]}"},
    /* White space stays where it is. */
    {" {\r\n\t\"Keys\" : [ { \"Key\" : \"Zm8\" } ]\n} ", " {\r\n\t\"Keys\" : [ { \"Key\" : \"xxx\" } ]\n} "},
    /* A payload that is no object. */
    {"[\"Zm8\"]", "[\"Zm8\"]"},
    {"\"Zm8\"", "\"xxx\""},
    {"{}", "{}"},
    {"", ""},
};

static void test_cases(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *masked = mask(cases[i].before, strlen(cases[i].before));
        if (strcmp(masked, cases[i].after) != 0) {
            g_test_message("%s\n  became %s\n  not    %s", cases[i].before, masked, cases[i].after);
            g_test_fail();
        }
        g_free(masked);
    }
}

/* ---- random payloads ---- */

/* What a payload is made of: @ stands for a key, in quotes where the text has them. */
static const char *const templates[] = {
    "{\"Source KMA ID\":\"KMA-1\",\"Keys\":[{\"Key ID\":\"k-1\",\"Key\":\"@\"},{\"Key\":\"@\",\"Key "
    "ID\":\"k-2\"}]}",
    "{\"keys\":{\"key_id\":\"k-1\",\"key\":\"@\",\"key_extension\":{\"hash\":\"abcd\"}},\"n\":[1,2,{\"a\":"
    "null}]}",
    "{ \"Keys\" : [ { \"Key\" : [ \"@\", { \"data\" : \"@\" } ] } ] , \"Key relay request ID\" : \"r-1\" }",
    "{\"Keys\":[\"@\",[[\"@\"]],{\"Key\":{\"a\":{\"b\":\"@\"}}}],\"Transit KMA IDs\":[\"t\"]}",
    "{\"Key\":\"@\",\"Session ID\":\"s-1\",\"Extension\":[{\"Key\":\"@\",\"x\":{\"KEY\":\"@\"}}]}",
    "{\"Keys\":\"@\",\"Number of keys\":1,\"K\\u0065y\":\"@\"}",
};

typedef struct {
    GString *text;
    GPtrArray *keys; /* as they stand in the text */
    const char *made_from;
} payload;

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *random_key(GRand *rand, bool escapes)
{
    GString *key = g_string_new(NULL);
    bool hex = g_rand_boolean(rand);
    int length = g_rand_int_range(rand, 16, 80);

    for (int i = 0; i < length; i++) {
        char digit = hex ? "0123456789abcdef"[g_rand_int_range(rand, 0, 16)]
                         : digits[g_rand_int_range(rand, 0, sizeof digits - 1)];
        if (escapes && g_rand_int_range(rand, 0, 6) == 0)
            g_string_append_printf(key, "\\u%04x", (unsigned)digit);
        else
            g_string_append_c(key, digit);
    }
    return g_string_free(key, FALSE);
}

static payload random_payload(GRand *rand, bool escapes)
{
    const char *from = templates[g_rand_int_range(rand, 0, G_N_ELEMENTS(templates))];
    payload p = {g_string_new(NULL), g_ptr_array_new_with_free_func(g_free), from};

    for (; *from; from++) {
        if (*from != '@') {
            g_string_append_c(p.text, *from);
            continue;
        }
        char *key = random_key(rand, escapes);
        g_string_append(p.text, key);
        g_ptr_array_add(p.keys, key);
    }
    return p;
}

static void payload_clear(payload *p)
{
    g_string_free(p->text, TRUE);
    g_ptr_array_unref(p->keys);
}

static bool is_filler(const char *window)
{
    return strspn(window, "0") == 4 || strspn(window, "1") == 4 || strspn(window, "x") == 4;
}

/* No four characters of a key stand anywhere in the text but where they stood without it. */
static void assert_gone(const char *masked, const char *key, const char *made_from)
{
    char *decoded = (char *)g_malloc(strlen(key) + 1);

    kx_json_unescape((const uint8_t *)key, 0, (uint32_t)strlen(key), decoded);
    for (size_t i = 0; i + 4 <= strlen(decoded); i++) {
        char window[5] = {0};
        memcpy(window, decoded + i, 4);
        if (!is_filler(window) && !strstr(made_from, window) && strstr(masked, window)) {
            g_test_message("\"%s\" of the key %s survived in %s", window, key, masked);
            g_test_fail();
            break;
        }
    }
    g_assert_true(!strchr(key, '\\') || !strstr(masked, key));
    g_free(decoded);
}

static void assert_all_gone(const char *masked, const payload *p)
{
    for (guint i = 0; i < p->keys->len; i++)
        assert_gone(masked, (const char *)g_ptr_array_index(p->keys, i), p->made_from);
}

/* Both are valid, with the same tokens; names and what is no key have the same characters. */
static void assert_same_but_keys(const char *before, const char *after, const payload *p)
{
    static kx_json_reader a, b;

    kx_json_init(&a, (const uint8_t *)before, (uint32_t)strlen(before));
    kx_json_init(&b, (const uint8_t *)after, (uint32_t)strlen(after));
    do {
        g_assert_cmpint(kx_json_next(&a), ==, kx_json_next(&b));
        g_assert_cmpint(a.token.type, !=, KX_JSON_FAULT);
        char *was = g_strndup(before + a.token.start, a.token.end - a.token.start);
        char *is = g_strndup(after + b.token.start, b.token.end - b.token.start);
        if (!g_ptr_array_find_with_equal_func(p->keys, was, g_str_equal, NULL)) {
            g_assert_cmpstr(was, ==, is);
            g_assert_cmpuint(a.token.start, ==, b.token.start);
        }
        g_free(was);
        g_free(is);
    } while (a.token.type != KX_JSON_END);
}

static void test_valid(void)
{
    GRand *rand = g_rand_new_with_seed(1);

    for (int i = 0; i < 4000; i++) {
        payload p = random_payload(rand, i % 2);
        char *masked = mask(p.text->str, p.text->len), *again;
        g_assert_cmpuint(strlen(masked), ==, p.text->len);
        assert_all_gone(masked, &p);
        assert_same_but_keys(p.text->str, masked, &p);
        again = mask(masked, strlen(masked));
        g_assert_cmpstr(again, ==, masked);
        g_free(again);
        g_free(masked);
        payload_clear(&p);
    }
    g_rand_free(rand);
}

/* Makes the text invalid at one place: before, inside or behind a key. */
static void spoil(GRand *rand, GString *text)
{
    static const char faults[] = "\001\"}]\\{:";
    size_t at = (size_t)g_rand_int_range(rand, 1, (gint32)text->len);

    if (g_rand_boolean(rand))
        g_string_truncate(text, at);
    else
        g_string_insert_c(text, (gssize)at, faults[g_rand_int_range(rand, 0, sizeof faults - 1)]);
}

static bool is_valid(const GString *text)
{
    static kx_json_reader reader;

    kx_json_init(&reader, (const uint8_t *)text->str, (uint32_t)text->len);
    while (kx_json_next(&reader) != KX_JSON_FAULT)
        if (reader.token.type == KX_JSON_END)
            return true;
    return false;
}

/* A fault may make another name of Key, but then it has made the rest unreadable, and that is masked too. */
static void test_invalid(void)
{
    GRand *rand = g_rand_new_with_seed(2);

    for (int i = 0; i < 20000; i++) {
        payload p = random_payload(rand, false);
        spoil(rand, p.text);
        if (!is_valid(p.text)) {
            char *masked = mask(p.text->str, p.text->len);
            g_assert_cmpuint(strlen(masked), ==, p.text->len);
            assert_all_gone(masked, &p);
            g_free(masked);
        }
        payload_clear(&p);
    }
    g_rand_free(rand);
}

/* The largest payload, full of keys. */
static void test_longest(void)
{
    GString *text = g_string_new("{\"Keys\":[");

    while (text->len < 65000)
        g_string_append(text, "{\"Key\":\"QUJDREVGR0hJSktMTU5PUA==\"},");
    g_string_append(text, "{}]}");
    char *masked = mask(text->str, text->len);
    g_assert_null(strstr(masked, "QUJD"));
    g_assert_cmpuint(strlen(masked), ==, text->len);
    g_free(masked);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mask/cases", test_cases);
    g_test_add_func("/mask/valid", test_valid);
    g_test_add_func("/mask/invalid", test_invalid);
    g_test_add_func("/mask/longest", test_longest);
    return g_test_run();
}
