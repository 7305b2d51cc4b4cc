/* kx-commands.c
 * The user's table of CommandCodes that Table I.1 does not list.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-commands.h"

#include <epan/prefs.h>
#include <epan/uat.h>

#include "kx-standard.h"

/* What a command can be: as one of Table I.1, a response to one, whatever it holds, or neither. */
enum { NEITHER, AS_RELAY, AS_COMPLETION, AS_SUPPLY, AS_SUPPLY_RESPONSE, TO_RELAY, TO_SUPPLY };

static const struct {
    uint16_t acts_as, answers;
    kx_table_number table;
} meanings[] = {
    [NEITHER] = {0, 0, KX_NO_TABLE},
    [AS_RELAY] = {KX_KEY_RELAY, 0, KX_TABLE_1},
    [AS_COMPLETION] = {KX_KEY_RELAY_COMPLETION, KX_KEY_RELAY, KX_TABLE_2},
    [AS_SUPPLY] = {KX_KEY_SUPPLY, 0, KX_TABLE_3},
    [AS_SUPPLY_RESPONSE] = {KX_KEY_SUPPLY_RESPONSE, KX_KEY_SUPPLY, KX_TABLE_4},
    [TO_RELAY] = {KX_KEY_RELAY_COMPLETION, KX_KEY_RELAY, KX_NO_TABLE},
    [TO_SUPPLY] = {KX_KEY_SUPPLY_RESPONSE, KX_KEY_SUPPLY, KX_NO_TABLE},
};

static const value_string meaning_choices[] = {
    {NEITHER, "neither"},
    {AS_RELAY, "as 0x1101"},
    {AS_COMPLETION, "as 0x1102"},
    {AS_SUPPLY, "as 0x1103"},
    {AS_SUPPLY_RESPONSE, "as 0x1104"},
    {TO_RELAY, "response to 0x1101"},
    {TO_SUPPLY, "response to 0x1103"},
    {0, NULL},
};

typedef struct {
    unsigned code;
    char *name;
    unsigned meaning;
} command;

static command *commands;
static unsigned command_count;

UAT_HEX_CB_DEF(commands, code, command)
UAT_CSTRING_CB_DEF(commands, name, command)
UAT_VS_DEF(commands, meaning, command, unsigned, NEITHER, "neither")

static void *command_copy(void *destination, const void *source, size_t size _U_)
{
    const command *from = (const command *)source;
    command *to = (command *)destination;

    to->code = from->code;
    to->name = g_strdup(from->name);
    to->meaning = from->meaning;
    return to;
}

static kx_bool command_update(void *record, char **error)
{
    const command *row = (const command *)record;

    *error = NULL;
    if (row->code == 0 || row->code > UINT16_MAX)
        *error = g_strdup("The code must be between 1 and ffff");
    else if (kx_command_is_standard((uint16_t)row->code))
        *error = g_strdup("Table I.1 says what that code is");
    else if (!row->name || !*row->name)
        *error = g_strdup("The name must not be empty");
    return !*error;
}

static void command_free(void *record)
{
    g_free(((command *)record)->name);
}

static void commands_changed(void)
{
    kx_commands_forget();
    for (unsigned i = 0; i < command_count; i++)
        kx_commands_add(&(kx_command){.code = (uint16_t)commands[i].code,
                                      .name = commands[i].name,
                                      .brief = commands[i].name,
                                      .answers = meanings[commands[i].meaning].answers,
                                      .table = meanings[commands[i].meaning].table,
                                      .acts_as = meanings[commands[i].meaning].acts_as});
}

void kx_commands_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_HEX(commands, code, "CommandCode", "In hexadecimal, like 1180"),
        UAT_FLD_CSTRING(commands, name, "Name", "What it is called"),
        UAT_FLD_VS(commands, meaning, "Meaning", meaning_choices,
                   "Whether it counts as a command of Table I.1, or as a response to one"),
        UAT_END_FIELDS};
    uat_t *table = uat_new("Kx commands", sizeof(command), "kx_commands", TRUE, &commands, &command_count,
                           UAT_AFFECTS_DISSECTION, NULL, command_copy, command_update, command_free,
                           commands_changed, kx_commands_forget, fields);

    prefs_register_uat_preference(module, "commands", "Further commands",
                                  "CommandCodes that key managers use beside those of Table I.1", table);
}
