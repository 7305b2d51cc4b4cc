/* test-json-tokens.c
 * The stream of tokens: types, ranges, ends, skips, and how deep it goes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-check.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* A token as "sign start-end": { } [ ] as such; n a name, s a string, N and S with escapes; # a number; t f 0
 * literals. The end: "." or "!fault@offset". */
static void append_token(GString *stream, const kx_json_reader *reader, kx_json_type type)
{
    static const char signs[] = {
        [KX_JSON_OBJECT] = '{', [KX_JSON_OBJECT_END] = '}', [KX_JSON_ARRAY] = '[',  [KX_JSON_ARRAY_END] = ']',
        [KX_JSON_NAME] = 'n',   [KX_JSON_STRING] = 's',     [KX_JSON_NUMBER] = '#', [KX_JSON_TRUE] = 't',
        [KX_JSON_FALSE] = 'f',  [KX_JSON_NULL] = '0',
    };

    if (stream->len > 0)
        g_string_append_c(stream, ' ');
    if (type == KX_JSON_END) {
        g_string_append_c(stream, '.');
    } else if (type == KX_JSON_FAULT) {
        g_string_append_printf(stream, "!%s@%u", json_check_fault_name(reader->fault), reader->fault_offset);
    } else {
        char sign = signs[type];
        if ((type == KX_JSON_NAME || type == KX_JSON_STRING) && reader->token.escaped)
            sign = g_ascii_toupper(sign);
        g_string_append_printf(stream, "%c%u-%u", sign, reader->token.start, reader->token.end);
    }
}

/* Reads all tokens; at the token with number skip_at (from 0) it calls kx_json_skip and shows what that did.
 */
static char *stream_of(const char *bytes, uint32_t length, int skip_at)
{
    uint8_t *text = json_check_copy(bytes, length);
    kx_json_reader *reader = json_check_reader(text, length);
    GString *stream = g_string_new(NULL);
    kx_json_type type;
    int count = 0;

    do {
        type = kx_json_next(reader);
        append_token(stream, reader, type);
        if (count++ == skip_at) {
            bool whole = kx_json_skip(reader);
            g_string_append_printf(stream, " skip:%s", whole ? "" : "invalid");
            if (whole)
                g_string_append_printf(stream, "%u-%u", reader->token.start, reader->token.end);
        }
    } while (type > KX_JSON_FAULT);
    free(reader);
    free(text);
    return g_string_free(stream, FALSE);
}

typedef struct {
    const char *text;
    uint32_t length;
    int skip_at;
    const char *stream;
} streamed;

static void check_streams(const streamed *rows, size_t count)
{
    for (const streamed *row = rows; row < rows + count; row++) {
        char *stream = stream_of(row->text, row->length, row->skip_at);
        if (strcmp(stream, row->stream) != 0)
            json_check_complain((const uint8_t *)row->text, row->length, "expected\n  %s\ngot\n  %s",
                                row->stream, stream);
        json_check_invariants_of(row->text, row->length);
        g_free(stream);
    }
}

static void test_streams(void)
{
    static const streamed rows[] = {
        {BYTES("0"), -1, "#0-1 ."},
        {BYTES(" -12.5e+3 "), -1, "#1-9 ."},
        {BYTES("true"), -1, "t0-4 ."},
        {BYTES("\tfalse\n"), -1, "f1-6 ."},
        {BYTES("null"), -1, "00-4 ."},
        {BYTES("\"\""), -1, "s1-1 ."},
        {BYTES(" \"abc\" "), -1, "s2-5 ."},
        {BYTES("\"\\\"\""), -1, "S1-3 ."},
        {BYTES("\"\\\\\""), -1, "S1-3 ."},
        {BYTES("\"\xC3\xA9\""), -1, "s1-3 ."},
        {BYTES("\"\\uD83D\\uDE00\""), -1, "S1-13 ."},
        {BYTES("[]"), -1, "[0-1 ]1-2 ."},
        {BYTES(" [ ] "), -1, "[1-2 ]3-4 ."},
        {BYTES("{}"), -1, "{0-1 }1-2 ."},
        {BYTES("[1,2]"), -1, "[0-1 #1-2 #3-4 ]4-5 ."},
        {BYTES("[1 , 22\n,333 ]"), -1, "[0-1 #1-2 #5-7 #9-12 ]13-14 ."},
        {BYTES("[[],[[]]]"), -1, "[0-1 [1-2 ]2-3 [4-5 [5-6 ]6-7 ]7-8 ]8-9 ."},
        {BYTES("{\"a\":1}"), -1, "{0-1 n2-3 #5-6 }6-7 ."},
        {BYTES("{ \"a\" : 1 }"), -1, "{0-1 n3-4 #8-9 }10-11 ."},
        {BYTES("{\"\":\"\"}"), -1, "{0-1 n2-2 s5-5 }6-7 ."},
        {BYTES("{\"a\":\"a\",\"b\":\"b\"}"), -1, "{0-1 n2-3 s6-7 n10-11 s14-15 }16-17 ."},
        {BYTES("{\"\\n\":\"x\",\"y\":\"\\t\"}"), -1, "{0-1 N2-4 s7-8 n11-12 S15-17 }18-19 ."},
        {BYTES("{\"a\":{\"b\":[true,false,null]}}"), -1,
         "{0-1 n2-3 {5-6 n7-8 [10-11 t11-15 f16-21 022-26 ]26-27 }27-28 }28-29 ."},
        {BYTES("[\"\\/\",\"/\",\"\\/\"]"), -1, "[0-1 S2-4 s7-8 S11-13 ]14-15 ."},
        {BYTES("[{\"a\":[]},[{\"b\":{}}]]"), -1,
         "[0-1 {1-2 n3-4 [6-7 ]7-8 }8-9 [10-11 {11-12 n13-14 {16-17 }17-18 }18-19 ]19-20 ]20-21 ."},
        {BYTES("{\"Keys\":[{\"Key ID\":\"1\",\"Key\":\"AA==\"}],\"Number of keys\":1}"), -1,
         "{0-1 n2-6 [8-9 {9-10 n11-17 s20-21 n24-27 s30-34 }35-36 ]36-37 n39-53 #55-56 }56-57 ."},
        /* a token comes out as soon as it is read; the fault that follows comes after it */
        {BYTES(""), -1, "!EMPTY@0"},
        {BYTES("[1,]"), -1, "[0-1 #1-2 !UNEXPECTED@3"},
        {BYTES("[1 2]"), -1, "[0-1 #1-2 !UNEXPECTED@3"},
        {BYTES("{\"a\" 1}"), -1, "{0-1 !UNEXPECTED@5"},
        {BYTES("{\"a\""), -1, "{0-1 !CUT_OFF@4"},
        {BYTES("{\"a\":"), -1, "{0-1 n2-3 !CUT_OFF@5"},
        {BYTES("{\"a\":}"), -1, "{0-1 n2-3 !UNEXPECTED@5"},
        {BYTES("{\"a\":1]"), -1, "{0-1 n2-3 #5-6 !UNEXPECTED@6"},
        {BYTES("{\"a\":1,}"), -1, "{0-1 n2-3 #5-6 !UNEXPECTED@7"},
        {BYTES("[\"a\n\"]"), -1, "[0-1 !CONTROL@3"},
        {BYTES("[\"a"), -1, "[0-1 !CUT_OFF@3"},
        /* a number at the text's end may lack digits, unless it is the whole text */
        {BYTES("12"), -1, "#0-2 ."},
        {BYTES("[12"), -1, "[0-1 !CUT_OFF@3"},
        {BYTES("{\"a\":-1.5"), -1, "{0-1 n2-3 !CUT_OFF@9"},
        {BYTES("[12 "), -1, "[0-1 #1-3 !CUT_OFF@4"},
        {BYTES("[1."), -1, "[0-1 !CUT_OFF@3"},
        {BYTES("[nul"), -1, "[0-1 !CUT_OFF@4"},
        {BYTES("{}x"), -1, "{0-1 }1-2 !TRAILING@2"},
        {BYTES("{}\0"), -1, "{0-1 }1-2 !NUL@2"},
        {BYTES("null 1"), -1, "00-4 !TRAILING@5"},
        {BYTES("\"a\" \"b\""), -1, "s1-2 !TRAILING@4"},
    };
    check_streams(rows, G_N_ELEMENTS(rows));
}

static void test_skip(void)
{
    static const streamed rows[] = {
        {BYTES("[]"), 0, "[0-1 skip:0-2 ."},
        {BYTES(" [1,[2],{\"a\":3}] "), 0, "[1-2 skip:1-16 ."},
        {BYTES("{\"a\":\"]}\"}"), 0, "{0-1 skip:0-10 ."},
        {BYTES("{\"a\":\"\\\"]}\"}"), 0, "{0-1 skip:0-12 ."},
        {BYTES("[[1,2],3]"), 1, "[0-1 [1-2 skip:1-6 #7-8 ]8-9 ."},
        {BYTES("[[],3]"), 1, "[0-1 [1-2 skip:1-3 #4-5 ]5-6 ."},
        {BYTES("[3,[[[]]]]"), 2, "[0-1 #1-2 [3-4 skip:3-9 ]9-10 ."},
        {BYTES("{\"a\":{\"b\":{}},\"c\":0}"), 2, "{0-1 n2-3 {5-6 skip:5-13 n15-16 #18-19 }19-20 ."},
        {BYTES("{\"a\":[ ] }"), 2, "{0-1 n2-3 [5-6 skip:5-8 }9-10 ."},
        /* the fault is beyond what is skipped */
        {BYTES("[[1] 2]"), 1, "[0-1 [1-2 skip:1-4 !UNEXPECTED@5"},
        {BYTES("[[1],"), 1, "[0-1 [1-2 skip:1-4 !CUT_OFF@5"},
        {BYTES("[]x"), 0, "[0-1 skip:0-2 !TRAILING@2"},
        {BYTES("[] \0"), 0, "[0-1 skip:0-2 !NUL@3"},
        /* the fault is within */
        {BYTES("[[1 2],3]"), 1, "[0-1 [1-2 skip:invalid !UNEXPECTED@4"},
        {BYTES("[1"), 0, "[0-1 skip:invalid !CUT_OFF@2"},
        {BYTES("["), 0, "[0-1 skip:invalid !CUT_OFF@1"},
        {BYTES("[[1}]"), 0, "[0-1 skip:invalid !UNEXPECTED@3"},
        {BYTES("{\"a\":[\"\\x\"]}"), 2, "{0-1 n2-3 [5-6 skip:invalid !ESCAPE@7"},
        {BYTES("{\"a\":\"\x80\"}"), 0, "{0-1 skip:invalid !UTF8@6"},
        {BYTES("{\"a\":{\"b\" 1}}"), 2, "{0-1 n2-3 {5-6 skip:invalid !UNEXPECTED@10"},
        {BYTES("[\"\\uD800\"]"), 0, "[0-1 skip:invalid !SURROGATE@2"},
        {BYTES("[01]"), 0, "[0-1 skip:invalid !NUMBER@2"},
        /* nothing to skip */
        {BYTES("1"), 0, "#0-1 skip:0-1 ."},
        {BYTES("[\"a\",1]"), 1, "[0-1 s2-3 skip:2-3 #5-6 ]6-7 ."},
        {BYTES("[true]"), 1, "[0-1 t1-5 skip:1-5 ]5-6 ."},
        {BYTES("{\"a\":[1]}"), 1, "{0-1 n2-3 skip:2-3 [5-6 #6-7 ]7-8 }8-9 ."},
        {BYTES("[[1],2]"), 3, "[0-1 [1-2 #2-3 ]3-4 skip:3-4 #5-6 ]6-7 ."},
        {BYTES("[[],2]"), 4, "[0-1 [1-2 ]2-3 #4-5 ]5-6 skip:5-6 ."},
    };
    check_streams(rows, G_N_ELEMENTS(rows));
}

/* One value is skipped once: a second call must not run through the rest of the text. */
static void test_skip_twice(void)
{
    static const char text[] = "[[1],[2],3]";
    kx_json_reader *reader = json_check_reader((const uint8_t *)text, sizeof text - 1);

    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_ARRAY);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_ARRAY);
    g_assert_true(kx_json_skip(reader));
    uint32_t offset = reader->offset;
    g_assert_cmpuint(offset, ==, 4);
    g_assert_true(kx_json_skip(reader));
    g_assert_cmpuint(reader->offset, ==, offset);
    g_assert_cmpuint(reader->token.start, ==, 1);
    g_assert_cmpuint(reader->token.end, ==, 4);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_ARRAY);
    g_assert_cmpuint(reader->token.start, ==, 5);
    free(reader);
}

/* Before the first token there is nothing to skip. */
static void test_skip_first(void)
{
    static const char text[] = "[1]";
    kx_json_reader *reader = json_check_reader((const uint8_t *)text, sizeof text - 1);

    g_assert_true(kx_json_skip(reader));
    g_assert_cmpuint(reader->offset, ==, 0);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_ARRAY);
    g_assert_cmpuint(reader->token.start, ==, 0);
    free(reader);
}

static void test_state(void)
{
    static const char text[] = " {\"a\" : [1] } ";
    static const struct {
        kx_json_type type;
        uint32_t offset;
        uint32_t depth;
    } steps[] = {
        {KX_JSON_OBJECT, 2, 1},  {KX_JSON_NAME, 7, 1},       {KX_JSON_ARRAY, 9, 2},
        {KX_JSON_NUMBER, 10, 2}, {KX_JSON_ARRAY_END, 11, 1}, {KX_JSON_OBJECT_END, 13, 0},
    };
    kx_json_reader *reader = json_check_reader((const uint8_t *)text, sizeof text - 1);

    g_assert_true(reader->text == (const uint8_t *)text);
    g_assert_cmpuint(reader->length, ==, sizeof text - 1);
    g_assert_cmpuint(reader->offset, <=, 1);
    g_assert_cmpuint(reader->depth, ==, 0);
    g_assert_cmpint(reader->fault, ==, KX_JSON_FAULT_NONE);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_assert_cmpint(kx_json_next(reader), ==, steps[i].type);
        g_assert_cmpint(reader->token.type, ==, steps[i].type);
        g_assert_cmpint(reader->fault, ==, KX_JSON_FAULT_NONE);
        g_assert_cmpuint(reader->depth, ==, steps[i].depth);
        /* White space may be read with the token before it or with the one after. */
        g_assert_cmpuint(reader->offset, >=, steps[i].offset);
        g_assert_cmpuint(reader->offset, <=, steps[i].offset + 1);
    }
    for (int again = 0; again < 5; again++) {
        g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_END);
        g_assert_cmpint(reader->fault, ==, KX_JSON_FAULT_NONE);
        g_assert_cmpuint(reader->offset, ==, sizeof text - 1);
        g_assert_cmpuint(reader->depth, ==, 0);
    }
    free(reader);
}

/* A fault stays, even if the text beyond it would be fine. */
static void test_sticky(void)
{
    static const char text[] = "[1,x,2,[3]]";
    kx_json_reader *reader = json_check_reader((const uint8_t *)text, sizeof text - 1);

    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_ARRAY);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_NUMBER);
    for (int again = 0; again < 5; again++) {
        g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_FAULT);
        g_assert_cmpint(reader->fault, ==, KX_JSON_FAULT_UNEXPECTED);
        g_assert_cmpuint(reader->fault_offset, ==, 3);
    }
    /* The same reader can be set on another text. */
    kx_json_init(reader, (const uint8_t *)"[7]", 3);
    g_assert_cmpint(reader->fault, ==, KX_JSON_FAULT_NONE);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_ARRAY);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_NUMBER);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_ARRAY_END);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_END);
    g_assert_cmpuint(reader->values, ==, 2);
    g_assert_cmpuint(reader->deepest, ==, 1);
    free(reader);
}

static char *repeat(const char *unit, size_t times)
{
    GString *text = g_string_new(NULL);
    while (times-- > 0)
        g_string_append(text, unit);
    return g_string_free(text, FALSE);
}

static void expect_deep(const char *text, kx_json_fault fault, uint32_t offset, uint32_t deepest)
{
    uint32_t length = (uint32_t)strlen(text);
    uint8_t *copy = json_check_copy(text, length);
    kx_json_reader *reader = json_check_reader(copy, length);

    while (kx_json_next(reader) > KX_JSON_FAULT)
        ;
    g_assert_cmpstr(json_check_fault_name(reader->fault), ==, json_check_fault_name(fault));
    if (fault != KX_JSON_FAULT_NONE)
        g_assert_cmpuint(reader->fault_offset, ==, offset);
    g_assert_cmpuint(reader->deepest, ==, deepest);
    free(reader);
    json_check_invariants(copy, length);
    free(copy);
}

/* opening, times; middle; closing, times */
static char *nest(const char *opening, const char *middle, const char *closing, size_t times)
{
    char *before = repeat(opening, times), *after = repeat(closing, times);
    char *text = g_strconcat(before, middle, after, NULL);
    g_free(before);
    g_free(after);
    return text;
}

static void test_deep(void)
{
    static const struct {
        const char *opening, *middle, *closing;
        size_t times;
        kx_json_fault fault;
        uint32_t offset, deepest;
    } rows[] = {
        /* as deep as a payload can nest */
        {"[", "", "]", 32767, KX_JSON_FAULT_NONE, 0, 32767},
        {"[", "0", "]", 32767, KX_JSON_FAULT_NONE, 0, 32767},
        {"[", "", "", 65535, KX_JSON_FAULT_CUT_OFF, 65535, 65535},
        {"{\"\":", "1", "}", 13106, KX_JSON_FAULT_NONE, 0, 13106},
        {"{\"\":", "", "", 16383, KX_JSON_FAULT_CUT_OFF, 65532, 16383},
        {"{\"\":[", "{}", "]}", 9362, KX_JSON_FAULT_NONE, 0, 18725},
        {"[{\"name\":", "null", "}]", 5957, KX_JSON_FAULT_NONE, 0, 11914},
        /* the bound itself */
        {"[", "", "]", 65536, KX_JSON_FAULT_NONE, 0, 65536},
        {"[", "7", "]", 65536, KX_JSON_FAULT_NONE, 0, 65536},
        {"[", "", "", 65536, KX_JSON_FAULT_CUT_OFF, 65536, 65536},
        {"[", "", "", 65537, KX_JSON_FAULT_TOO_DEEP, 65536, 65536},
        {"[", "", "]", 65537, KX_JSON_FAULT_TOO_DEEP, 65536, 65536},
        {"[", "{}", "]", 65536, KX_JSON_FAULT_TOO_DEEP, 65536, 65536},
        {"{\"a\":", "1", "}", 65536, KX_JSON_FAULT_NONE, 0, 65536},
        {"{\"a\":", "1", "}", 65537, KX_JSON_FAULT_TOO_DEEP, 327680, 65536},
        {"{\"a\":[", "1", "]}", 32768, KX_JSON_FAULT_NONE, 0, 65536},
        {"{\"a\":[", "[]", "]}", 32768, KX_JSON_FAULT_TOO_DEEP, 196608, 65536},
        {"[", "", "", 200000, KX_JSON_FAULT_TOO_DEEP, 65536, 65536},
        /* wide, not deep */
        {"[", "", "", 0, KX_JSON_FAULT_EMPTY, 0, 0},
        {"", "[[],[],[[]],{},{}]", "", 0, KX_JSON_FAULT_NONE, 0, 3},
        /* a wrong bracket after the deepest */
        {"[", "}", "]", 32767, KX_JSON_FAULT_UNEXPECTED, 32767, 32767},
        {"{\"\":", "]", "}", 13106, KX_JSON_FAULT_UNEXPECTED, 52424, 13106},
        {"[", "{\"\":0]", "]", 32760, KX_JSON_FAULT_UNEXPECTED, 32765, 32761},
        {"{\"\":[", "1}", "]}", 9000, KX_JSON_FAULT_UNEXPECTED, 45001, 18000},
        {"{\"\":[", "1]]", "]}", 9000, KX_JSON_FAULT_UNEXPECTED, 45002, 18000},
        {"[{\"\":", "1]", "}]", 9000, KX_JSON_FAULT_UNEXPECTED, 45001, 18000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = nest(rows[i].opening, rows[i].middle, rows[i].closing, rows[i].times);
        expect_deep(text, rows[i].fault, rows[i].offset, rows[i].deepest);
        g_free(text);
    }
}

/* The kinds of the open brackets are remembered one by one: every wrong closing bracket is found, around the
 * places where a memory of 64 of them would turn over too. */
static void test_deep_mismatch(void)
{
    static const uint32_t depths[] = {1, 2, 31, 32, 33, 63, 64, 65, 66, 127, 128, 129, 1023, 1024, 1025};

    for (size_t i = 0; i < G_N_ELEMENTS(depths); i++) {
        for (uint32_t wrong = 0; wrong<depths[i]; wrong += depths[i]> 200 ? 61 : 1) {
            GString *text = g_string_new(NULL);
            GRand *random = g_rand_new_with_seed(depths[i] * 4099 + wrong);
            GString *closing = g_string_new(NULL);
            for (uint32_t depth = 0; depth < depths[i]; depth++) {
                bool object = g_rand_boolean(random);
                g_string_append(text, object ? "{\"\":" : "[");
                g_string_prepend_c(closing, object ? '}' : ']');
            }
            g_string_append_c(text, '1');
            uint32_t offset = (uint32_t)text->len + wrong;
            g_string_append(text, closing->str);
            expect_deep(text->str, KX_JSON_FAULT_NONE, 0, depths[i]);
            text->str[offset] = text->str[offset] == '}' ? ']' : '}';
            expect_deep(text->str, KX_JSON_FAULT_UNEXPECTED, offset, depths[i]);
            g_string_free(closing, TRUE);
            g_rand_free(random);
            g_string_free(text, TRUE);
        }
    }
}

static void test_fault_text(void)
{
    for (int fault = KX_JSON_FAULT_NONE; fault <= KX_JSON_FAULT_TOO_DEEP; fault++) {
        const char *text = kx_json_fault_text((kx_json_fault)fault);
        g_assert_nonnull(text);
        g_assert_true(g_str_is_ascii(text));
        g_assert_true(fault == KX_JSON_FAULT_NONE || *text != '\0');
        for (int other = KX_JSON_FAULT_NONE; other < fault; other++)
            g_assert_cmpstr(text, !=, kx_json_fault_text((kx_json_fault)other));
    }
}

void json_test_tokens(void)
{
    g_test_add_func("/json/tokens/streams", test_streams);
    g_test_add_func("/json/tokens/skip", test_skip);
    g_test_add_func("/json/tokens/skip-twice", test_skip_twice);
    g_test_add_func("/json/tokens/skip-first", test_skip_first);
    g_test_add_func("/json/tokens/state", test_state);
    g_test_add_func("/json/tokens/sticky", test_sticky);
    g_test_add_func("/json/tokens/deep", test_deep);
    g_test_add_func("/json/tokens/deep-mismatch", test_deep_mismatch);
    g_test_add_func("/json/tokens/fault-text", test_fault_text);
}
