/* test-json-grammar.c
 * Which texts are valid; for the others, which fault is found and where.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-check.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "json-model.h"

typedef struct {
    const char *text;
    uint32_t length;
    kx_json_fault fault;
    uint32_t offset;
} rejected;

typedef struct {
    const char *text;
    uint32_t length;
} accepted;

#define REJECT(text, fault, offset)                                                                          \
    {                                                                                                        \
        BYTES(text), KX_JSON_FAULT_##fault, offset                                                           \
    }
#define ACCEPT(text)                                                                                         \
    {                                                                                                        \
        BYTES(text)                                                                                          \
    }

static json_verdict read_all(const void *bytes, size_t length)
{
    uint8_t *text = json_check_copy(bytes, length);
    kx_json_reader *reader = json_check_reader(text, (uint32_t)length);
    json_verdict verdict = {.fault = KX_JSON_FAULT_NONE};

    while (kx_json_next(reader) > KX_JSON_FAULT)
        ;
    verdict.fault = reader->fault;
    verdict.offset = reader->fault == KX_JSON_FAULT_NONE ? reader->offset : reader->fault_offset;
    free(reader);
    free(text);
    return verdict;
}

static bool expect(const void *bytes, size_t length, kx_json_fault fault, uint32_t offset)
{
    json_verdict verdict = read_all(bytes, length);

    if (verdict.fault == fault && verdict.offset == offset)
        return true;
    json_check_complain(bytes, (uint32_t)length, "expected %s at %u, got %s at %u",
                        json_check_fault_name(fault), offset, json_check_fault_name(verdict.fault),
                        verdict.offset);
    return false;
}

/* A text of two parts. */
static void expect_joined(const char *first, size_t first_length, const char *second, size_t second_length,
                          kx_json_fault fault, uint32_t offset)
{
    GString *text = g_string_new_len(first, (gssize)first_length);
    g_string_append_len(text, second, (gssize)second_length);
    expect(text->str, text->len, fault, offset);
    g_string_free(text, TRUE);
}

/* No prefix of a valid text has a definite fault: it is valid itself, empty, or only wants more bytes. */
static void expect_prefixes_cut_off(const char *text, uint32_t length)
{
    for (uint32_t cut = 0; cut < length; cut++) {
        json_verdict verdict = read_all(text, cut);
        bool fine = verdict.fault == KX_JSON_FAULT_NONE || verdict.fault == KX_JSON_FAULT_EMPTY ||
                    (verdict.fault == KX_JSON_FAULT_CUT_OFF && verdict.offset == cut);
        if (!fine)
            json_check_complain((const uint8_t *)text, cut, "a valid text's beginning gives %s at %u",
                                json_check_fault_name(verdict.fault), verdict.offset);
    }
}

static void check_accepted(const accepted *rows, size_t count)
{
    for (const accepted *row = rows; row < rows + count; row++) {
        if (!expect(row->text, row->length, KX_JSON_FAULT_NONE, row->length))
            continue;
        json_check_invariants_of(row->text, row->length);
        expect_prefixes_cut_off(row->text, row->length);
        expect_joined(BYTES("\r\n\t "), row->text, row->length, KX_JSON_FAULT_NONE, row->length + 4);
        expect_joined(row->text, row->length, BYTES(" \t\n\r"), KX_JSON_FAULT_NONE, row->length + 4);
        expect_joined(row->text, row->length, BYTES(","), KX_JSON_FAULT_TRAILING, row->length);
        expect_joined(row->text, row->length, BYTES("\0"), KX_JSON_FAULT_NUL, row->length);
        expect_joined(row->text, row->length, BYTES("\n\0"), KX_JSON_FAULT_NUL, row->length + 1);
        expect_joined(BYTES("\0"), row->text, row->length, KX_JSON_FAULT_NUL, 0);
        expect_joined(BYTES("\xEF\xBB\xBF"), row->text, row->length, KX_JSON_FAULT_BOM, 0);
    }
}

/* A fault is found at the first byte after which no valid text can go on. So what precedes it is blameless,
 * and what follows it changes nothing. */
static void check_rejected(const rejected *rows, size_t count)
{
    for (const rejected *row = rows; row < rows + count; row++) {
        if (!expect(row->text, row->length, row->fault, row->offset))
            continue;
        json_check_invariants_of(row->text, row->length);
        if (row->fault == KX_JSON_FAULT_CUT_OFF || row->fault == KX_JSON_FAULT_EMPTY)
            continue;
        expect_joined(row->text, row->length, BYTES("\"}] 0,\0"), row->fault, row->offset);
        json_verdict before = read_all(row->text, row->offset);
        if (before.fault != KX_JSON_FAULT_NONE && before.fault != KX_JSON_FAULT_EMPTY &&
            before.fault != KX_JSON_FAULT_CUT_OFF)
            json_check_complain((const uint8_t *)row->text, row->length, "there is %s at %u already",
                                json_check_fault_name(before.fault), before.offset);
        if (row->fault == KX_JSON_FAULT_TRAILING && before.fault != KX_JSON_FAULT_NONE)
            json_check_complain((const uint8_t *)row->text, row->length, "trails no value");
    }
}

static void test_accept(void)
{
    static const accepted rows[] = {
        /* numbers */
        ACCEPT("0"),
        ACCEPT("-0"),
        ACCEPT("7"),
        ACCEPT("-1"),
        ACCEPT("10"),
        ACCEPT("9007199254740993"),
        ACCEPT("-9223372036854775808"),
        ACCEPT("123456789012345678901234567890123456789012345678901234567890"),
        ACCEPT("0.0"),
        ACCEPT("-0.0"),
        ACCEPT("0.000000000000000000000000000000000000000000000000000000000001"),
        ACCEPT("3.14159"),
        ACCEPT("1e5"),
        ACCEPT("1E5"),
        ACCEPT("1E+2"),
        ACCEPT("1e-2"),
        ACCEPT("0e0"),
        ACCEPT("0E+00"),
        ACCEPT("-0e-0"),
        ACCEPT("1e007"),
        ACCEPT("6.02e23"),
        ACCEPT("1.5E-10"),
        ACCEPT("1e99999999999999999999"),
        ACCEPT("-1e-99999999999999999999"),
        ACCEPT("[0]"),
        ACCEPT("[-1,0.5,2e1 , 3]"),
        /* literals */
        ACCEPT("true"),
        ACCEPT("false"),
        ACCEPT("null"),
        ACCEPT("[true,false,null]"),
        ACCEPT("[ true\t,\nfalse\r, null ]"),
        /* strings */
        ACCEPT("\"\""),
        ACCEPT("\"a\""),
        ACCEPT("\" \""),
        ACCEPT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
        ACCEPT("\"\\u0041\\u00e9\\u00E9\\uabcd\\uABCD\""),
        ACCEPT("\"\\u0000\""),
        ACCEPT("\"\\u001F\\u007f\\uFFFF\\uFFFE\\uFDD0\""),
        ACCEPT("\"\\uD7FF\\uE000\""),
        ACCEPT("\"\\\\u00\""),
        ACCEPT("\"\\\\\""),
        ACCEPT("\"/'#!~`\""),
        ACCEPT("\"// no comment /* neither */\""),
        ACCEPT("\"{[]}:,\""),
        ACCEPT("\"\x7F\""),
        /* pairs of surrogates */
        ACCEPT("\"\\uD800\\uDC00\""),
        ACCEPT("\"\\uDBFF\\uDFFF\""),
        ACCEPT("\"\\ud83d\\uDe00\""),
        ACCEPT("\"x\\uD801\\uDC37y\\uD801\\uDC37\""),
        /* UTF-8: the first and last of each class, neighbours of what is ill-formed, noncharacters */
        ACCEPT("\"\xC2\x80\""),
        ACCEPT("\"\xC2\x85\xC2\xA0\""),
        ACCEPT("\"\xDF\xBF\""),
        ACCEPT("\"\xE0\xA0\x80\""),
        ACCEPT("\"\xE0\xBF\xBF\""),
        ACCEPT("\"\xE1\x80\x80\""),
        ACCEPT("\"\xEC\xBF\xBF\""),
        ACCEPT("\"\xED\x80\x80\""),
        ACCEPT("\"\xED\x9F\xBF\""),
        ACCEPT("\"\xEE\x80\x80\""),
        ACCEPT("\"\xEF\xBF\xBD\""),
        ACCEPT("\"\xEF\xBF\xBE\""),
        ACCEPT("\"\xEF\xBF\xBF\""),
        ACCEPT("\"\xEF\xB7\x90\""),
        ACCEPT("\"\xEF\xBB\xBF\""),
        ACCEPT("\"\xF0\x90\x80\x80\""),
        ACCEPT("\"\xF0\xBF\xBF\xBF\""),
        ACCEPT("\"\xF1\x80\x80\x80\""),
        ACCEPT("\"\xF3\xBF\xBF\xBF\""),
        ACCEPT("\"\xF4\x80\x80\x80\""),
        ACCEPT("\"\xF4\x8F\xBF\xBF\""),
        ACCEPT("\"\xE2\x80\xA8\xE2\x80\xA9\""),
        ACCEPT("\"a\xCC\x81\xE9\x8D\xB5\xF0\x9F\x94\x91z\""),
        /* structure */
        ACCEPT("[]"),
        ACCEPT("[ ]"),
        ACCEPT("[\n]"),
        ACCEPT("{}"),
        ACCEPT("{\t\r}"),
        ACCEPT("[[]]"),
        ACCEPT("[[],[]]"),
        ACCEPT("[{}]"),
        ACCEPT("{\"\":0}"),
        ACCEPT("{\"a\":1}"),
        ACCEPT("{ \"a\" : 1 }"),
        ACCEPT("{\"a\":1,\"a\":1}"),
        ACCEPT("{\"a\":{\"a\":{\"a\":[]}}}"),
        ACCEPT("{\"a\":[1,{\"b\":null}],\"c\":\"d\"}"),
        ACCEPT("{\"\\u0061\\n\":\"\\u0061\"}"),
        ACCEPT("{\"\xC3\xA9\":{},\"\\\"\":[]}"),
        ACCEPT("[1,[2,[3,[4]]],5]"),
        ACCEPT("[\"\",\"\"]"),
        /* what the protocol sends */
        ACCEPT("{\"Source KMA ID\":\"A\",\"Destination KMA ID\":\"B\",\"Number of keys\":2,\"Size of "
               "key\":256}"),
        ACCEPT("{\"Keys\":[{\"Key ID\":\"k-1\",\"Key\":\"AAEC\"},{\"Key ID\":\"k-2\",\"Key\":\"AwQF\"}]}"),
    };
    check_accepted(rows, G_N_ELEMENTS(rows));
}

static void test_numbers(void)
{
    static const rejected rows[] = {
        REJECT("01", NUMBER, 1),
        REJECT("00", NUMBER, 1),
        REJECT("-01", NUMBER, 2),
        REJECT("[012]", NUMBER, 2),
        REJECT("[1,-00.5]", NUMBER, 5),
        REJECT("-", CUT_OFF, 1),
        REJECT("-x", NUMBER, 1),
        REJECT("--1", NUMBER, 1),
        REJECT("-+1", NUMBER, 1),
        REJECT("- 1", NUMBER, 1),
        REJECT("-.5", NUMBER, 1),
        REJECT("-e5", NUMBER, 1),
        REJECT("-Infinity", NONFINITE, 0),
        REJECT("-Infinit", NUMBER, 1),
        REJECT("-\"1\"", NUMBER, 1),
        REJECT("[-]", NUMBER, 2),
        REJECT("[-,1]", NUMBER, 2),
        REJECT("1.", CUT_OFF, 2),
        REJECT("[1.]", NUMBER, 3),
        REJECT("1. ", NUMBER, 2),
        REJECT("1..5", NUMBER, 2),
        REJECT("1.-5", NUMBER, 2),
        REJECT("1.e5", NUMBER, 2),
        REJECT("0.x", NUMBER, 2),
        REJECT("1e", CUT_OFF, 2),
        REJECT("1E", CUT_OFF, 2),
        REJECT("1e+", CUT_OFF, 3),
        REJECT("1e-", CUT_OFF, 3),
        REJECT("[1e]", NUMBER, 3),
        REJECT("[1e+]", NUMBER, 4),
        REJECT("1ee5", NUMBER, 2),
        REJECT("1e+-5", NUMBER, 3),
        REJECT("1e 5", NUMBER, 2),
        REJECT("1e.5", NUMBER, 2),
        REJECT("0e", CUT_OFF, 2),
        REJECT("[0.5e,1]", NUMBER, 5),
        REJECT("{\"a\":-}", NUMBER, 6),
        REJECT("-\xEF\xBC\x91", NUMBER, 1),
        /* what cannot begin a value */
        REJECT(".5", UNEXPECTED, 0),
        REJECT("+1", UNEXPECTED, 0),
        REJECT("[+1]", UNEXPECTED, 1),
        REJECT("[.5]", UNEXPECTED, 1),
        REJECT("e5", UNEXPECTED, 0),
        REJECT("Infinity", NONFINITE, 0),
        REJECT("[1,NaN,x]", NONFINITE, 3),
        REJECT("Infinit", UNEXPECTED, 0),
        REJECT("NaN", NONFINITE, 0),
        REJECT("\xEF\xBC\x91", UNEXPECTED, 0),
        /* what cannot follow a number that could have ended */
        REJECT("[1.2.3]", UNEXPECTED, 4),
        REJECT("[1e1.5]", UNEXPECTED, 4),
        REJECT("[1e2e3]", UNEXPECTED, 4),
        REJECT("[1-2]", UNEXPECTED, 2),
        REJECT("[1+2]", UNEXPECTED, 2),
        REJECT("[0x10]", UNEXPECTED, 2),
        REJECT("[1a]", UNEXPECTED, 2),
        REJECT("[1_000]", UNEXPECTED, 2),
        REJECT("[1L]", UNEXPECTED, 2),
        REJECT("[1\"a\"]", UNEXPECTED, 2),
        REJECT("[1true]", UNEXPECTED, 2),
        REJECT("{\"a\":1x}", UNEXPECTED, 6),
        REJECT("0x10", TRAILING, 1),
        REJECT("1.5.5", TRAILING, 3),
        REJECT("1e1.5", TRAILING, 3),
        REJECT("1,000", TRAILING, 1),
        REJECT("12a", TRAILING, 2),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

static void test_literals(void)
{
    static const rejected rows[] = {
        REJECT("t", CUT_OFF, 1),
        REJECT("tr", CUT_OFF, 2),
        REJECT("tru", CUT_OFF, 3),
        REJECT("fals", CUT_OFF, 4),
        REJECT("n", CUT_OFF, 1),
        REJECT("nul", CUT_OFF, 3),
        REJECT("[nul", CUT_OFF, 4),
        REJECT("[nul]", UNEXPECTED, 4),
        REJECT("[t]", UNEXPECTED, 2),
        REJECT("trux", UNEXPECTED, 3),
        REJECT("fatse", UNEXPECTED, 2),
        REJECT("nil", UNEXPECTED, 1),
        REJECT("none", UNEXPECTED, 1),
        REJECT("True", UNEXPECTED, 0),
        REJECT("TRUE", UNEXPECTED, 0),
        REJECT("tRUE", UNEXPECTED, 1),
        REJECT("trUe", UNEXPECTED, 2),
        REJECT("False", UNEXPECTED, 0),
        REJECT("Null", UNEXPECTED, 0),
        REJECT("nULL", UNEXPECTED, 1),
        REJECT("t rue", UNEXPECTED, 1),
        REJECT("tr\"ue", UNEXPECTED, 2),
        REJECT("undefined", UNEXPECTED, 0),
        REJECT("a", UNEXPECTED, 0),
        REJECT("truee", TRAILING, 4),
        REJECT("nulll", TRAILING, 4),
        REJECT("true1", TRAILING, 4),
        REJECT("truefalse", TRAILING, 4),
        REJECT("[falsey]", UNEXPECTED, 6),
        REJECT("{true:1}", UNEXPECTED, 1),
        REJECT("tru\xC3\xA9", UNEXPECTED, 3),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

static void test_strings(void)
{
    static const rejected rows[] = {
        REJECT("\"", CUT_OFF, 1),
        REJECT("\"abc", CUT_OFF, 4),
        REJECT("[\"abc]", CUT_OFF, 6),
        REJECT("\"\\", CUT_OFF, 2),
        REJECT("\"\\\"", CUT_OFF, 3),
        REJECT("\"abc\\\\\\\"", CUT_OFF, 8),
        REJECT("\"\\u", CUT_OFF, 3),
        REJECT("\"\\u0", CUT_OFF, 4),
        REJECT("\"\\u004", CUT_OFF, 6),
        REJECT("\"\\u0041", CUT_OFF, 7),
        REJECT("'a'", UNEXPECTED, 0),
        REJECT("['a']", UNEXPECTED, 1),
        REJECT("`a`", UNEXPECTED, 0),
        REJECT("\\u0022a\"", UNEXPECTED, 0),
        REJECT("abc\"", UNEXPECTED, 0),
        REJECT("\"a\"b\"", TRAILING, 3),
        REJECT("[\"a\"b\"]", UNEXPECTED, 4),
        REJECT("\"a\"\"b\"", TRAILING, 3),
        /* control characters */
        REJECT("\"\t\"", CONTROL, 1),
        REJECT("\"\n\"", CONTROL, 1),
        REJECT("\"\r\"", CONTROL, 1),
        REJECT("\"\x01\"", CONTROL, 1),
        REJECT("\"\x1F\"", CONTROL, 1),
        REJECT("\"abc\x08\"", CONTROL, 4),
        REJECT("\"abcdefghijklmnop\x1B\"", CONTROL, 17),
        REJECT("\"abc\ndef", CONTROL, 4),
        REJECT("{\"a\n\":1}", CONTROL, 3),
        REJECT("\"\\n\n\"", CONTROL, 3),
        REJECT("\"\xC3\xA9\x02\"", CONTROL, 3),
        /* escapes */
        REJECT("\"\\x\"", ESCAPE, 1),
        REJECT("\"\\a\"", ESCAPE, 1),
        REJECT("\"\\v\"", ESCAPE, 1),
        REJECT("\"\\0\"", ESCAPE, 1),
        REJECT("\"\\e\"", ESCAPE, 1),
        REJECT("\"\\'\"", ESCAPE, 1),
        REJECT("\"\\ \"", ESCAPE, 1),
        REJECT("\"\\B\"", ESCAPE, 1),
        REJECT("\"\\N\"", ESCAPE, 1),
        REJECT("\"\\U0041\"", ESCAPE, 1),
        REJECT("\"\\x41\"", ESCAPE, 1),
        REJECT("\"\\\n\"", ESCAPE, 1),
        REJECT("\"\\\xC3\xA9\"", ESCAPE, 1),
        REJECT("\"\\\x80\"", ESCAPE, 1),
        REJECT("\"\\\x7F\"", ESCAPE, 1),
        REJECT("\"ok\\n\\?\"", ESCAPE, 5),
        REJECT("{\"a\\q\":1}", ESCAPE, 3),
        REJECT("\"\\u\"", ESCAPE, 1),
        REJECT("\"\\u0\"", ESCAPE, 1),
        REJECT("\"\\u00\"", ESCAPE, 1),
        REJECT("\"\\u004\"", ESCAPE, 1),
        REJECT("\"\\u004G\"", ESCAPE, 1),
        REJECT("\"\\ug041\"", ESCAPE, 1),
        REJECT("\"\\u 041\"", ESCAPE, 1),
        REJECT("\"\\u-041\"", ESCAPE, 1),
        REJECT("\"\\u+041\"", ESCAPE, 1),
        REJECT("\"\\u0x41\"", ESCAPE, 1),
        REJECT("\"\\u{41}\"", ESCAPE, 1),
        REJECT("\"\\u00/1\"", ESCAPE, 1),
        REJECT("\"\\u00:1\"", ESCAPE, 1),
        REJECT("\"\\u00@1\"", ESCAPE, 1),
        REJECT("\"\\u00`1\"", ESCAPE, 1),
        REJECT("\"\\u00\\u0041\"", ESCAPE, 1),
        REJECT("\"\\u00\xC3\xA9\"", ESCAPE, 1),
        REJECT("\"\\u00\n1\"", ESCAPE, 1),
        REJECT("\"abc\\u12\"", ESCAPE, 4),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

static void test_surrogates(void)
{
    static const rejected rows[] = {
        REJECT("\"\\uD800\"", SURROGATE, 1),
        REJECT("\"\\uDBFF\"", SURROGATE, 1),
        REJECT("\"\\uDC00\"", SURROGATE, 1),
        REJECT("\"\\uDFFF\"", SURROGATE, 1),
        REJECT("\"\\udfff\"", SURROGATE, 1),
        REJECT("\"ab\\uDC00\"", SURROGATE, 3),
        REJECT("\"\\uD800x\"", SURROGATE, 1),
        REJECT("\"\\uD800 \\uDC00\"", SURROGATE, 1),
        REJECT("\"\\uD800\\n\"", SURROGATE, 1),
        REJECT("\"\\uD800\\\\uDC00\"", SURROGATE, 1),
        REJECT("\"\\uD800\\UDC00\"", SURROGATE, 1),
        REJECT("\"\\uD800\\u0041\"", SURROGATE, 1),
        REJECT("\"\\uD800\\uD7FF\"", SURROGATE, 1),
        REJECT("\"\\uD800\\uE000\"", SURROGATE, 1),
        REJECT("\"\\uD800\\uD800\"", SURROGATE, 1),
        REJECT("\"\\uD800\\uDBFF\\uDC00\"", SURROGATE, 1),
        REJECT("\"\\uDC00\\uD800\"", SURROGATE, 1),
        REJECT("\"\\uDC00\\uDC00\"", SURROGATE, 1),
        REJECT("\"\\uDFFF\\uDFFF\"", SURROGATE, 1),
        REJECT("\"\\uD800x", SURROGATE, 1),
        REJECT("\"\\uD800\\x", SURROGATE, 1),
        REJECT("\"\\uD800\\uDC00\\uDC00\"", SURROGATE, 13),
        REJECT("\"\\uD800\\uDC00\\uD800\"", SURROGATE, 13),
        REJECT("\"\\uD800\xED\xB0\x80\"", SURROGATE, 1),
        REJECT("\"\\uD800\n\"", SURROGATE, 1),
        REJECT("\"\\uD800\xFF\"", SURROGATE, 1),
        REJECT("{\"\\uDEAD\":1}", SURROGATE, 2),
        REJECT("\"\\uD800", CUT_OFF, 7),
        REJECT("\"\\uD800\\", CUT_OFF, 8),
        REJECT("\"\\uD800\\u", CUT_OFF, 9),
        REJECT("\"\\uD800\\uD", CUT_OFF, 10),
        REJECT("\"\\uD800\\uDC0", CUT_OFF, 12),
        REJECT("\"\\uD800\\uDC00", CUT_OFF, 13),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

static void test_utf8(void)
{
    static const rejected rows[] = {
        /* continuation bytes alone, bytes that never occur */
        REJECT("\"\x80\"", UTF8, 1),
        REJECT("\"\xBF\"", UTF8, 1),
        REJECT("\"abc\x80\"", UTF8, 4),
        REJECT("\"\xC3\xA9\x80\"", UTF8, 3),
        REJECT("\"\xF0\x90\x80\x80\x80\"", UTF8, 5),
        REJECT("\"\xFE\"", UTF8, 1),
        REJECT("\"\xFF\"", UTF8, 1),
        REJECT("\"\xF5\x80\x80\x80\"", UTF8, 1),
        REJECT("\"\xF8\x88\x80\x80\x80\"", UTF8, 1),
        REJECT("\"\xFC\x84\x80\x80\x80\x80\"", UTF8, 1),
        /* overlong */
        REJECT("\"\xC0\x80\"", UTF8, 1),
        REJECT("\"\xC0\xAF\"", UTF8, 1),
        REJECT("\"\xC1\xBF\"", UTF8, 1),
        REJECT("\"\xE0\x80\x80\"", UTF8, 1),
        REJECT("\"\xE0\x80\xAF\"", UTF8, 1),
        REJECT("\"\xE0\x9F\xBF\"", UTF8, 1),
        REJECT("\"\xF0\x80\x80\x80\"", UTF8, 1),
        REJECT("\"\xF0\x80\x80\xAF\"", UTF8, 1),
        REJECT("\"\xF0\x8F\xBF\xBF\"", UTF8, 1),
        /* surrogates */
        REJECT("\"\xED\xA0\x80\"", UTF8, 1),
        REJECT("\"\xED\xAF\xBF\"", UTF8, 1),
        REJECT("\"\xED\xB0\x80\"", UTF8, 1),
        REJECT("\"\xED\xBF\xBF\"", UTF8, 1),
        REJECT("\"\xED\xA0\xBD\xED\xB8\x80\"", UTF8, 1),
        /* beyond U+10FFFF */
        REJECT("\"\xF4\x90\x80\x80\"", UTF8, 1),
        REJECT("\"\xF4\xBF\xBF\xBF\"", UTF8, 1),
        REJECT("\"\xF7\xBF\xBF\xBF\"", UTF8, 1),
        /* cut short by the string's end, by a plain byte, by another lead */
        REJECT("\"\xC3\"", UTF8, 1),
        REJECT("\"\xE2\"", UTF8, 1),
        REJECT("\"\xE2\x82\"", UTF8, 1),
        REJECT("\"\xF0\"", UTF8, 1),
        REJECT("\"\xF0\x9F\"", UTF8, 1),
        REJECT("\"\xF0\x9F\x94\"", UTF8, 1),
        REJECT("\"\xC3z\"", UTF8, 1),
        REJECT("\"\xE2\x82z\"", UTF8, 1),
        REJECT("\"\xF0\x9F\x94z\"", UTF8, 1),
        REJECT("\"\xC3\xC3\xA9\"", UTF8, 1),
        REJECT("\"\xE2\x82\xE2\x82\xAC\"", UTF8, 1),
        REJECT("\"\xF0\x9F\x94\xF0\x9F\x94\x91\"", UTF8, 1),
        REJECT("\"\xC3\\n\"", UTF8, 1),
        REJECT("\"\xC3\n\"", UTF8, 1),
        REJECT("\"abcdefg\xC3\"", UTF8, 8),
        REJECT("\"abcdef\xE2\x82\"", UTF8, 7),
        REJECT("{\"\xE9\":1}", UTF8, 2),
        /* ISO 8859-1 and Shift JIS */
        REJECT("\"caf\xE9\"", UTF8, 4),
        REJECT("\"\x8C\xAE\"", UTF8, 1),
        /* cut short by the text's end */
        REJECT("\"\xC3", CUT_OFF, 2),
        REJECT("\"\xE2", CUT_OFF, 2),
        REJECT("\"\xE2\x82", CUT_OFF, 3),
        REJECT("\"\xF0", CUT_OFF, 2),
        REJECT("\"\xF0\x9F\x94", CUT_OFF, 4),
        REJECT("\"\xF4\x8F", CUT_OFF, 3),
        REJECT("\"\xC0", UTF8, 1),
        REJECT("\"\xF5", UTF8, 1),
        REJECT("\"\xE0\x80", UTF8, 1),
        REJECT("\"\xED\xA0", UTF8, 1),
        REJECT("\"\xF0\x80", UTF8, 1),
        REJECT("\"\xF4\x90", UTF8, 1),
        /* outside strings nothing but ASCII can stand */
        REJECT("\xC3\xA9", UNEXPECTED, 0),
        REJECT("[\xC3\xA9]", UNEXPECTED, 1),
        REJECT("[\xFF]", UNEXPECTED, 1),
        REJECT("[1\x80]", UNEXPECTED, 2),
        REJECT("{\xE2\x80\x9C"
               "a\xE2\x80\x9D:1}",
               UNEXPECTED, 1),
        REJECT("1\xFF", TRAILING, 1),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

static void test_structure(void)
{
    static const rejected rows[] = {
        /* arrays */
        REJECT("[", CUT_OFF, 1),
        REJECT("[ ", CUT_OFF, 2),
        REJECT("[1", CUT_OFF, 2),
        REJECT("[1,", CUT_OFF, 3),
        REJECT("[1, ", CUT_OFF, 4),
        REJECT("[[]", CUT_OFF, 3),
        REJECT("[[1],", CUT_OFF, 5),
        REJECT("[1,]", UNEXPECTED, 3),
        REJECT("[,]", UNEXPECTED, 1),
        REJECT("[,1]", UNEXPECTED, 1),
        REJECT("[1,,2]", UNEXPECTED, 3),
        REJECT("[,,,,]", UNEXPECTED, 1),
        REJECT("[1 2]", UNEXPECTED, 3),
        REJECT("[[][]]", UNEXPECTED, 3),
        REJECT("[\"a\" \"b\"]", UNEXPECTED, 5),
        REJECT("[1;2]", UNEXPECTED, 2),
        REJECT("[1:2]", UNEXPECTED, 2),
        REJECT("[\"a\":1]", UNEXPECTED, 4),
        REJECT("[:]", UNEXPECTED, 1),
        REJECT("[1}", UNEXPECTED, 2),
        REJECT("[}", UNEXPECTED, 1),
        REJECT("[{]", UNEXPECTED, 2),
        REJECT("[[1}]", UNEXPECTED, 3),
        REJECT("[1)", UNEXPECTED, 2),
        REJECT("[*]", UNEXPECTED, 1),
        REJECT("[1,*]", UNEXPECTED, 3),
        /* objects */
        REJECT("{", CUT_OFF, 1),
        REJECT("{\n", CUT_OFF, 2),
        REJECT("{\"a", CUT_OFF, 3),
        REJECT("{\"a\"", CUT_OFF, 4),
        REJECT("{\"a\" ", CUT_OFF, 5),
        REJECT("{\"a\":", CUT_OFF, 5),
        REJECT("{\"a\": ", CUT_OFF, 6),
        REJECT("{\"a\":1", CUT_OFF, 6),
        REJECT("{\"a\":1,", CUT_OFF, 7),
        REJECT("{\"a\":1, ", CUT_OFF, 8),
        REJECT("{\"a\":{}", CUT_OFF, 7),
        REJECT("{,}", UNEXPECTED, 1),
        REJECT("{:}", UNEXPECTED, 1),
        REJECT("{:1}", UNEXPECTED, 1),
        REJECT("{\"a\"}", UNEXPECTED, 4),
        REJECT("{\"a\" }", UNEXPECTED, 5),
        REJECT("{\"a\",}", UNEXPECTED, 4),
        REJECT("{\"a\",\"b\"}", UNEXPECTED, 4),
        REJECT("{\"a\" 1}", UNEXPECTED, 5),
        REJECT("{\"a\"=1}", UNEXPECTED, 4),
        REJECT("{\"a\"\"b\"}", UNEXPECTED, 4),
        REJECT("{\"a\"::1}", UNEXPECTED, 5),
        REJECT("{\"a\":}", UNEXPECTED, 5),
        REJECT("{\"a\":,}", UNEXPECTED, 5),
        REJECT("{\"a\":1:2}", UNEXPECTED, 6),
        REJECT("{\"a\":1 2}", UNEXPECTED, 7),
        REJECT("{\"a\":1 \"b\":2}", UNEXPECTED, 7),
        REJECT("{\"a\":1,}", UNEXPECTED, 7),
        REJECT("{\"a\":1,,\"b\":2}", UNEXPECTED, 7),
        REJECT("{\"a\":1,2}", UNEXPECTED, 7),
        REJECT("{\"a\":1;\"b\":2}", UNEXPECTED, 6),
        REJECT("{a:1}", UNEXPECTED, 1),
        REJECT("{'a':1}", UNEXPECTED, 1),
        REJECT("{1:1}", UNEXPECTED, 1),
        REJECT("{null:1}", UNEXPECTED, 1),
        REJECT("{[]:1}", UNEXPECTED, 1),
        REJECT("{{}}", UNEXPECTED, 1),
        REJECT("{\"a\":1,b:2}", UNEXPECTED, 7),
        REJECT("{]", UNEXPECTED, 1),
        REJECT("{\"a\"]", UNEXPECTED, 4),
        REJECT("{\"a\":]", UNEXPECTED, 5),
        REJECT("{\"a\":1]", UNEXPECTED, 6),
        REJECT("{\"a\":[}]", UNEXPECTED, 6),
        REJECT("{\"a\":[1}", UNEXPECTED, 7),
        /* nothing opened */
        REJECT("]", UNEXPECTED, 0),
        REJECT("}", UNEXPECTED, 0),
        REJECT(",", UNEXPECTED, 0),
        REJECT(":", UNEXPECTED, 0),
        REJECT(" ,1", UNEXPECTED, 1),
        REJECT("<a/>", UNEXPECTED, 0),
        REJECT("(1)", UNEXPECTED, 0),
        REJECT("\x7F", UNEXPECTED, 0),
        /* comments are not JSON */
        REJECT("/**/1", UNEXPECTED, 0),
        REJECT("[1/**/]", UNEXPECTED, 2),
        REJECT("[//\n1]", UNEXPECTED, 1),
        REJECT("{\"a\":/**/1}", UNEXPECTED, 5),
        REJECT("#\n1", UNEXPECTED, 0),
        REJECT("1 //", TRAILING, 2),
        /* more than one value */
        REJECT("1 2", TRAILING, 2),
        REJECT("[][]", TRAILING, 2),
        REJECT("{}{}", TRAILING, 2),
        REJECT("[]]", TRAILING, 2),
        REJECT("{}}", TRAILING, 2),
        REJECT("[1]}", TRAILING, 3),
        REJECT("{}[", TRAILING, 2),
        REJECT("{}\n{}", TRAILING, 3),
        REJECT("{},", TRAILING, 2),
        REJECT("null null", TRAILING, 5),
        REJECT("\"a\":1", TRAILING, 3),
        REJECT("[]x", TRAILING, 2),
        REJECT("{} \x80", TRAILING, 3),
        REJECT("\"a\"\x01", TRAILING, 3),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

static void test_white_space(void)
{
    static const rejected rows[] = {
        REJECT("\f1", UNEXPECTED, 0),
        REJECT("\v1", UNEXPECTED, 0),
        REJECT(" \f", UNEXPECTED, 1),
        REJECT("\b", UNEXPECTED, 0),
        REJECT("\x1C", UNEXPECTED, 0),
        REJECT("\x1F", UNEXPECTED, 0),
        REJECT("[\f]", UNEXPECTED, 1),
        REJECT("[1\f]", UNEXPECTED, 2),
        REJECT("[1,\v2]", UNEXPECTED, 3),
        REJECT("{\f\"a\":1}", UNEXPECTED, 1),
        REJECT("{\"a\"\f:1}", UNEXPECTED, 4),
        REJECT("{\"a\":\f1}", UNEXPECTED, 5),
        REJECT("\xC2\xA0"
               "1",
               UNEXPECTED, 0),
        REJECT("\xA0"
               "1",
               UNEXPECTED, 0),
        REJECT("\x85"
               "1",
               UNEXPECTED, 0),
        REJECT("\xC2\x85", UNEXPECTED, 0),
        REJECT("\xE2\x80\xA8[]", UNEXPECTED, 0),
        REJECT("\xE3\x80\x80[]", UNEXPECTED, 0),
        REJECT("[\xC2\xA0]", UNEXPECTED, 1),
        REJECT("[1\xE2\x81\xA0]", UNEXPECTED, 2),
        REJECT("1\f", TRAILING, 1),
        REJECT("[]\v", TRAILING, 2),
        REJECT("{} \xC2\xA0", TRAILING, 3),
        REJECT("{}\x1A", TRAILING, 2),
        /* a byte order mark only counts as one at the beginning */
        REJECT("\xEF\xBB\xBF", BOM, 0),
        REJECT("\xEF\xBB\xBF{}", BOM, 0),
        REJECT("\xEF\xBB\xBF\xEF\xBB\xBF{}", BOM, 0),
        REJECT("\xEF\xBB\xBF \n", BOM, 0),
        REJECT("\xEF\xBB\xBF\0", BOM, 0),
        REJECT("\xEF\xBB\xBFx", BOM, 0),
        REJECT(" \xEF\xBB\xBF{}", UNEXPECTED, 1),
        REJECT("[\xEF\xBB\xBF]", UNEXPECTED, 1),
        REJECT("{}\xEF\xBB\xBF", TRAILING, 2),
        REJECT("\xEF", UNEXPECTED, 0),
        REJECT("\xEF\xBB", UNEXPECTED, 0),
        REJECT("\xEF\xBB{}", UNEXPECTED, 0),
        REJECT("\xBB\xBF{}", UNEXPECTED, 0),
        /* UTF-16 and UTF-32 */
        REJECT("\xFF\xFE{\0}\0", UNEXPECTED, 0),
        REJECT("\xFE\xFF\0{\0}", UNEXPECTED, 0),
        REJECT("{\0}\0", NUL, 1),
        REJECT("\0{\0}", NUL, 0),
        REJECT("\0\0\xFE\xFF\0\0\0{", NUL, 0),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

static void test_empty(void)
{
    static const accepted rows[] = {
        ACCEPT(""),
        ACCEPT(" "),
        ACCEPT("\n"),
        ACCEPT("\t"),
        ACCEPT("\r"),
        ACCEPT("\r\n"),
        ACCEPT(" \t\n\r \t\n\r "),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        json_verdict verdict = read_all(rows[i].text, rows[i].length);
        if (verdict.fault != KX_JSON_FAULT_EMPTY || verdict.offset > rows[i].length)
            json_check_complain((const uint8_t *)rows[i].text, rows[i].length, "expected EMPTY, got %s at %u",
                                json_check_fault_name(verdict.fault), verdict.offset);
        json_check_invariants_of(rows[i].text, rows[i].length);
    }

    /* No bytes at no address. */
    kx_json_reader *reader = json_check_reader(NULL, 0);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_FAULT);
    g_assert_cmpint(reader->fault, ==, KX_JSON_FAULT_EMPTY);
    g_assert_cmpint(kx_json_next(reader), ==, KX_JSON_FAULT);
    free(reader);
}

static void test_nul(void)
{
    static const rejected rows[] = {
        REJECT("\0", NUL, 0),
        REJECT("\0\0\0", NUL, 0),
        REJECT(" \0", NUL, 1),
        REJECT("\0{}", NUL, 0),
        REJECT("{}\0", NUL, 2),
        REJECT("{} \0", NUL, 3),
        REJECT("1\0", NUL, 1),
        REJECT("1\0002", NUL, 1),
        REJECT("-\0", NUL, 1),
        REJECT("1.\0", NUL, 2),
        REJECT("1.5\0", NUL, 3),
        REJECT("1e\0", NUL, 2),
        REJECT("1e+\0", NUL, 3),
        REJECT("0\0", NUL, 1),
        REJECT("true\0", NUL, 4),
        REJECT("tru\0", NUL, 3),
        REJECT("n\0ll", NUL, 1),
        REJECT("\"\0\"", NUL, 1),
        REJECT("\"abc\0def\"", NUL, 4),
        REJECT("\"abcdefghijklmnop\0\"", NUL, 17),
        REJECT("\"a\"\0", NUL, 3),
        REJECT("[\0]", NUL, 1),
        REJECT("[1\0]", NUL, 2),
        REJECT("[1,\0", NUL, 3),
        REJECT("[1]\0", NUL, 3),
        REJECT("{\0\"a\":1}", NUL, 1),
        REJECT("{\"a\0\":1}", NUL, 3),
        REJECT("{\"a\"\0:1}", NUL, 4),
        REJECT("{\"a\":\0001}", NUL, 5),
        REJECT("{\"a\":1\0}", NUL, 6),
        REJECT("{\"a\":1,\0\"b\":2}", NUL, 7),
        /* an earlier fault comes first */
        REJECT("1 x\0", TRAILING, 2),
        REJECT("[x\0]", UNEXPECTED, 1),
        REJECT("\"\n\0\"", CONTROL, 1),
    };
    check_rejected(rows, G_N_ELEMENTS(rows));
}

/* A NUL in a sequence of several bytes: is the sequence ill-formed or the NUL to blame? Either will do. */
static void test_nul_within(void)
{
    static const struct {
        const char *text;
        uint32_t length;
        kx_json_fault otherwise;
        uint32_t begin;
        uint32_t nul;
    } rows[] = {
        {BYTES("\"\\\0\""), KX_JSON_FAULT_ESCAPE, 1, 2},
        {BYTES("\"\\u\0\""), KX_JSON_FAULT_ESCAPE, 1, 3},
        {BYTES("\"\\u00\0\""), KX_JSON_FAULT_ESCAPE, 1, 5},
        {BYTES("\"\\uD800\0\""), KX_JSON_FAULT_SURROGATE, 1, 7},
        {BYTES("\"\\uD800\\\0\""), KX_JSON_FAULT_SURROGATE, 1, 8},
        {BYTES("\"\\uD800\\uD\0\""), KX_JSON_FAULT_SURROGATE, 1, 10},
        {BYTES("\"\xC3\0\""), KX_JSON_FAULT_UTF8, 1, 2},
        {BYTES("\"\xE2\x82\0\""), KX_JSON_FAULT_UTF8, 1, 3},
        {BYTES("\"\xF0\x9F\x94\0\""), KX_JSON_FAULT_UTF8, 1, 4},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        json_verdict verdict = read_all(rows[i].text, rows[i].length);
        bool fine = (verdict.fault == KX_JSON_FAULT_NUL && verdict.offset == rows[i].nul) ||
                    (verdict.fault == rows[i].otherwise && verdict.offset == rows[i].begin);
        if (!fine)
            json_check_complain((const uint8_t *)rows[i].text, rows[i].length, "got %s at %u",
                                json_check_fault_name(verdict.fault), verdict.offset);
    }
}

/* Every byte in every place of a small document: the model says what must come of it. */
static void test_every_byte_everywhere(void)
{
    static const char document[] = "{\"k\\n\":[-1.5e+2,true,null],\"\xC3\xA9\":\"\\ud83d\\uDE00\\\"\"} ";
    char text[sizeof document + 1];

    for (size_t at = 0; at < sizeof document; at++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, document, sizeof document);
            text[at] = (char)byte;
            json_check_invariants_of(text, sizeof document - 1 + (at == sizeof document - 1));
            memmove(text + at + 1, document + at, sizeof document - at);
            json_check_invariants_of(text, sizeof document);
        }
    }
}

void json_test_grammar(void)
{
    g_test_add_func("/json/grammar/accept", test_accept);
    g_test_add_func("/json/grammar/numbers", test_numbers);
    g_test_add_func("/json/grammar/literals", test_literals);
    g_test_add_func("/json/grammar/strings", test_strings);
    g_test_add_func("/json/grammar/surrogates", test_surrogates);
    g_test_add_func("/json/grammar/utf8", test_utf8);
    g_test_add_func("/json/grammar/structure", test_structure);
    g_test_add_func("/json/grammar/white-space", test_white_space);
    g_test_add_func("/json/grammar/empty", test_empty);
    g_test_add_func("/json/grammar/nul", test_nul);
    g_test_add_func("/json/grammar/nul-within-a-sequence", test_nul_within);
    g_test_add_func("/json/grammar/every-byte-everywhere", test_every_byte_everywhere);
}
