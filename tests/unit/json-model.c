/* json-model.c
 * The plain model of the reader's verdicts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-model.h"

#include <glib.h>
#include <string.h>

typedef struct {
    const uint8_t *text;
    uint32_t length;
    uint32_t at;
    json_verdict verdict;
} scan;

static bool fail(scan *s, kx_json_fault fault, uint32_t offset)
{
    s->verdict.fault = fault;
    s->verdict.offset = offset;
    return false;
}

/* The next byte cannot stand here, or there is none. */
static bool stuck(scan *s, kx_json_fault fault)
{
    if (s->at == s->length)
        return fail(s, KX_JSON_FAULT_CUT_OFF, s->length);
    if (s->text[s->at] == 0)
        return fail(s, KX_JSON_FAULT_NUL, s->at);
    return fail(s, fault, s->at);
}

/* Like stuck, but the blame is on the escape or UTF-8 sequence that begins at "begin". */
static bool stuck_since(scan *s, kx_json_fault fault, uint32_t begin)
{
    if (s->at == s->length)
        return stuck(s, fault);
    if (s->text[s->at] == 0) {
        s->verdict.broken = fault;
        s->verdict.begin = begin;
        return stuck(s, fault);
    }
    return fail(s, fault, begin);
}

/* The next byte; -1 at the text's end. */
static int peek(const scan *s)
{
    return s->at < s->length ? s->text[s->at] : -1;
}

static bool peek_in(const scan *s, int low, int high)
{
    return peek(s) >= low && peek(s) <= high;
}

static void white_space(scan *s)
{
    while (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\n' || peek(s) == '\r')
        s->at++;
}

static bool digits(scan *s)
{
    if (!peek_in(s, '0', '9'))
        return stuck(s, KX_JSON_FAULT_NUMBER);
    while (peek_in(s, '0', '9'))
        s->at++;
    return true;
}

static bool number(scan *s)
{
    if (peek(s) == '-')
        s->at++;
    if (peek(s) == '0') {
        s->at++;
        if (peek_in(s, '0', '9'))
            return stuck(s, KX_JSON_FAULT_NUMBER);
    } else if (!digits(s)) {
        return false;
    }
    if (peek(s) == '.') {
        s->at++;
        if (!digits(s))
            return false;
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-')
            s->at++;
        return digits(s);
    }
    return true;
}

static bool literal(scan *s, const char *word)
{
    for (; *word; word++, s->at++) {
        if (peek(s) != *word)
            return stuck(s, KX_JSON_FAULT_UNEXPECTED);
    }
    return true;
}

/* The four digits after "\u". Blames "blame" on the escape at "begin". */
static bool hex4(scan *s, kx_json_fault blame, uint32_t begin, unsigned *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        if (peek(s) < 0 || !g_ascii_isxdigit((char)peek(s)))
            return stuck_since(s, blame, begin);
        *unit = *unit * 16 + (unsigned)g_ascii_xdigit_value((char)peek(s));
    }
    return true;
}

/* Everything after a high surrogate that is not a low one leaves the high one alone: it is to blame. */
static bool escape(scan *s)
{
    uint32_t begin = s->at++;
    unsigned unit;

    if (peek(s) <= 0 || !strchr("\"\\/bfnrtu", peek(s)))
        return stuck_since(s, KX_JSON_FAULT_ESCAPE, begin);
    if (s->text[s->at++] != 'u')
        return true;
    if (!hex4(s, KX_JSON_FAULT_ESCAPE, begin, &unit))
        return false;
    if (unit < 0xD800 || unit > 0xDFFF)
        return true;
    if (unit >= 0xDC00)
        return fail(s, KX_JSON_FAULT_SURROGATE, begin);
    for (const char *expected = "\\u"; *expected; expected++, s->at++) {
        if (peek(s) != *expected)
            return stuck_since(s, KX_JSON_FAULT_SURROGATE, begin);
    }
    if (!hex4(s, KX_JSON_FAULT_SURROGATE, begin, &unit))
        return false;
    return (unit >= 0xDC00 && unit <= 0xDFFF) || fail(s, KX_JSON_FAULT_SURROGATE, begin);
}

/* The well-formed sequences as The Unicode Standard lists them (Table 3-7). */
static bool utf8(scan *s)
{
    static const struct {
        uint8_t lead_low, lead_high, second_low, second_high;
        int more;
    } rows[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 1}, {0xE0, 0xE0, 0xA0, 0xBF, 2}, {0xE1, 0xEC, 0x80, 0xBF, 2},
        {0xED, 0xED, 0x80, 0x9F, 2}, {0xEE, 0xEF, 0x80, 0xBF, 2}, {0xF0, 0xF0, 0x90, 0xBF, 3},
        {0xF1, 0xF3, 0x80, 0xBF, 3}, {0xF4, 0xF4, 0x80, 0x8F, 3},
    };
    uint32_t begin = s->at;

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!peek_in(s, rows[i].lead_low, rows[i].lead_high))
            continue;
        s->at++;
        if (!peek_in(s, rows[i].second_low, rows[i].second_high))
            return stuck_since(s, KX_JSON_FAULT_UTF8, begin);
        s->at++;
        for (int more = 1; more < rows[i].more; more++, s->at++) {
            if (!peek_in(s, 0x80, 0xBF))
                return stuck_since(s, KX_JSON_FAULT_UTF8, begin);
        }
        return true;
    }
    return fail(s, KX_JSON_FAULT_UTF8, begin);
}

static bool string(scan *s)
{
    s->at++;
    while (peek(s) != '"') {
        if (peek(s) < 0x20)
            return stuck(s, KX_JSON_FAULT_CONTROL);
        if (peek(s) == '\\') {
            if (!escape(s))
                return false;
        } else if (peek(s) >= 0x80) {
            if (!utf8(s))
                return false;
        } else {
            s->at++;
        }
    }
    s->at++;
    return true;
}

static bool name_and_colon(scan *s)
{
    white_space(s);
    if (peek(s) != '"')
        return stuck(s, KX_JSON_FAULT_UNEXPECTED);
    if (!string(s))
        return false;
    white_space(s);
    if (peek(s) != ':')
        return stuck(s, KX_JSON_FAULT_UNEXPECTED);
    s->at++;
    return true;
}

/* What Python writes for numbers that JSON does not have is at fault from its first byte on. */
static bool is_nonfinite(const scan *s)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (s->length - s->at >= strlen(words[i]) && memcmp(s->text + s->at, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

static bool scalar(scan *s)
{
    int c = peek(s);

    if (is_nonfinite(s))
        return fail(s, KX_JSON_FAULT_NONFINITE, s->at);

    if (c == '"')
        return string(s);
    if (c == 't')
        return literal(s, "true");
    if (c == 'f')
        return literal(s, "false");
    if (c == 'n')
        return literal(s, "null");
    if (c == '-' || peek_in(s, '0', '9'))
        return number(s);
    return stuck(s, KX_JSON_FAULT_UNEXPECTED);
}

/* Closes what can be closed after a value; afterwards the next value's first byte or the text's end is next.
 */
static bool close_and_separate(scan *s, GString *open)
{
    for (;;) {
        white_space(s);
        if (open->len == 0)
            return true;
        bool object = open->str[open->len - 1] == '{';
        if (peek(s) == ',') {
            s->at++;
            return !object || name_and_colon(s);
        }
        if (peek(s) != (object ? '}' : ']'))
            return stuck(s, KX_JSON_FAULT_UNEXPECTED);
        s->at++;
        g_string_truncate(open, open->len - 1);
    }
}

/* Reads one value and what follows it. */
static bool value(scan *s, GString *open)
{
    white_space(s);
    int c = peek(s);
    if (c != '{' && c != '[')
        return scalar(s) && close_and_separate(s, open);
    if (open->len == KX_JSON_DEPTH_MAX)
        return fail(s, KX_JSON_FAULT_TOO_DEEP, s->at);
    g_string_append_c(open, (char)c);
    s->at++;
    white_space(s);
    if (peek(s) == (c == '{' ? '}' : ']'))
        return close_and_separate(s, open);
    return c == '[' || name_and_colon(s);
}

json_verdict json_model(const uint8_t *text, uint32_t length)
{
    scan s = {.text = text, .length = length, .verdict = {.offset = length}};
    GString *open = g_string_new(NULL);

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        fail(&s, KX_JSON_FAULT_BOM, 0);
    } else {
        white_space(&s);
        if (s.at == s.length) {
            fail(&s, KX_JSON_FAULT_EMPTY, s.length);
        } else {
            bool valid;
            do
                valid = value(&s, open);
            while (valid && open->len > 0);
            if (valid && s.at < s.length)
                stuck(&s, KX_JSON_FAULT_TRAILING);
        }
    }
    g_string_free(open, TRUE);
    return s.verdict;
}

bool json_model_agrees(const json_verdict *verdict, const kx_json_reader *reader)
{
    if (reader->fault == verdict->fault)
        return verdict->fault == KX_JSON_FAULT_NONE || reader->fault_offset == verdict->offset;
    return verdict->broken != KX_JSON_FAULT_NONE && reader->fault == verdict->broken &&
           reader->fault_offset == verdict->begin;
}

bool json_model_int64(const uint8_t *bytes, size_t count, int64_t *value)
{
    bool negative = count > 0 && bytes[0] == '-';
    uint64_t magnitude = 0;

    if (negative) {
        bytes++;
        count--;
    }
    if (count == 0 || count > 19 || (count > 1 && bytes[0] == '0'))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] < '0' || bytes[i] > '9')
            return false;
        magnitude = magnitude * 10 + (uint64_t)(bytes[i] - '0');
    }
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    *value = !negative ? (int64_t)magnitude : magnitude == 0 ? 0 : -(int64_t)(magnitude - 1) - 1;
    return true;
}
