/* test-mask.c
 * Tests of kx-mask.c and kx-secrets.c: nothing of a secret survives but its length, and what is masked is reported.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "kx-json.h"
#include "kx-mask.h"
#include "kx-secrets.h"

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
    /* Whatever it is, a Key becomes a string of its length; one too short for that a number. */
    {"{\"Keys\":[{\"Key\":\"0aF9\"}]}", "{\"Keys\":[{\"Key\":\"****\"}]}"},
    {"{\"Keys\":[{\"Key\":\"Zm9vYg==\"}]}", "{\"Keys\":[{\"Key\":\"********\"}]}"},
    {"{\"Keys\":[{\"Key\":\"\xe9\x8d\xb5\"}]}", "{\"Keys\":[{\"Key\":\"***\"}]}"},
    {"{\"Keys\":[{\"Key\":\"\\u0041b\\/+\"}]}", "{\"Keys\":[{\"Key\":\"**********\"}]}"},
    {"{\"Keys\":[{\"Key\":\"\\\"\\\\\\n\"}]}", "{\"Keys\":[{\"Key\":\"******\"}]}"},
    {"{\"Keys\":[{\"Key\":12.5e3}]}", "{\"Keys\":[{\"Key\":\"****\"}]}"},
    {"{\"Keys\":[{\"Key\":-90}]}", "{\"Keys\":[{\"Key\":\"*\"}]}"},
    {"{\"Keys\":[{\"Key\":90},{\"Key\":7}]}", "{\"Keys\":[{\"Key\":11},{\"Key\":1}]}"},
    {"{\"Keys\":[{\"Key\":[1, -2,true]}]}", "{\"Keys\":[{\"Key\":\"**********\"}]}"},
    {"{\"Keys\":[{\"Key\":{\"type\":[]}},{\"Key\":[[],{}]}]}",
     "{\"Keys\":[{\"Key\":\"*********\"},{\"Key\":[[],{}]}]}"},
    /* Nothing is no secret. */
    {"{\"Keys\":[{\"Key\":\"\"},{\"Key\":[ ]},{\"Key\":{}}]}",
     "{\"Keys\":[{\"Key\":\"\"},{\"Key\":[ ]},{\"Key\":{}}]}"},
    {"{\"Keys\":[{\"Key\":true},{\"Key\":null}]}", "{\"Keys\":[{\"Key\":true},{\"Key\":null}]}"},
    /* Names in other spellings. */
    {"{\"keys\":[{\"KEY\":\"Zm8\"},{\"_key-\":\"Zm8\"},{\"K\\u0065y\":\"Zm8\"}]}",
     "{\"keys\":[{\"KEY\":\"***\"},{\"_key-\":\"***\"},{\"K\\u0065y\":\"***\"}]}"},
    /* What a key file holds that Table 1 does not give it, and its name; what stands around Keys stays. */
    {"{\"Source KMA ID\":\"Zm8\",\"Keys\":[{\"Key ID\":\"Zm8\",\"Keyx\":null,\"k\":[1]}],\"n\":77}",
     "{\"Source KMA ID\":\"Zm8\",\"Keys\":[{\"Key ID\":\"Zm8\",\"****\":\"**\",\"*\":\"*\"}],\"n\":77}"},
    {"{\"Keys\":[{\"Key ID\":{\"a\":1}},{\"Key ID\":[1]},{\"Key ID\":12}]}",
     "{\"Keys\":[{\"Key ID\":\"*****\"},{\"Key ID\":\"*\"},{\"Key ID\":12}]}"},
    {"{\"Keys\":[{\"Key extension\":{\"Key\":\"Zm8\",\"hash\":\"Zm8\",\"Keys\":[{\"Key ID\":1}]}}]}",
     "{\"Keys\":[{\"Key extension\":{\"Key\":\"***\",\"hash\":\"Zm8\",\"Keys\":\"************\"}}]}"},
    {"{\"Keys\":[{\"Key ID\":\"k\",\"Keys\":[{\"Key ID\":1}]}]}",
     "{\"Keys\":[{\"Key ID\":\"k\",\"****\":\"************\"}]}"},
    {"{\"Keys\":[{\"Key extension\":\"Zm8\"}]}", "{\"Keys\":[{\"Key extension\":\"***\"}]}"},
    /* One object for an array; a map; Keys in Keys; entries that are no objects, and what follows them. */
    {"{\"Keys\":{\"Key ID\":\"k\",\"Key\":\"Zm8\"}}", "{\"Keys\":{\"Key ID\":\"k\",\"Key\":\"***\"}}"},
    {"{\"Keys\":{\"k\":\"Zm8\"}}", "{\"Keys\":\"*********\"}"},
    {"{\"Keys\":{\"Keys\":[{\"Key ID\":\"k\",\"Key\":\"Zm8\"}],\"x\":\"Zm8\"}}",
     "{\"Keys\":{\"Keys\":[{\"Key ID\":\"k\",\"Key\":\"***\"}],\"*\":\"***\"}}"},
    {"{\"Keys\":[{\"Key ID\":\"k\"},7, [8]],\"n\":77}", "{\"Keys\":[{\"Key ID\":\"k\"},\"****\"],\"n\":77}"},
    {"{\"Keys\":[\"Zm8\",7]}", "{\"Keys\":\"*******\"}"},
    {"{\"Keys\":\"Zm8\",\"a\":[{\"Keys\":[{\"Key ID\":1}]}]}",
     "{\"Keys\":\"***\",\"a\":[{\"Keys\":\"************\"}]}"},
    /* A Key and Keys where no table has one; in an envelope Keys may be. */
    {"{\"Key\":\"Zm8\",\"Keys\":[]}", "{\"Key\":\"***\",\"Keys\":[]}"},
    {"{\"Extension\":[{\"Key\":\"Zm8\",\"a\":\"Zm8\"}]}",
     "{\"Extension\":[{\"Key\":\"***\",\"a\":\"Zm8\"}]}"},
    {"{\"Extension\":{\"Keys\":[{\"Key ID\":1}]}}", "{\"Extension\":{\"Keys\":\"************\"}}"},
    {"{\"e\":{\"Keys\":[{\"Key ID\":1,\"Key\":[12]}]}}",
     "{\"e\":{\"Keys\":[{\"Key ID\":1,\"Key\":\"**\"}]}}"},
    /* White space stays where it is. */
    {" {\r\n\t\"Keys\" : [ { \"Key\" : \"Zm8\" } ]\n} ", " {\r\n\t\"Keys\" : [ { \"Key\" : \"***\" } ]\n} "},
    /* A payload that is no object. */
    {"[\"Zm8\"]", "\"*****\""},
    {" \"Zm8\" ", " \"***\" "},
    {"123", "\"*\""},
    {"{}", "{}"},
    {"[]", "[]"},
    {"[[[]]]", "[[[]]]"},
    {"[[[", "[[["},
    {"null", "null"},
    {"", ""},
    /* What cannot be read, once a Key has begun or where its name can still be seen. */
    {"{\"Keys\":[{\"Key\":\"Zm8", "{\"Keys\":[{\"Key\":****"},
    {"{\"Keys\":[{\"Key\": [1,2", "{\"Keys\":[{\"Key\": ****"},
    {"{\"Keys\":[{\"Key\":\"Zm8\"}]}}x", "{\"Keys\":[{\"Key\":\"***\"}]}**"},
    {"{\"Key ID\":\"k\",,\"Keys\":[7", "{\"Key ID\":\"k\",,\"Keys\"***"},
    {"{'Key': 'Zm8'}", "{'Key'********"},
    {"{Keys: [1]}", "{Keys:*****"},
    {"{\"Keys\":[],\"a\":[\"Key\":\"Zm8\"]}", "{\"Keys\":[],\"a\":[\"Key\"********"},
    {"{\"Keys\":[{\"Key ID\":\"k\",,\"k\\u0065\":7", "{\"Keys\":[{\"Key ID\":\"k\",,***********"},
    {"{\"Key ID\":\"k\",,\"Session ID\":\"Zm8\"}", "{\"Key ID\":\"k\",,\"Session ID\":\"Zm8\"}"},
    {"{\"Key\":\"\"Zm8\"}", "{\"Key\":\"\"*****"},
    {"{\"Keys\":[{\"Key\":[] Zm8}]}", "{\"Keys\":[{\"Key\":[] ******"},
    {"{\"Key\":NaN,7,8]}", "{\"Key\":NaN,*****"},
    {"{\"Key\":[],7,8]}", "{\"Key\":[],*****"},
    {"{\"Keys\":[{7,8}]}", "{\"Keys\":[{******"},
    {"{\"Key\":\"\",Zm8}", "{\"Key\":\"\",Zm8}"},
    {"{\"Key\":\"\"}}Zm8", "{\"Key\":\"\"}}Zm8"},
    {"{\"Session ID\":\"k\", \"K\\u0065y\", \"Zm8\"}", "{\"Session ID\":\"k\", \"K\\u0065y\"********"},
    {"{\"Keys\"}:[7]}", "{\"Keys\"******"},
    {"{\"Response\":\"Key\",,\"Zm8\"}", "{\"Response\":\"Key\",,\"Zm8\"}"},
    {"{\"a\":[\"Key\",,\"Zm8\"]}", "{\"a\":[\"Key\",,\"Zm8\"]}"},
    {"{\"Key\"", "{\"Key\""},
    {"{\"Key", "{\"Key"},
    /* NaN is stepped over, but for one in a secret. */
    {"{\"n\":NaN,\"Key\":\"Zm8\",\"m\":1}", "{\"n\":NaN,\"Key\":\"***\",\"m\":1}"},
    {"{\"Key\":[NaN],\"m\":1}", "{\"Key\":************"},
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

/* ---- pairs ---- */

/* Payloads in which @ stands for the value of a Key, ? for a value and # for the name of a member that Table 1 does not
 * give a key file, ~ for a Keys without key files, and ^ for what is no object. */
static const char *const templates[] = {
    /* of every command, with a Key in every place */
    "{\"Source KMA ID\":\"a\",\"Destination KMA ID\":\"b\",\"Keys\":[{\"Key "
    "ID\":\"k-1\",\"Key\":@},{\"Key\": @ ,\"Key ID\":\"k\"}]}",
    "{\"Response\":\"success\",\"Key relay request ID\":\"r\",\"Extension\":[{\"Key\":@,\"x\":{\"KEY\":@}}]}",
    "{\"Session ID\":\"s\",\"Number of keys\":1,\"Extension\":[{\"Keys\":~,\"x\":[[{\"key\":@}]]}]}",
    "{\"Session ID\":\"s\",\"Key ID\":\"k\",\"Response\":\"success\",\"K\\u0065y\":@}",
    "{\"Keys\":[{\"Key ID\":\"k\",\"Key\":@,\"Key extension\":{\"hash\":\"x\",\"Key\":@,\"Keys\":~}},{\"Key "
    "ID\":\"l\",\"Key\":@}]}",
    "{\"Keys\":[{\"Key ID\":\"k\",#:?,#: ?}],\"Source KMA ID\":\"a\"}",
    "{ \"keys\" : ~ , \"n\" : [ 1 , null ] }",
    "{\"Keys\":[{\"Key ID\":\"k\",\"Key\":@},^],\"Destination KMA ID\":\"b\"}",
    "{\"Keys\":{\"Key\":@,\"Key ID\":\"k\",#:?}}",
    /* in an envelope, and without an object around it */
    "{\"operation\":\"relay\",\"payload\":{\"Source KMA ID\":\"a\",\"Keys\":[{\"Key "
    "ID\":\"k\",\"Key\":@,#:?}]},\"z\":1}",
    "^",
};

static size_t any(GRand *rand, size_t count)
{
    return (size_t)g_rand_int_range(rand, 0, (gint32)count);
}

static void append_string(GRand *rand, GString *out, size_t length)
{
    static const char *const alphabets[] = {
        "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop+/=", "01", "{}[]:,' abc"};
    static const char *const pieces[] = {"\\n",      "\\\"",        "\\u00e9", "\\ud83d\\ude00",
                                         "\xc3\xa9", "\xe9\x8d\xb5"};
    const char *alphabet = alphabets[any(rand, G_N_ELEMENTS(alphabets))];
    bool mixed = g_rand_boolean(rand);
    size_t end = out->len + length - 1;

    g_string_append_c(out, '"');
    while (out->len < end) {
        const char *piece = pieces[any(rand, G_N_ELEMENTS(pieces))];
        if (mixed && any(rand, 3) == 0 && strlen(piece) <= end - out->len)
            g_string_append(out, piece);
        else
            g_string_append_c(out, alphabet[any(rand, strlen(alphabet))]);
    }
    g_string_append_c(out, '"');
}

static void append_number(GRand *rand, GString *out, size_t length)
{
    if (length > 1 && g_rand_boolean(rand)) {
        g_string_append_c(out, '-');
        length--;
    }
    g_string_append_c(out, "123456789"[any(rand, 9)]);
    for (size_t i = 1; i < length; i++)
        g_string_append_c(out, i == 1 && length > 3 && any(rand, 4) == 0 ? '.' : "0123456789"[any(rand, 10)]);
}

/* Bytes, bits or literals. */
static void append_elements(GRand *rand, GString *out, size_t length)
{
    static const char *const words[] = {"0", "1", "-7", "255", "true", "false", "null", "\"a\"", "[]", "{}"};
    size_t end = out->len + length;

    g_string_append_c(out, "01"[any(rand, 2)]);
    while (out->len < end) {
        const char *word = words[any(rand, G_N_ELEMENTS(words))];
        if (strlen(word) + 1 <= end - out->len)
            g_string_append_printf(out, ",%s", word);
        else
            g_string_append_c(out, ' ');
    }
}

/* A value of so many bytes that is a secret wherever one may be, and begins no key file. */
static void append_value(GRand *rand, GString *out, size_t length)
{
    switch (length < 3 ? 0 : any(rand, 5)) {
    case 0:
        append_number(rand, out, length);
        return;
    case 1:
        g_string_append_c(out, '[');
        append_elements(rand, out, length - 2);
        g_string_append_c(out, ']');
        return;
    case 2:
        if (length > 28) { /* as Node.js writes a Buffer */
            g_string_append(out, "{\"type\":\"Buffer\",\"data\":[");
            append_elements(rand, out, length - 27);
            g_string_append(out, "]}");
            return;
        }
        append_string(rand, out, length);
        return;
    case 3:
        if (length > 7) {
            g_string_append(out, "{\"x\":");
            append_value(rand, out, length - 6);
            g_string_append_c(out, '}');
            return;
        }
        append_string(rand, out, length);
        return;
    default:
        append_string(rand, out, length);
    }
}

/* Two payloads that differ in nothing but their secrets, whose lengths are the same. */
typedef struct {
    GString *one, *other;
} pair;

static void append_secret(GRand *rand, GString *out, char kind, size_t length)
{
    size_t start = out->len;

    do {
        g_string_truncate(out, start);
        append_string(rand, out, length);
    } while (memchr(" -kK", out->str[start + 1], 4)); /* cut off, it might become "Key ID" */
    while (kind != '#') {
        g_string_truncate(out, start);
        append_value(rand, out, length);
        if (kind != '^' || out->str[start] != '{')
            return;
    }
}

static pair random_pair(GRand *rand)
{
    pair p = {g_string_new(NULL), g_string_new(NULL)};

    for (const char *from = templates[any(rand, G_N_ELEMENTS(templates))]; *from; from++) {
        if (strchr("@?#~^", *from)) {
            size_t length = 3 + any(rand, any(rand, 4) ? 40 : 90);
            append_secret(rand, p.one, *from, length);
            append_secret(rand, p.other, *from, length);
        } else {
            g_string_append_c(p.one, *from);
            g_string_append_c(p.other, *from);
        }
    }
    g_assert_cmpuint(p.one->len, ==, p.other->len);
    return p;
}

static void pair_clear(pair *p)
{
    g_string_free(p->one, TRUE);
    g_string_free(p->other, TRUE);
}

/* Where they begin to differ. */
static size_t common(const pair *p)
{
    size_t i = 0;

    while (i < p->one->len && p->one->str[i] == p->other->str[i])
        i++;
    return i;
}

/* Makes both invalid at one place: by a byte, or by a Length that is too small or too large. */
static void spoil(GRand *rand, pair *p)
{
    size_t at = any(rand, 4) ? any(rand, p->one->len) : common(p) + any(rand, p->one->len + 1 - common(p));

    if (!strchr(" {", p->one->str[0]) && at < 2)
        at = 2; /* with something else in front, nobody can tell that this is a value */
    switch (any(rand, 3)) {
    case 0:
        g_string_truncate(p->one, at);
        g_string_truncate(p->other, at);
        break;
    case 1:
        g_string_insert_c(p->one, (gssize)at, '\001');
        g_string_insert_c(p->other, (gssize)at, '\001');
        break;
    default:
        g_string_append(p->one, "\r\n#");
        g_string_append(p->other, "\r\n#");
    }
}

static bool is_valid(const char *text, size_t length)
{
    static kx_json_reader reader;
    kx_json_type type;

    kx_json_init(&reader, (const uint8_t *)text, (uint32_t)length);
    do
        type = kx_json_next(&reader);
    while (type != KX_JSON_FAULT && type != KX_JSON_END);
    return type == KX_JSON_END;
}

/* What the dissector reports. */
static bool is_reported(const GString *text)
{
    static kx_json_reader reader;
    kx_secrets secrets;
    kx_json_type type;

    kx_json_init(&reader, (const uint8_t *)text->str, (uint32_t)text->len);
    kx_secrets_init(&secrets, &reader);
    do
        type = kx_secrets_next(&secrets);
    while (type != KX_JSON_FAULT && type != KX_JSON_END);
    return secrets.found;
}

static void check_pair(const pair *p)
{
    char *one = mask(p->one->str, p->one->len), *other = mask(p->other->str, p->other->len);
    char *again = mask(one, p->one->len);

    if (memcmp(one, other, p->one->len) != 0) {
        g_test_message("%s\n%s\n  become\n%s\n%s", p->one->str, p->other->str, one, other);
        g_test_fail();
    }
    if (memcmp(again, one, p->one->len) != 0) {
        g_test_message("%s\n  becomes\n%s\n  and that\n%s", p->one->str, one, again);
        g_test_fail();
    }
    g_assert_true(is_valid(one, p->one->len) == is_valid(p->one->str, p->one->len));
    g_assert_true(is_reported(p->one) == (memcmp(one, p->one->str, p->one->len) != 0));
    g_assert_true(is_reported(p->other) == is_reported(p->one));
    g_free(one);
    g_free(other);
    g_free(again);
}

static void test_valid_pairs(void)
{
    GRand *rand = g_rand_new_with_seed(1);

    for (int i = 0; i < 100000 && !g_test_failed(); i++) {
        pair p = random_pair(rand);
        g_assert_true(is_valid(p.one->str, p.one->len) && is_valid(p.other->str, p.other->len));
        g_assert_true(is_reported(p.one));
        check_pair(&p);
        pair_clear(&p);
    }
    g_rand_free(rand);
}

static void test_invalid_pairs(void)
{
    GRand *rand = g_rand_new_with_seed(2);

    for (int i = 0; i < 100000 && !g_test_failed(); i++) {
        pair p = random_pair(rand);
        spoil(rand, &p);
        /* A number may be cut off and be one still. */
        if (is_valid(p.one->str, p.one->len) == is_valid(p.other->str, p.other->len))
            check_pair(&p);
        pair_clear(&p);
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
    g_test_add_func("/mask/valid-pairs", test_valid_pairs);
    g_test_add_func("/mask/invalid-pairs", test_invalid_pairs);
    g_test_add_func("/mask/longest", test_longest);
    return g_test_run();
}
