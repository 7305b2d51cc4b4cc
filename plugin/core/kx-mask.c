/* kx-mask.c
 * Making key data unreadable in a payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-mask.h"

#include <string.h>

#include <glib.h>

#include "kx-json.h"
#include "kx-key-material.h"
#include "kx-names.h"

/* Fillers that keep what can be told of a key: neither is an even number of hex digits by accident. */
#define HEX_FILLER    '0'
#define BASE64_FILLER 'x'
#define OTHER_FILLER  '*'

static char filler_for(const char *key, size_t length)
{
    uint32_t bits;

    if (kx_key_material_bits(key, length, KX_ENCODING_HEX, &bits))
        return HEX_FILLER;
    return kx_key_material_bits(key, length, KX_ENCODING_BASE64, &bits) ? BASE64_FILLER : OTHER_FILLER;
}

/* Masks the characters of a string that needs no decoding; padding is no key data, and tells the key's size. */
static void mask_plain(uint8_t *characters, uint32_t length)
{
    char filler = filler_for((const char *)characters, length);

    for (uint32_t i = 0; i < length; i++)
        if (filler != BASE64_FILLER || characters[i] != '=')
            characters[i] = (uint8_t)filler;
}

/* Masks a string with escapes: as many fillers as it has characters, then its closing quote and white space. */
static void mask_escaped(uint8_t *text, const kx_json_token *string)
{
    uint32_t room = string->end - string->start;
    char *key = (char *)g_malloc(room + 1);
    uint32_t length = (uint32_t)kx_json_unescape(text, string->start, string->end, key);

    mask_plain((uint8_t *)key, length);
    memcpy(text + string->start, key, length);
    text[string->start + length] = '"';
    memset(text + string->start + length + 1, ' ', room - length);
    g_free(key);
}

static void mask_scalar(uint8_t *text, const kx_json_token *value)
{
    if (value->type == KX_JSON_STRING && value->escaped)
        mask_escaped(text, value);
    else if (value->type == KX_JSON_STRING)
        mask_plain(text + value->start, value->end - value->start);
    for (uint32_t i = value->start; value->type == KX_JSON_NUMBER && i < value->end; i++)
        if (text[i] >= '1' && text[i] <= '9')
            text[i] = '1';
}

/* Reads the next token. good: set to the end of what could be read so far. */
static kx_json_type next_token(kx_json_reader *reader, uint32_t *good)
{
    kx_json_type type = kx_json_next(reader);

    if (type != KX_JSON_FAULT)
        *good = reader->offset;
    return type;
}

/* Masks every scalar in the value that the reader's token begins. */
static void mask_value(kx_json_reader *reader, uint8_t *text, uint32_t *good)
{
    uint32_t outside =
        reader->depth - (reader->token.type == KX_JSON_OBJECT || reader->token.type == KX_JSON_ARRAY);

    mask_scalar(text, &reader->token);
    while (reader->depth > outside && next_token(reader, good) != KX_JSON_FAULT)
        mask_scalar(text, &reader->token);
}

static kx_parameter parameter_of(const uint8_t *text, const kx_json_token *name)
{
    char *decoded = (char *)g_malloc(name->end - name->start + 1);
    size_t length = kx_json_unescape(text, name->start, name->end, decoded);
    kx_parameter parameter = kx_parameter_from_name(decoded, length);

    g_free(decoded);
    return parameter;
}

/* Where the walk over a payload is. Depths are the reader's. */
typedef struct {
    uint32_t keys_depth; /* inside the value of Keys; 0 outside of it */
    uint32_t file_depth; /* inside a key file of it */
    bool named;          /* the token that comes next is the value of parameter */
    uint32_t name_depth;
    kx_parameter parameter;
} place;

static bool belongs_in_key_file(kx_parameter parameter)
{
    return parameter == KX_KEY_ID || parameter == KX_KEY_EXTENSION;
}

/* Whether a value is, or may be, key data: that of a Key wherever it stands; what a key file holds beside the other
 * parameters that Table 1 gives it, as it may be a Key under a name nobody knows; what stands in Keys in the place of
 * a key file; and a payload that is no container. */
static bool is_secret(const place *p, kx_json_type type, uint32_t outside)
{
    if (p->named)
        return p->parameter == KX_KEY ||
               (p->keys_depth && p->name_depth == p->file_depth && !belongs_in_key_file(p->parameter)) ||
               (p->parameter == KX_KEYS && type != KX_JSON_OBJECT && type != KX_JSON_ARRAY);
    if (p->keys_depth && outside == p->keys_depth && p->file_depth > p->keys_depth)
        return type != KX_JSON_OBJECT;
    return outside == 0 && type != KX_JSON_OBJECT && type != KX_JSON_ARRAY;
}

static void pass_value(kx_json_reader *reader, uint8_t *text, place *p, uint32_t *good)
{
    kx_json_type type = reader->token.type;
    bool opens = type == KX_JSON_OBJECT || type == KX_JSON_ARRAY;

    if (is_secret(p, type, reader->depth - opens)) {
        mask_value(reader, text, good);
    } else if (p->named && p->parameter == KX_KEYS && opens && !p->keys_depth) {
        p->keys_depth = reader->depth;
        p->file_depth = reader->depth + (type == KX_JSON_ARRAY);
    }
    p->named = false;
}

/* What cannot be read may be a key. from: the end of what could be. */
static void mask_rest(const kx_json_reader *reader, uint8_t *text, uint32_t from)
{
    for (uint32_t i = from; i < reader->length; i++)
        if (i != reader->fault_offset && !memchr("{}[]\",: \t\r\n", text[i], 11))
            text[i] = OTHER_FILLER;
}

void kx_mask_keys(uint8_t *text, uint32_t length)
{
    kx_json_reader reader;
    kx_json_type type;
    place p = {0};
    uint32_t good = 0;

    kx_json_init(&reader, text, length);
    while ((type = next_token(&reader, &good)) != KX_JSON_END && type != KX_JSON_FAULT) {
        if (reader.depth < p.keys_depth)
            p.keys_depth = 0;
        if (type == KX_JSON_NAME) {
            p.named = true;
            p.name_depth = reader.depth;
            p.parameter = parameter_of(text, &reader.token);
        } else if (type != KX_JSON_OBJECT_END && type != KX_JSON_ARRAY_END) {
            pass_value(&reader, text, &p, &good);
        }
    }
    if (reader.fault != KX_JSON_FAULT_NONE)
        mask_rest(&reader, text, good);
}
