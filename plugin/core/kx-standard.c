/* kx-standard.c
 * What ITU-T Q.4163 lists, as data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-standard.h"

#include <stddef.h>

#include "kx-list.h"
#include "kx-table.h"

/* The first half of every CommandCode between key managers. */
#define KM_TO_KM 0x11

const kx_command kx_commands[] = {
    {KX_KEY_RELAY, "Key relay", "Key relay", 0, KX_TABLE_1, KX_KEY_RELAY},
    {KX_KEY_RELAY_COMPLETION, "Key relay completion notification", "Key relay completion", KX_KEY_RELAY,
     KX_TABLE_2, KX_KEY_RELAY_COMPLETION},
    {KX_KEY_SUPPLY, "Key supply notification", "Key supply", 0, KX_TABLE_3, KX_KEY_SUPPLY},
    {KX_KEY_SUPPLY_RESPONSE, "Response to key supply notification", "Key supply response", KX_KEY_SUPPLY,
     KX_TABLE_4, KX_KEY_SUPPLY_RESPONSE},
    {0, NULL, NULL, 0, KX_NO_TABLE, 0},
};

/* Private ones, by their code. */
static kx_table added_numbers;
static kx_list added = {sizeof(kx_command), 0, NULL};

/* clang-format off */
#define NAMES(argument, parameter, name, type, display, field, label, mandatory, optional, about) \
    [parameter] = {name, type, display, field, label, about},
#define IF_MANDATORY(table, parameter, name, type, display, field, label, mandatory, optional, about) \
    | ((mandatory) & KX_IN(table) ? KX_SET_OF(parameter) : 0)
#define IF_LISTED(table, parameter, name, type, display, field, label, mandatory, optional, about) \
    | (((mandatory) | (optional)) & KX_IN(table) ? KX_SET_OF(parameter) : 0)
#define TABLE(table, title, key_files) \
    [table] = {title, 0 KX_PARAMETER_ROWS(IF_LISTED, table), 0 KX_PARAMETER_ROWS(IF_MANDATORY, table), key_files}
/* clang-format on */

const kx_parameter_row kx_parameter_rows[KX_PARAMETERS] = {KX_PARAMETER_ROWS(NAMES, )};

const kx_parameter_table kx_parameter_tables[KX_TABLES] = {
    TABLE(KX_TABLE_1, "Table 1", KX_TABLE_1_KEYS),
    TABLE(KX_TABLE_1_KEYS, "Table 1, Keys", KX_TABLE_1_KEYS),
    TABLE(KX_TABLE_2, "Table 2", KX_TABLE_1_KEYS),
    TABLE(KX_TABLE_3, "Table 3", KX_TABLE_1_KEYS),
    TABLE(KX_TABLE_4, "Table 4", KX_TABLE_1_KEYS),
    TABLE(KX_NO_TABLE, "any table", KX_NO_TABLE_KEYS),
    TABLE(KX_NO_TABLE_KEYS, "any table, Keys", KX_NO_TABLE_KEYS),
};

const kx_command *kx_command_of(uint16_t code)
{
    const kx_command *command = kx_commands;

    while (command->code && command->code != code)
        command++;
    uint32_t number =
        command->code || !added.count ? 0 : kx_table_get(&added_numbers, kx_hash_number(0, code));
    return number ? (const kx_command *)kx_list_at(&added, number) : command;
}

void kx_commands_add(const kx_command *command)
{
    *kx_table_put(&added_numbers, kx_hash_number(0, command->code)) = kx_list_append(&added, command);
}

void kx_commands_forget(void)
{
    kx_table_clear(&added_numbers);
    kx_list_clear(&added);
}

bool kx_command_is_standard(uint16_t code)
{
    const kx_command *command = kx_commands;

    while (command->code && command->code != code)
        command++;
    return command->code;
}

/* Bytes of other protocols seldom get beyond the first half. */
bool kx_command_code_known(uint16_t code)
{
    return code >> 8 == KM_TO_KM && kx_command_of(code)->code;
}

const char *kx_command_name(uint16_t code)
{
    return kx_command_of(code)->name;
}

const char *kx_parameter_name(kx_parameter parameter)
{
    return kx_parameter_rows[parameter].name;
}
