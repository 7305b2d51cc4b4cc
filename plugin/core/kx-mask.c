/* kx-mask.c
 * Making the secrets of a payload unreadable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-mask.h"

#include <string.h>

#include "kx-secrets.h"

/* Depends on nothing but the length. A valid payload stays valid, so in the place of a secret there is a string, or a
 * number where a string would be empty; and an invalid one stays invalid. */
static void fill(uint8_t *secret, uint32_t length, bool broken)
{
    bool quoted = !broken && length > 2;

    memset(secret, broken || quoted ? '*' : '1', length);
    if (quoted)
        secret[0] = secret[length - 1] = '"';
}

bool kx_mask_is_filler(const uint8_t *characters, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        if (characters[i] != '*')
            return false;
    return length > 0;
}

void kx_mask_keys(uint8_t *text, uint32_t length)
{
    kx_json_reader reader;
    kx_secrets secrets;
    kx_json_type type;

    kx_json_init(&reader, text, length);
    kx_secrets_init(&secrets, &reader);
    do {
        type = kx_secrets_next(&secrets);
        if (secrets.complete)
            fill(text + secrets.start, secrets.end - secrets.start, secrets.broken);
    } while (type != KX_JSON_END && type != KX_JSON_FAULT && !secrets.broken);
}
