/* Bytes with placeholders and repetitions: read once, expanded for every message.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "template.h"

#include <string.h>

#include "reader.h"

enum { KEY_BYTES_MAX = 65535, WIDTH_MAX = 64 };

enum part_kind { PART_BYTES, PART_COUNTER, PART_KEY, PART_UUID, PART_REPETITION };

typedef struct {
    unsigned slot;
    int64_t offset;
    int64_t modulus; /* 0: none */
    int width;       /* leading zeros up to here */
} counter_part_t;

typedef struct {
    const char *name;
    const char *digits; /* 16 or 64 of them */
    bool padded;
} encoding_t;

typedef struct {
    unsigned bytes;
    const encoding_t *encoding;
} key_part_t;

typedef struct {
    unsigned slots[SCOPE_MAX];
    unsigned count;
} uuid_part_t;

typedef struct {
    template_t *body;
    uint64_t count;
    unsigned slot;
    char separator;
} repetition_part_t;

typedef struct {
    enum part_kind kind;
    union {
        GByteArray *bytes;
        counter_part_t counter;
        key_part_t key;
        uuid_part_t uuid;
        repetition_part_t repetition;
    };
} part_t;

struct template
{
    GArray *parts; /* of part_t */
};

#define BASE64_COMMON "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* The first is the default. */
static const encoding_t encodings[] = {
    {"base64", BASE64_COMMON "+/", true},     {"base64-unpadded", BASE64_COMMON "+/", false},
    {"base64url", BASE64_COMMON "-_", false}, {"base64url-padded", BASE64_COMMON "-_", true},
    {"hex", "0123456789abcdef", false},       {"HEX", "0123456789ABCDEF", false},
};

template_t *template_new(void)
{
    template_t *template = g_new(template_t, 1);
    template->parts = g_array_new(FALSE, TRUE, sizeof(part_t));
    return template;
}

void template_free(template_t *template)
{
    if (!template) {
        return;
    }
    for (guint i = 0; i < template->parts->len; i++) {
        part_t *part = &g_array_index(template->parts, part_t, i);
        if (part->kind == PART_BYTES) {
            g_byte_array_unref(part->bytes);
        } else if (part->kind == PART_REPETITION) {
            template_free(part->repetition.body);
        }
    }
    g_array_unref(template->parts);
    g_free(template);
}

static void add_part(template_t *template, const part_t *part)
{
    g_array_append_vals(template->parts, part, 1);
}

static GByteArray *last_bytes(template_t *template)
{
    guint count = template->parts->len;
    if (count == 0 || g_array_index(template->parts, part_t, count - 1).kind != PART_BYTES) {
        part_t part = {.kind = PART_BYTES, .bytes = g_byte_array_new()};
        add_part(template, &part);
        count++;
    }
    return g_array_index(template->parts, part_t, count - 1).bytes;
}

void template_add_bytes(template_t *template, const void *bytes, size_t length)
{
    if (length > 0) {
        g_byte_array_append(last_bytes(template), bytes, (guint)length);
    }
}

template_t *template_add_repetition(template_t *template, uint64_t count, unsigned slot, char separator)
{
    part_t part = {.kind = PART_REPETITION};
    part.repetition = (repetition_part_t){template_new(), count, slot, separator};
    add_part(template, &part);
    return part.repetition.body;
}

/* RFC 8259 section 7 demands no more than this; everything else stays as it is. */
static void add_json_escaped(template_t *template, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        char escape[8] = {'\\', (char)c};
        if (c < 0x20) {
            g_snprintf(escape, sizeof escape, "\\u%04x", c);
            template_add_bytes(template, escape, 6);
        } else {
            bool escaped = c == '"' || c == '\\';
            template_add_bytes(template, escaped ? escape : text + i, escaped ? 2 : 1);
        }
    }
}

static void add_literal(template_t *template, const char *text, size_t length, bool json)
{
    if (json) {
        add_json_escaped(template, text, length);
    } else {
        template_add_bytes(template, text, length);
    }
}

static bool find_counter(const char *name, size_t length, const scope_t *scope, unsigned *slot,
                         GError **error)
{
    for (unsigned i = 0; i < scope->depth; i++) {
        if (strlen(scope->names[i]) == length && strncmp(scope->names[i], name, length) == 0) {
            *slot = i;
            return true;
        }
    }
    g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT, "no repetition here counts \"%.*s\"",
                (int)length, name);
    return false;
}

/* Reads "MARKnumber" at *at if it stands there; otherwise *number stays as it is. */
static bool skip_number(const char **at, char mark, int64_t maximum, int64_t *number)
{
    if (**at != mark) {
        return true;
    }
    char *end;
    gint64 value = g_ascii_isdigit((*at)[1]) ? g_ascii_strtoll(*at + 1, &end, 10) : -1;
    if (value < 0 || value > maximum) {
        return false;
    }
    *number = value;
    *at = end;
    return true;
}

static bool fail_syntax(const char *inside, GError **error)
{
    g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT,
                "\"${%s}\" is no placeholder: see PLACEHOLDERS in kx-capture --help", inside);
    return false;
}

/* NAME[+N|-N][%N][:WIDTH] */
static bool parse_counter(const char *inside, const scope_t *scope, part_t *part, GError **error)
{
    int64_t plus = 0, minus = 0, width = 0;
    counter_part_t *counter = &part->counter;
    const char *at = inside + strcspn(inside, "+-%:");
    size_t name_length = (size_t)(at - inside);
    part->kind = PART_COUNTER;
    if (!skip_number(&at, '+', G_MAXINT32, &plus) || !skip_number(&at, '-', G_MAXINT32, &minus) ||
        !skip_number(&at, '%', G_MAXINT32, &counter->modulus) || !skip_number(&at, ':', WIDTH_MAX, &width) ||
        *at != '\0') {
        return fail_syntax(inside, error);
    }
    counter->offset = plus - minus;
    counter->width = (int)width;
    return find_counter(inside, name_length, scope, &counter->slot, error);
}

/* key:BYTES[:ENCODING] */
static bool parse_key(const char *inside, const scope_t *scope, part_t *part, GError **error)
{
    (void)scope;
    int64_t bytes = 0;
    const char *at = inside + strlen("key");
    part->kind = PART_KEY;
    part->key.encoding = &encodings[0];
    if (*at != ':' || !skip_number(&at, ':', KEY_BYTES_MAX, &bytes)) {
        return fail_syntax(inside, error);
    }
    part->key.bytes = (unsigned)bytes;
    if (*at == '\0') {
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++) {
        if (*at == ':' && strcmp(at + 1, encodings[i].name) == 0) {
            part->key.encoding = &encodings[i];
            return true;
        }
    }
    return fail_syntax(inside, error);
}

/* uuid[:NAME[,NAME...]] */
static bool parse_uuid(const char *inside, const scope_t *scope, part_t *part, GError **error)
{
    const char *at = inside + strlen("uuid");
    part->kind = PART_UUID;
    for (; *at == (part->uuid.count == 0 ? ':' : ','); part->uuid.count++) {
        size_t length = strcspn(++at, ",");
        if (part->uuid.count == SCOPE_MAX ||
            !find_counter(at, length, scope, &part->uuid.slots[part->uuid.count], error)) {
            return *error ? false : fail_syntax(inside, error);
        }
        at += length;
    }
    return *at == '\0' || fail_syntax(inside, error);
}

static bool starts_with_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && (text[length] == ':' || text[length] == '\0');
}

static bool add_placeholder(template_t *template, const char *inside, const scope_t *scope, GError **error)
{
    static const struct {
        const char *word;
        bool (*parse)(const char *, const scope_t *, part_t *, GError **);
    } words[] = {{"key", parse_key}, {"uuid", parse_uuid}};
    part_t part = {0};
    GError *problem = NULL;
    size_t i = 0;
    while (i < G_N_ELEMENTS(words) && !starts_with_word(inside, words[i].word)) {
        i++;
    }
    bool ok = i < G_N_ELEMENTS(words) ? words[i].parse(inside, scope, &part, &problem)
                                      : parse_counter(inside, scope, &part, &problem);
    if (!ok) {
        g_propagate_error(error, problem);
        return false;
    }
    add_part(template, &part);
    return true;
}

bool template_add_text(template_t *template, const char *text, bool json, const scope_t *scope,
                       GError **error)
{
    for (const char *dollar; (dollar = strstr(text, "${"));) {
        if (dollar > text && dollar[-1] == '$') { /* $${ */
            add_literal(template, text, (size_t)(dollar - text), json);
            add_literal(template, "{", 1, json);
            text = dollar + 2;
            continue;
        }
        const char *end = strchr(dollar, '}');
        if (!end) {
            return fail_syntax(dollar + 2, error);
        }
        add_literal(template, text, (size_t)(dollar - text), json);
        char *inside = g_strndup(dollar + 2, (gsize)(end - dollar - 2));
        bool ok = add_placeholder(template, inside, scope, error);
        g_free(inside);
        if (!ok) {
            return false;
        }
        text = end + 1;
    }
    add_literal(template, text, strlen(text), json);
    return true;
}

static void append(GByteArray *output, const void *bytes, size_t length)
{
    g_byte_array_append(output, bytes, (guint)length);
}

static void expand_counter(const counter_part_t *counter, const values_t *values, GByteArray *output)
{
    char text[WIDTH_MAX + 32];
    int64_t value = values->counters[counter->slot] + counter->offset;
    if (counter->modulus > 0) {
        value = (value % counter->modulus + counter->modulus) % counter->modulus;
    }
    int length = g_snprintf(text, sizeof text, "%0*" G_GINT64_FORMAT, counter->width, (gint64)value);
    append(output, text, (size_t)length);
}

static void encode_hex(const uint8_t *bytes, size_t length, const char *digits, GByteArray *output)
{
    for (size_t i = 0; i < length; i++) {
        char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
        append(output, pair, sizeof pair);
    }
}

static void encode_base64(const uint8_t *bytes, size_t length, const encoding_t *encoding, GByteArray *output)
{
    for (; length > 0; bytes += MIN(length, 3), length -= MIN(length, 3)) {
        unsigned second = length > 1 ? bytes[1] : 0, third = length > 2 ? bytes[2] : 0;
        unsigned bits = (unsigned)bytes[0] << 16 | second << 8 | third;
        char digits[4];
        for (int i = 0; i < 4; i++) {
            digits[i] = encoding->digits[bits >> (18 - 6 * i) & 63];
        }
        size_t used = MIN(length, 3) + 1;
        append(output, digits, used);
        append(output, "==", encoding->padded ? 4 - used : 0);
    }
}

static void expand_key(const key_part_t *key, values_t *values, GByteArray *output)
{
    uint8_t bytes[KEY_BYTES_MAX];
    random_fill(&values->random, bytes, key->bytes);
    if (strlen(key->encoding->digits) == 16) {
        encode_hex(bytes, key->bytes, key->encoding->digits, output);
    } else {
        encode_base64(bytes, key->bytes, key->encoding, output);
    }
}

/* Version 4, variant 1 of RFC 9562. The same counters yield the same UUID in every message, so that, say,
 * the hops of a key relay name the same keys. */
static void expand_uuid(const uuid_part_t *uuid, values_t *values, GByteArray *output)
{
    static const size_t groups[] = {4, 2, 2, 2, 6};
    random_t derived = {values->seed};
    uint8_t bytes[16], *at = bytes;
    for (unsigned i = 0; i < uuid->count; i++) {
        derived.state ^= (uint64_t)values->counters[uuid->slots[i]];
        derived.state = random_next(&derived);
    }
    random_fill(uuid->count > 0 ? &derived : &values->random, bytes, sizeof bytes);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    for (size_t i = 0; i < G_N_ELEMENTS(groups); at += groups[i++]) {
        append(output, "-", i > 0 ? 1 : 0);
        encode_hex(at, groups[i], "0123456789abcdef", output);
    }
}

static bool expand_repetition(const repetition_part_t *repetition, values_t *values, GByteArray *output)
{
    for (uint64_t i = 0; i < repetition->count; i++) {
        if (i > 0 && repetition->separator != '\0') {
            append(output, &repetition->separator, 1);
        }
        values->counters[repetition->slot] = (int64_t)i;
        if (!template_expand(repetition->body, values, output)) {
            return false;
        }
    }
    return true;
}

static bool expand_part(const part_t *part, values_t *values, GByteArray *output)
{
    switch (part->kind) {
    case PART_BYTES:
        append(output, part->bytes->data, part->bytes->len);
        break;
    case PART_COUNTER:
        expand_counter(&part->counter, values, output);
        break;
    case PART_KEY:
        expand_key(&part->key, values, output);
        break;
    case PART_UUID:
        expand_uuid(&part->uuid, values, output);
        break;
    case PART_REPETITION:
        return expand_repetition(&part->repetition, values, output);
    }
    return output->len <= TEMPLATE_OUTPUT_MAX;
}

bool template_expand(const template_t *template, values_t *values, GByteArray *output)
{
    for (guint i = 0; i < template->parts->len; i++) {
        if (!expand_part(&g_array_index(template->parts, part_t, i), values, output)) {
            return false;
        }
    }
    return true;
}
