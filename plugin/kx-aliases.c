/* kx-aliases.c
 * The user's table of further spellings of parameter names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-aliases.h"

#include <epan/prefs.h>
#include <epan/uat.h>

#include "kx-names.h"
#include "kx-standard.h"

typedef struct {
    char *spelling;
    unsigned parameter;
} alias;

static alias *aliases;
static unsigned alias_count;

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
    return !*error;
}

static void alias_free(void *record)
{
    g_free(((alias *)record)->spelling);
}

static void aliases_changed(void)
{
    kx_names_forget_aliases();
    for (unsigned i = 0; i < alias_count; i++)
        kx_names_add_alias(aliases[i].spelling, (kx_parameter)aliases[i].parameter);
}

void kx_aliases_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(aliases, spelling, "Spelling", "The member's name in the JSON payload, exactly"),
        UAT_FLD_VS(aliases, parameter, "Parameter", parameter_choices,
                   "The parameter of ITU-T Q.4163 it stands for"),
        UAT_END_FIELDS};
    for (unsigned i = 0; i < KX_PARAMETERS; i++)
        parameter_choices[i] = (value_string){i, kx_parameter_name((kx_parameter)i)};

    uat_t *table = uat_new("Kx parameter names", sizeof(alias), "kx_parameter_names", TRUE, &aliases,
                           &alias_count, UAT_AFFECTS_DISSECTION, NULL, alias_copy, alias_update, alias_free,
                           aliases_changed, kx_names_forget_aliases, fields);

    prefs_register_uat_preference(
        module, "parameter_names", "Further parameter names",
        "JSON names that stand for parameters of ITU-T Q.4163, beside the standard's own "
        "names in any case and with spaces, _, - or nothing between the words",
        table);
}
