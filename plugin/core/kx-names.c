/* kx-names.c
 * How the names of parameters are spelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-names.h"

#include <stdint.h>
#include <string.h>

#include <glib.h>

/* ---- spellings met before ---- */

#define SPELLING_MAX 31
#define SPELLINGS    64

typedef struct {
    kx_parameter parameter;
    uint8_t length; /* 0: none */
    char name[SPELLING_MAX];
} spelling;

/* An implementation spells a name always alike: what a spelling stands for is looked up once. */
static spelling spellings[SPELLINGS];

/* ---- further spellings ---- */

static GHashTable *aliases; /* spelling -> parameter + 1; NULL while there are none */

void kx_names_forget_aliases(void)
{
    if (aliases)
        g_hash_table_destroy(aliases);
    aliases = NULL;
    memset(spellings, 0, sizeof spellings);
}

void kx_names_add_alias(const char *alias, kx_parameter parameter)
{
    if (!aliases)
        aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_replace(aliases, g_strdup(alias), GUINT_TO_POINTER((unsigned)parameter + 1));
    memset(spellings, 0, sizeof spellings);
}

static kx_parameter find_alias(const char *name, size_t length)
{
    char *spelling = g_strndup(name, length);
    unsigned found = GPOINTER_TO_UINT(g_hash_table_lookup(aliases, spelling));

    g_free(spelling);
    return found ? (kx_parameter)(found - 1) : KX_NO_PARAMETER;
}

/* ---- lookup ---- */

static bool is_left_out(char c)
{
    return c == ' ' || c == '_' || c == '-';
}

/* Whether a name is that of a row, but for case, spaces, "_" and "-". cut: or its beginning. */
static bool is_spelled(const char *name, const char *end, const char *row, bool cut)
{
    for (;; name++, row++) {
        while (name < end && is_left_out(*name))
            name++;
        while (is_left_out(*row))
            row++;
        if (name == end || !*row)
            return name == end && (cut || !*row);
        if (g_ascii_tolower(*name) != g_ascii_tolower(*row))
            return false;
    }
}

static kx_parameter find(const char *name, size_t length)
{
    kx_parameter parameter = aliases ? find_alias(name, length) : KX_NO_PARAMETER;

    if (parameter != KX_NO_PARAMETER)
        return parameter;
    for (parameter = 0; parameter < KX_PARAMETERS; parameter++)
        if (is_spelled(name, name + length, kx_parameter_name(parameter), false))
            break;
    return parameter;
}

bool kx_parameter_may_begin(const char *name, size_t length, kx_parameter parameter)
{
    return is_spelled(name, name + length, kx_parameter_name(parameter), true);
}

kx_parameter kx_parameter_from_name(const char *name, size_t length)
{
    if (length == 0 || length > SPELLING_MAX)
        return find(name, length);

    /* The spellings of one implementation differ in length or in these letters. */
    spelling *known = &spellings[(length ^ (uint8_t)name[0] ^ (uint8_t)name[length - 1]) % SPELLINGS];
    if (known->length != length || memcmp(known->name, name, length) != 0) {
        known->parameter = find(name, length);
        known->length = (uint8_t)length;
        memcpy(known->name, name, length);
    }
    return known->parameter;
}
