/* kx-names.c
 * The parameters of clause 8 and how their names are spelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-names.h"

#include <string.h>

#include <epan/prefs.h>
#include <epan/uat.h>

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

/* ---- further spellings, from the user's preferences ---- */

typedef struct {
    char *spelling;
    unsigned parameter;
} alias;

static alias *aliases;
static unsigned alias_count;
static GHashTable *alias_table; /* spelling -> parameter + 1; NULL while there are none */

/* Filled when they are registered. */
static value_string parameter_choices[KX_PARAMETERS + 1];

UAT_CSTRING_CB_DEF(aliases, spelling, alias)
UAT_VS_DEF(aliases, parameter, alias, unsigned, KX_SOURCE_KMA_ID, "Source KMA ID")

static void *alias_copy(void *destination, const void *source, size_t size _U_)
{
    const alias *from = (const alias *)source;
    alias *to = (alias *)destination;

    to->spelling = g_strdup(from->spelling);
    to->parameter = from->parameter;
    return to;
}

static kx_bool alias_update(void *record, char **error)
{
    const alias *row = (const alias *)record;

    *error = row->spelling && *row->spelling ? NULL : g_strdup("The spelling must not be empty");
    return *error == NULL;
}

static void alias_free(void *record)
{
    g_free(((alias *)record)->spelling);
}

static void aliases_reset(void)
{
    if (alias_table)
        g_hash_table_destroy(alias_table);
    alias_table = NULL;
    memset(spellings, 0, sizeof spellings);
}

static void aliases_changed(void)
{
    aliases_reset();
    if (alias_count == 0)
        return;
    alias_table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < alias_count; i++)
        g_hash_table_replace(alias_table, g_strdup(aliases[i].spelling),
                             GUINT_TO_POINTER(aliases[i].parameter + 1));
}

void kx_names_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(aliases, spelling, "Spelling", "The member's name in the JSON payload, exactly"),
        UAT_FLD_VS(aliases, parameter, "Parameter", parameter_choices,
                   "The parameter of ITU-T Q.4163 it stands for"),
        UAT_END_FIELDS};
    for (unsigned i = 0; i < KX_PARAMETERS; i++)
        parameter_choices[i] = (value_string){i, parameters[i].name};

    uat_t *table = uat_new("Kx parameter names", sizeof(alias), "kx_parameter_names", TRUE, &aliases,
                           &alias_count, UAT_AFFECTS_DISSECTION, NULL, alias_copy, alias_update, alias_free,
                           aliases_changed, aliases_reset, fields);

    prefs_register_uat_preference(
        module, "parameter_names", "Further parameter names",
        "JSON names that stand for parameters of ITU-T Q.4163, beside the standard's own "
        "names in any case and with spaces, _, - or nothing between the words",
        table);
}

static kx_parameter find_alias(const char *name, size_t length)
{
    char *spelling = g_strndup(name, length);
    unsigned found = GPOINTER_TO_UINT(g_hash_table_lookup(alias_table, spelling));

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
    kx_parameter parameter = alias_table ? find_alias(name, length) : KX_NO_PARAMETER;

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
