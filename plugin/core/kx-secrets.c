/* kx-secrets.c
 * What in a payload is a secret.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-secrets.h"

#include <string.h>

#include <glib.h>

/* What is secret in a value, by its name. */
enum {
    NOTHING,
    A_KEY,          /* all of it, but a literal */
    ANYTHING,       /* all of it */
    ALL_BUT_SCALAR, /* a container */
    ALL_BUT_OBJECT,
    ALL_BUT_FILES /* all but key files */
};

/* A secret that is not complete: a value, or the rest of an array's elements. */
enum { NOWHERE, VALUE, REST };

/* A name of which not even that many bytes are looked at is no parameter's. */
#define UNREADABLE_NAME_MAX 64

kx_parameter kx_parameter_at(const kx_json_reader *reader)
{
    const kx_json_token *name = &reader->token;

    if (!name->escaped)
        return kx_parameter_from_name((const char *)reader->text + name->start, name->end - name->start);
    char *decoded = (char *)g_malloc(name->end - name->start + 1);
    size_t length = kx_json_unescape(reader->text, name->start, name->end, decoded);
    kx_parameter parameter = kx_parameter_from_name(decoded, length);
    g_free(decoded);
    return parameter;
}

static bool is_container(kx_json_type type)
{
    return type == KX_JSON_OBJECT || type == KX_JSON_ARRAY;
}

static bool belongs_in_key_file(kx_parameter parameter)
{
    return parameter == KX_KEY_ID || parameter == KX_KEY || parameter == KX_KEY_EXTENSION;
}

/* ---- secrets found ---- */

static void complete(kx_secrets *s, uint32_t start, uint32_t end)
{
    s->inside = NOWHERE;
    s->complete = s->found = true;
    s->start = start;
    s->end = end;
}

static void break_off(kx_secrets *s, uint32_t start)
{
    if (start >= s->reader->length)
        return;
    complete(s, start, s->reader->length);
    s->broken = true;
}

/* A token's bytes with its quotes. */
static uint32_t start_of(const kx_json_token *token)
{
    return token->start - (token->type == KX_JSON_STRING || token->type == KX_JSON_NAME);
}

/* The value that the reader's token begins is one. */
static void begin(kx_secrets *s, uint8_t inside)
{
    const kx_json_token *token = &s->reader->token;

    if (inside == REST || is_container(token->type)) {
        s->inside = inside;
        s->empty = is_container(token->type);
        s->begin = start_of(token);
        s->outside = s->reader->depth - is_container(token->type) - (inside == REST);
    } else if (token->end > token->start) {
        complete(s, start_of(token), s->reader->offset);
    } else {
        s->empty_end = s->reader->offset;
    }
}

/* Passes a token of a secret. before: where the one before it ends. */
static void pass(kx_secrets *s, kx_json_type type, uint32_t before)
{
    if (type == KX_JSON_NONFINITE) {
        break_off(s, s->begin);
        return;
    }
    if (type >= KX_JSON_NAME)
        s->empty = false;
    s->found |= !s->empty;
    if (s->reader->depth > s->outside)
        return;
    if (!s->empty)
        complete(s, s->begin, s->inside == REST ? before : s->reader->token.end);
    else
        s->empty_end = s->reader->offset;
    s->inside = NOWHERE;
}

/* ---- what comes next ---- */

/* Whether Keys is due in the object that is being read: the root, or an envelope in it. */
static bool is_keys_due(const kx_secrets *s)
{
    if (s->file)
        return s->alone;
    return s->reader->depth == 1 || (s->reader->depth == 2 && s->member != KX_EXTENSION);
}

static uint8_t secret_in_key_file(const kx_secrets *s)
{
    switch (s->parameter) {
    case KX_KEY:
        return A_KEY;
    case KX_KEY_ID:
        return ALL_BUT_SCALAR;
    case KX_KEY_EXTENSION:
        return ALL_BUT_OBJECT;
    case KX_KEYS:
        return s->alone ? ALL_BUT_FILES : ANYTHING;
    default:
        return ANYTHING;
    }
}

static void see_name(kx_secrets *s)
{
    const kx_json_token *name = &s->reader->token;

    if (s->reader->depth == 1)
        s->member = s->parameter;
    if (s->reader->depth == s->file) {
        s->next = secret_in_key_file(s);
        if (s->next == ANYTHING && name->end > name->start)
            complete(s, name->start - 1, name->end + 1);
    } else if (s->parameter == KX_KEY) {
        s->next = A_KEY;
    } else if (s->parameter == KX_KEYS) {
        s->next = is_keys_due(s) ? ALL_BUT_FILES : A_KEY;
    }
}

/* ---- values ---- */

/* Whether the object that was just entered begins like a key file, or like Keys in Keys. */
static bool looks_like_key_file(const kx_json_reader *reader)
{
    kx_json_reader ahead;

    kx_json_fork(reader, &ahead);
    if (kx_json_next(&ahead) != KX_JSON_NAME)
        return false;
    kx_parameter first = kx_parameter_at(&ahead);
    return belongs_in_key_file(first) || first == KX_KEYS;
}

/* The value of Keys. */
static void see_keys(kx_secrets *s, kx_json_type type)
{
    if (type == KX_JSON_ARRAY && kx_json_peek(s->reader) == '{') {
        s->outer_file = s->file;
        s->keys = s->reader->depth;
    } else if (type == KX_JSON_OBJECT && !s->file && looks_like_key_file(s->reader)) {
        s->file = s->reader->depth;
        s->alone = true;
    } else if (type < KX_JSON_TRUE) {
        begin(s, VALUE);
    }
}

static bool is_secret(uint8_t next, kx_json_type type)
{
    switch (next) {
    case A_KEY:
        return type < KX_JSON_TRUE;
    case ANYTHING:
        return type != KX_JSON_NONFINITE;
    case ALL_BUT_SCALAR:
        return is_container(type);
    case ALL_BUT_OBJECT:
        return type != KX_JSON_OBJECT && type < KX_JSON_TRUE;
    default:
        return false;
    }
}

static void see_value(kx_secrets *s, kx_json_type type)
{
    uint32_t outside = s->reader->depth - is_container(type);
    uint8_t next = s->next;

    s->next = NOTHING;
    if (next == ALL_BUT_FILES) {
        see_keys(s, type);
    } else if (s->keys && outside == s->keys) {
        s->file = s->reader->depth;
        s->alone = false;
        if (type != KX_JSON_OBJECT)
            begin(s, REST);
    } else if (is_secret(next, type) || (outside == 0 && type != KX_JSON_OBJECT && type < KX_JSON_TRUE)) {
        begin(s, VALUE);
    } else if (next != NOTHING) {
        s->empty_end = s->reader->offset;
    }
}

static void see_end(kx_secrets *s)
{
    if (s->reader->depth < s->keys) {
        s->keys = 0;
        s->file = s->outer_file;
        s->alone = s->file;
    }
    if (s->reader->depth < s->file)
        s->file = 0;
}

/* ---- what cannot be read ---- */

/* Decodes what may be a name, without escapes that nobody uses in one and what damaged it. Returns its length. */
static size_t decode_roughly(const uint8_t *text, uint32_t start, uint32_t end, char *name)
{
    size_t length = 0;

    for (; start < end; start++) {
        if (text[start] < ' ')
            continue;
        name[length++] = (char)text[start];
        if (length >= 6 && name[length - 6] == '\\' && name[length - 5] == 'u') {
            char digits[5] = {0};
            memcpy(digits, name + length - 4, 4);
            length -= 5;
            name[length - 1] = (char)g_ascii_strtoull(digits, NULL, 16);
        }
    }
    return length;
}

/* Whether a quote that stands at text[at] ends a value, as what follows it shows. */
static bool ends_value(const kx_secrets *s, uint32_t at)
{
    const uint8_t *text = s->reader->text, *end = text + s->reader->length, *next = text + at + 1;

    while (next < end && memchr(" \t\r\n", *next, 4))
        next++;
    return next < end && memchr(",}]", *next, 3);
}

/* The parameter that so many bytes, at most UNREADABLE_NAME_MAX, may stand for. */
static kx_parameter parameter_roughly(const kx_secrets *s, uint32_t start, uint32_t end)
{
    char name[UNREADABLE_NAME_MAX];

    return kx_parameter_from_name(name, decode_roughly(s->reader->text, start, end, name));
}

/* Whether a secret's name ends at text[end], where a quote or a colon stands. */
static bool ends_secret_name(const kx_secrets *s, uint32_t from, uint32_t end)
{
    const uint8_t *text = s->reader->text;
    bool separator = text[end] == ':' || text[end] == '=';

    if (!separator && ends_value(s, end))
        return false;
    while (end > from && separator && memchr(" \t\r\n\"'", text[end - 1], 6))
        end--;
    uint32_t start = end;
    while (start > from && end - start < UNREADABLE_NAME_MAX && !memchr("\"'{}[],:=", text[start - 1], 9))
        start--;
    kx_parameter parameter = parameter_roughly(s, start, end);
    return parameter == KX_KEY || parameter == KX_KEYS ||
           (s->file && separator && end > start && !belongs_in_key_file(parameter));
}

/* The first byte before text[at] that is no white space; 0 if there is none. */
static uint8_t byte_before(const kx_secrets *s, uint32_t at)
{
    while (at > 0 && memchr(" \t\r\n", s->reader->text[at - 1], 4))
        at--;
    return at > 0 ? s->reader->text[at - 1] : 0;
}

/* Whether what could not be read is what follows the whole name of a secret, where a colon was due. at: where the name
 * may begin. */
static bool lacks_colon(const kx_secrets *s, uint32_t at)
{
    const kx_json_reader *reader = s->reader;
    uint32_t end = reader->token.start;

    if (!reader->in_object || reader->text[at] != '"' || !memchr("{,", byte_before(s, at), 2))
        return false;
    while (end > at && reader->text[end - 1] != '"')
        end--;
    if (end < at + 2 || end - at - 2 > UNREADABLE_NAME_MAX)
        return false;
    kx_parameter parameter = parameter_roughly(s, at + 1, end - 1);
    return parameter == KX_KEY || parameter == KX_KEYS;
}

/* Where a secret begins in what cannot be read; in a key file, all of that is one. from: where it begins. */
static uint32_t find_secret(const kx_secrets *s, uint32_t from)
{
    const uint8_t *text = s->reader->text;

    if (from < s->reader->length && lacks_colon(s, from))
        return s->reader->token.start;
    for (uint32_t i = from; i < s->reader->length; i++)
        if (memchr("\"':=", text[i], 4) && ends_secret_name(s, from, i))
            return s->file ? from : i + 1;
    return s->reader->length;
}

/* Whether what could not be read is in a key file the name of something that does not belong there. */
static bool is_foreign_name(const kx_secrets *s, uint32_t at)
{
    const kx_json_reader *reader = s->reader;
    uint32_t end = reader->token.start;

    if (!s->file || reader->depth != s->file)
        return false;
    if (at < reader->length && (g_ascii_isdigit(reader->text[at]) || reader->text[at] == '-'))
        return true;
    if (at + 1 >= end || reader->text[at] != '"')
        return false;
    const char *name = (const char *)reader->text + at + 1;
    return !kx_parameter_may_begin(name, end - at - 1, KX_KEY_ID) &&
           !kx_parameter_may_begin(name, end - at - 1, KX_KEY_EXTENSION);
}

static bool begins_scalar(const kx_json_reader *reader, uint32_t at)
{
    return at < reader->length && memchr("\"-0123456789", reader->text[at], 12);
}

/* Whether what could not be read goes on with a secret that seemed to be empty: as if it had two quotes, or lacked a
 * bracket. */
static bool goes_on(const kx_secrets *s, uint32_t before, uint32_t at)
{
    const kx_json_reader *reader = s->reader;

    if (s->empty_end == 0 || s->empty_end != before || at >= reader->length)
        return false;
    return byte_before(s, at) == ',' ? memchr("-0123456789[{", reader->text[at], 13) != NULL
                                     : !memchr(",}]", reader->text[at], 3);
}

/* Whether what could not be read is a secret, or part of one. at: where it begins. */
static bool is_secret_place(const kx_secrets *s, uint32_t before, uint32_t at)
{
    const kx_json_reader *reader = s->reader;

    return s->next || goes_on(s, before, at) || (s->keys && reader->depth == s->keys) ||
           is_foreign_name(s, at) || (reader->values == 0 && begins_scalar(reader, at));
}

/* before: where the token before it ends, which perhaps was not complete. name: where that token begins, if it was a
 * string, which a colon after it shows to be a name. */
static void see_fault(kx_secrets *s, uint32_t before, uint32_t name)
{
    const kx_json_reader *reader = s->reader;
    uint32_t start = before;

    if (reader->fault == KX_JSON_FAULT_NONFINITE && reader->depth == 0 &&
        reader->token.start == reader->length)
        return; /* all of it was read */
    if (s->found && s->end == before)
        start = s->start;
    while (start < reader->length && memchr(" \t\r\n,", reader->text[start], 5))
        start++;
    if (s->inside && (s->outside > 0 || !s->empty || begins_scalar(reader, start)))
        start = s->begin;
    else if (!s->found && !is_secret_place(s, before, start))
        start = find_secret(s, start < reader->length && reader->text[start] == ':' ? name : start);
    break_off(s, start);
    s->next = NOTHING;
}

/* ---- reading ---- */

void kx_secrets_init(kx_secrets *secrets, kx_json_reader *reader)
{
    *secrets = (kx_secrets){.reader = reader, .parameter = KX_NO_PARAMETER};
}

kx_json_type kx_secrets_next(kx_secrets *s)
{
    uint32_t before = s->reader->offset;
    uint32_t name = s->reader->token.type == KX_JSON_STRING ? start_of(&s->reader->token) : before;
    kx_json_type type = kx_json_next(s->reader);

    s->complete = false;
    if (type == KX_JSON_NAME)
        s->parameter = kx_parameter_at(s->reader);
    if (s->broken || type == KX_JSON_END)
        return type;
    if (type == KX_JSON_FAULT)
        see_fault(s, before, name);
    else if (s->inside)
        pass(s, type, before);
    else if (type == KX_JSON_NAME)
        see_name(s);
    else if (type != KX_JSON_OBJECT_END && type != KX_JSON_ARRAY_END)
        see_value(s, type);
    if (type == KX_JSON_OBJECT_END || type == KX_JSON_ARRAY_END)
        see_end(s);
    return type;
}

bool kx_secrets_skip(kx_secrets *s)
{
    kx_json_token opening = s->reader->token;
    uint32_t outside = s->reader->depth - 1;

    if (!is_container(opening.type))
        return opening.type != KX_JSON_FAULT;
    while (s->reader->depth > outside)
        if (kx_secrets_next(s) == KX_JSON_FAULT)
            return false;
    s->reader->token.start = opening.start;
    return true;
}
