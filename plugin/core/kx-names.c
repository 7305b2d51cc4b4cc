/* kx-names.c
 * The parameters of clause 8 and how their names are spelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-names.h"

#include <stdint.h>
#include <string.h>

#include <glib.h>

static const struct {
    const char *name;
    const char *folded; /* as fold() leaves it */
} parameters[KX_PARAMETERS] = {
    [KX_SOURCE_KMA_ID] = {"Source KMA ID", "sourcekmaid"},
    [KX_DESTINATION_KMA_ID] = {"Destination KMA ID", "destinationkmaid"},
    [KX_TRANSIT_KMA_IDS] = {"Transit KMA IDs", "transitkmaids"},
    [KX_KEYS] = {"Keys", "keys"},
    [KX_KEY_ID] = {"Key ID", "keyid"},
    [KX_KEY] = {"Key", "key"},
    [KX_KEY_EXTENSION] = {"Key extension", "keyextension"},
    [KX_KEY_RELAY_REQUEST_ID] = {"Key relay request ID", "keyrelayrequestid"},
    [KX_EXTENSION] = {"Extension", "extension"},
    [KX_RESPONSE] = {"Response", "response"},
    [KX_SESSION_ID] = {"Session ID", "sessionid"},
    [KX_NUMBER_OF_KEYS] = {"Number of keys", "numberofkeys"},
    [KX_SIZE_OF_KEY] = {"Size of key", "sizeofkey"},
};

/* The longest folded name and its NUL. */
#define FOLDED_MAX 18

const char *kx_parameter_name(kx_parameter parameter)
{
    return parameters[parameter].name;
}

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

/* Writes name without case, spaces, "_" and "-". Returns its length; FOLDED_MAX if it is too long for any
 * parameter. */
static size_t fold(const char *name, size_t length, char folded[FOLDED_MAX])
{
    size_t out = 0;

    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        if (c == ' ' || c == '_' || c == '-')
            continue;
        if (out == FOLDED_MAX - 1)
            return FOLDED_MAX;
        folded[out++] = g_ascii_tolower(c);
    }
    folded[out] = '\0';
    return out;
}

static kx_parameter find(const char *name, size_t length)
{
    char folded[FOLDED_MAX];
    kx_parameter parameter = aliases ? find_alias(name, length) : KX_NO_PARAMETER;

    if (parameter != KX_NO_PARAMETER || fold(name, length, folded) == FOLDED_MAX)
        return parameter;
    for (parameter = 0; parameter < KX_PARAMETERS; parameter++)
        if (strcmp(folded, parameters[parameter].folded) == 0)
            break;
    return parameter;
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
