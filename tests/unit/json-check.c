/* json-check.c
 * What the tests and the fuzz targets of the JSON reader share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-check.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "json-model.h"

/* A promise of kx-json.h about the text at hand. */
#define PROMISE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            broken(text, length, #condition, __LINE__);                                                      \
    } while (0)

static G_NORETURN void broken(const uint8_t *text, uint32_t length, const char *promise, int line)
{
    char *shown = json_check_show(text, length);
    g_printerr("json-check.c:%d: not so: %s\n  for the text \"%s\"\n", line, promise, shown);
    abort();
}

uint8_t *json_check_copy(const void *bytes, size_t length)
{
    uint8_t *copy = malloc(length);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

kx_json_reader *json_check_reader(const uint8_t *text, uint32_t length)
{
    kx_json_reader *reader = malloc(sizeof *reader);
    kx_json_init(reader, text, length);
    return reader;
}

const char *json_check_fault_name(kx_json_fault fault)
{
    static const char *const names[] = {
        [KX_JSON_FAULT_NONE] = "NONE",         [KX_JSON_FAULT_EMPTY] = "EMPTY",
        [KX_JSON_FAULT_BOM] = "BOM",           [KX_JSON_FAULT_NUL] = "NUL",
        [KX_JSON_FAULT_UTF8] = "UTF8",         [KX_JSON_FAULT_CONTROL] = "CONTROL",
        [KX_JSON_FAULT_ESCAPE] = "ESCAPE",     [KX_JSON_FAULT_SURROGATE] = "SURROGATE",
        [KX_JSON_FAULT_NUMBER] = "NUMBER",     [KX_JSON_FAULT_UNEXPECTED] = "UNEXPECTED",
        [KX_JSON_FAULT_TRAILING] = "TRAILING", [KX_JSON_FAULT_CUT_OFF] = "CUT_OFF",
        [KX_JSON_FAULT_TOO_DEEP] = "TOO_DEEP", [KX_JSON_FAULT_NONFINITE] = "NONFINITE",
    };
    return (size_t)fault < G_N_ELEMENTS(names) ? names[fault] : "unknown";
}

char *json_check_show(const uint8_t *text, uint32_t length)
{
    GString *shown = g_string_new(NULL);
    for (uint32_t i = 0; i < length; i++) {
        if (length > 2000 && i == 1000) {
            g_string_append_printf(shown, " [... %u bytes ...] ", length - 2000);
            i = length - 1000;
        }
        if (text[i] == '"' || text[i] == '\\')
            g_string_append_printf(shown, "\\%c", text[i]);
        else if (text[i] < 0x20 || text[i] >= 0x7F)
            g_string_append_printf(shown, "\\%03o", text[i]);
        else
            g_string_append_c(shown, (char)text[i]);
    }
    return g_string_free(shown, FALSE);
}

void json_check_complain(const uint8_t *text, uint32_t length, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *complaint = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    char *shown = json_check_show(text, length);

    g_printerr("%s: \"%s\": %s\n", g_test_get_path(), shown, complaint);
    g_test_fail();
    g_free(shown);
    g_free(complaint);
}

/* A container that is open while a text is walked. */
typedef struct {
    bool object;
    uint32_t start;
    uint64_t path; /* bytes of the names on its path, a separator each */
} level;

typedef struct {
    const kx_json_reader *reader;
    GArray *open; /* of level */
    uint32_t values;
    uint32_t deepest;
    uint64_t path_sum;
    bool named; /* the last token was a name */
    uint32_t name_length;
    uint32_t skipped; /* start of the container that is to be skipped */
    uint32_t skipped_end;
} walk;

static level *innermost(walk *w)
{
    return w->open->len > 0 ? &g_array_index(w->open, level, w->open->len - 1) : NULL;
}

/* A member adds its name and a separator; an element, which has no name, only the separator. */
static uint64_t path_of_value(walk *w)
{
    if (w->open->len == 0)
        return 0;
    return innermost(w)->path + (w->named ? w->name_length : 0) + 1;
}

static void check_string(const uint8_t *text, uint32_t length, const kx_json_token *token)
{
    uint32_t size = token->end - token->start;
    int64_t value = 42, expected = 42;

    PROMISE(token->start > 0 && text[token->start - 1] == '"');
    PROMISE(token->end < length && text[token->end] == '"');
    PROMISE(token->escaped == (size > 0 && memchr(text + token->start, '\\', size)));

    char *out = malloc(size + 1);
    size_t written = kx_json_unescape(text, token->start, token->end, out);
    PROMISE(written <= size);
    PROMISE(strlen(out) == written);
    PROMISE(g_utf8_validate(out, (gssize)written, NULL));
    if (!token->escaped)
        PROMISE(written == size && memcmp(out, text + token->start, size) == 0);
    free(out);

    PROMISE(kx_json_int64(text, token->start, token->end, &value) ==
            json_model_int64(text + token->start, size, &expected));
    PROMISE(value == expected);
}

static void check_number(const uint8_t *text, uint32_t length, const kx_json_token *token)
{
    int64_t value = 42, expected = 42;

    PROMISE(token->end > token->start);
    PROMISE(g_ascii_isdigit((char)text[token->end - 1]));
    PROMISE(json_model(text + token->start, token->end - token->start).fault == KX_JSON_FAULT_NONE);
    PROMISE(token->end == length || !g_ascii_isdigit((char)text[token->end]));
    PROMISE(kx_json_int64(text, token->start, token->end, &value) ==
            json_model_int64(text + token->start, token->end - token->start, &expected));
    PROMISE(value == expected);
}

static void check_spelling(const uint8_t *text, uint32_t length, const kx_json_token *token)
{
    static const char *const spellings[] = {
        [KX_JSON_OBJECT] = "{",    [KX_JSON_OBJECT_END] = "}", [KX_JSON_ARRAY] = "[",
        [KX_JSON_ARRAY_END] = "]", [KX_JSON_TRUE] = "true",    [KX_JSON_FALSE] = "false",
        [KX_JSON_NULL] = "null",
    };

    PROMISE(token->start <= token->end && token->end <= length);
    if (token->type == KX_JSON_STRING || token->type == KX_JSON_NAME) {
        check_string(text, length, token);
    } else if (token->type == KX_JSON_NUMBER) {
        check_number(text, length, token);
    } else if (token->type == KX_JSON_NONFINITE) {
        PROMISE(json_model(text + token->start, token->end - token->start).fault == KX_JSON_FAULT_NONFINITE);
    } else {
        PROMISE(token->type > KX_JSON_FAULT && token->type <= KX_JSON_NULL);
        const char *spelling = spellings[token->type];
        PROMISE(token->end - token->start == strlen(spelling));
        PROMISE(memcmp(text + token->start, spelling, token->end - token->start) == 0);
    }
}

static void count_value(const uint8_t *text, uint32_t length, walk *w)
{
    level *parent = innermost(w);

    PROMISE(parent ? parent->object == w->named : !w->named);
    w->values++;
    w->path_sum += path_of_value(w);
    w->named = false;
}

static void follow(const uint8_t *text, uint32_t length, walk *w)
{
    const kx_json_token *token = &w->reader->token;
    level *parent = innermost(w);
    level opened;

    switch (token->type) {
    case KX_JSON_OBJECT:
    case KX_JSON_ARRAY:
        opened = (level){token->type == KX_JSON_OBJECT, token->start, path_of_value(w)};
        count_value(text, length, w);
        g_array_append_val(w->open, opened);
        break;
    case KX_JSON_OBJECT_END:
    case KX_JSON_ARRAY_END:
        PROMISE(parent && !w->named && parent->object == (token->type == KX_JSON_OBJECT_END));
        if (parent->start == w->skipped)
            w->skipped_end = token->end;
        g_array_set_size(w->open, w->open->len - 1);
        break;
    case KX_JSON_NAME:
        PROMISE(parent && parent->object && !w->named);
        w->named = true;
        w->name_length = token->end - token->start;
        break;
    default:
        count_value(text, length, w);
    }
    w->deepest = MAX(w->deepest, w->open->len);
}

static void check_end(const uint8_t *text, uint32_t length, kx_json_reader *reader, kx_json_type last)
{
    json_verdict verdict = json_model(text, length);
    kx_json_fault fault = reader->fault;
    uint32_t fault_offset = reader->fault_offset;

    PROMISE((last == KX_JSON_END) == (fault == KX_JSON_FAULT_NONE));
    if (!json_model_agrees(&verdict, reader)) {
        g_printerr("reader: %s at %u; model: %s at %u\n", json_check_fault_name(fault), fault_offset,
                   json_check_fault_name(verdict.fault), verdict.offset);
        PROMISE(!"the reader and the model agree");
    }
    PROMISE(reader->offset <= length);
    if (last == KX_JSON_END)
        PROMISE(reader->offset == length && reader->depth == 0);
    for (int again = 0; again < 3; again++) {
        PROMISE(!(again == 1) || kx_json_skip(reader) == (last == KX_JSON_END));
        PROMISE(kx_json_next(reader) == last);
        PROMISE(reader->fault == fault);
        PROMISE(fault == KX_JSON_FAULT_NONE || reader->fault_offset == fault_offset);
    }
}

/* Walks the text. Returns the last token's type. */
static kx_json_type check_walk(const uint8_t *text, uint32_t length, walk *w)
{
    kx_json_reader *reader = json_check_reader(text, length);
    uint32_t offset = reader->offset, end = 0;
    uint64_t path_sum = 0;
    kx_json_type type;

    w->reader = reader;
    w->open = g_array_new(FALSE, FALSE, sizeof(level));
    PROMISE(offset <= length && reader->depth == 0); /* white space may have been read */
    while ((type = kx_json_next(reader)) > KX_JSON_FAULT) {
        PROMISE(type == reader->token.type);
        check_spelling(text, length, &reader->token);
        PROMISE(reader->token.start >= end);
        PROMISE(reader->offset > offset);
        PROMISE(reader->offset >= reader->token.end && reader->offset <= length);
        PROMISE(reader->path_sum >= path_sum);
        follow(text, length, w);
        PROMISE(reader->depth == w->open->len);
        PROMISE(reader->values == w->values);
        PROMISE(reader->deepest == w->deepest);
        if (w->deepest < KX_JSON_PATH_DEPTH)
            PROMISE(reader->path_sum == w->path_sum);
        offset = reader->offset;
        end = reader->token.end;
        path_sum = reader->path_sum;
    }
    PROMISE(!w->named || type == KX_JSON_FAULT);
    check_end(text, length, reader, type);
    w->path_sum = reader->path_sum;
    g_array_free(w->open, TRUE);
    free(reader);
    return type;
}

/* Skips the container that begins at w->skipped and compares with the walk. */
static void check_skip(const uint8_t *text, uint32_t length, const walk *w, kx_json_type last)
{
    kx_json_reader *reader = json_check_reader(text, length);
    kx_json_type type;

    do {
        type = kx_json_next(reader);
        PROMISE(type > KX_JSON_FAULT);
        if (type != KX_JSON_OBJECT && type != KX_JSON_ARRAY)
            PROMISE(kx_json_skip(reader) && reader->token.type == type);
    } while (reader->token.start != w->skipped || (type != KX_JSON_OBJECT && type != KX_JSON_ARRAY));
    bool whole = kx_json_skip(reader);
    PROMISE(whole == (w->skipped_end > 0));
    if (whole) {
        PROMISE(reader->token.start == w->skipped);
        PROMISE(reader->token.end == w->skipped_end);
    } else {
        PROMISE(last == KX_JSON_FAULT && reader->fault != KX_JSON_FAULT_NONE);
    }
    while ((type = kx_json_next(reader)) > KX_JSON_FAULT)
        ;
    PROMISE(type == last);
    if (type == KX_JSON_END) {
        PROMISE(reader->values == w->values);
        PROMISE(reader->deepest == w->deepest);
        PROMISE(reader->path_sum == w->path_sum);
    }
    free(reader);
}

/* Some opening bracket outside strings, whichever the bytes pick; UINT32_MAX if there is none. */
static uint32_t pick_container(const uint8_t *text, uint32_t length)
{
    kx_json_reader *reader = json_check_reader(text, length);
    uint32_t hash = 2166136261u, count = 0, picked = UINT32_MAX;
    kx_json_type type;

    for (uint32_t i = 0; i < length; i++)
        hash = (hash ^ text[i]) * 16777619u;
    while ((type = kx_json_next(reader)) > KX_JSON_FAULT) {
        if ((type == KX_JSON_OBJECT || type == KX_JSON_ARRAY) && hash % ++count == 0)
            picked = reader->token.start;
    }
    free(reader);
    return picked;
}

void json_check_invariants(const uint8_t *text, uint32_t length)
{
    walk w = {.skipped = pick_container(text, length)};
    kx_json_type last = check_walk(text, length, &w);

    if (w.skipped != UINT32_MAX)
        check_skip(text, length, &w, last);
}

void json_check_invariants_of(const void *bytes, size_t length)
{
    uint8_t *text = json_check_copy(bytes, length);
    json_check_invariants(text, (uint32_t)length);
    free(text);
}
