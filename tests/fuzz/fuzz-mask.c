/* fuzz-mask.c
 * Masks any bytes as a payload, and a twin of them that differs in nothing but its Keys: what is left is the same. The
 * Keys are found here in a way of its own, which knows nothing of the rule for secrets: by the name and a colon before
 * a plain string or number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "json-check.h"
#include "kx-mask.h"
#include "kx-secrets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- twins ---- */

static size_t skip_space(const uint8_t *text, size_t at, size_t size)
{
    while (at < size && memchr(" \t\r\n", text[at], 4))
        at++;
    return at;
}

static bool names_key(const uint8_t *text, size_t at, size_t size)
{
    static const char name[] = "\"Key\"";

    return size - at >= strlen(name) && g_ascii_strncasecmp((const char *)text + at, name, strlen(name)) == 0;
}

/* Turns the characters into others of their kind, up to the first that has no kind. Returns where that stands. */
static size_t turn(uint8_t *text, size_t at, size_t size, bool digits_only)
{
    for (; at < size; at++) {
        if (g_ascii_isdigit(text[at]))
            text[at] = text[at] == '9' ? '1' : text[at] + 1;
        else if (!digits_only && g_ascii_isalpha(text[at]))
            text[at] ^= 0x20;
        else
            break;
    }
    return at;
}

/* Changes the value at text[at], if it is a plain string, or a number without a sign or a leading zero. */
static void turn_value(uint8_t *text, size_t at, size_t size)
{
    bool string = at < size && text[at] == '"';
    uint8_t *original = json_check_copy(text, size);
    size_t end = turn(text, at + string, size, !string);

    if (end >= size || !memchr(string ? "\"" : ",}] ", text[end], string ? 1 : 4) ||
        (!string && end > at && original[at] == '0'))
        memcpy(text, original, size);
    free(original);
}

static uint8_t *make_twin(const uint8_t *text, size_t size)
{
    uint8_t *twin = json_check_copy(text, size);

    for (size_t i = 0; i < size; i++) {
        if (!names_key(text, i, size) || (i > 0 && text[i - 1] == '\\'))
            continue;
        size_t colon = skip_space(text, i + strlen("\"Key\""), size);
        if (colon < size && text[colon] == ':')
            turn_value(twin, skip_space(text, colon + 1, size), size);
    }
    return twin;
}

/* ---- checks ---- */

static uint8_t *mask(const uint8_t *text, size_t size)
{
    uint8_t *masked = json_check_copy(text, size);

    kx_mask_keys(masked, (uint32_t)size);
    return masked;
}

static kx_json_fault fault_of(const uint8_t *text, size_t size)
{
    kx_json_reader reader;
    kx_json_type type;

    kx_json_init(&reader, text, (uint32_t)size);
    do
        type = kx_json_next(&reader);
    while (type != KX_JSON_END && type != KX_JSON_FAULT);
    return reader.fault;
}

static bool has_secret(const uint8_t *text, size_t size)
{
    kx_json_reader reader;
    kx_secrets secrets;
    kx_json_type type;

    kx_json_init(&reader, text, (uint32_t)size);
    kx_secrets_init(&secrets, &reader);
    do
        type = kx_secrets_next(&secrets);
    while (type != KX_JSON_END && type != KX_JSON_FAULT && !secrets.broken);
    return secrets.found;
}

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    g_printerr("fuzz-mask: %s\n", what);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > UINT16_MAX)
        return 0;
    uint8_t *text = json_check_copy(data, size), *twin = make_twin(text, size);
    uint8_t *masked = mask(text, size), *masked_twin = mask(twin, size), *again = mask(masked, size);

    check(memcmp(masked, masked_twin, size) == 0, "something of a Key is left");
    check(memcmp(masked, again, size) == 0, "what is masked is masked anew");
    check((fault_of(text, size) == KX_JSON_FAULT_NONE) == (fault_of(masked, size) == KX_JSON_FAULT_NONE),
          "the payload's validity has changed");
    check(has_secret(text, size) || memcmp(text, masked, size) == 0, "masked, but not reported");
    check(!has_secret(text, size) || memcmp(text, masked, size) != 0 || memchr(text, '*', size) ||
              memchr(text, '1', size),
          "reported, but not masked");
    check(has_secret(text, size) == has_secret(twin, size), "one Key is reported, and another is not");
    free(again);
    free(masked_twin);
    free(masked);
    free(twin);
    free(text);
    return 0;
}
