/* Saves the fields that the plugin registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "field-table.h"
#include "outputs.h"
#include "program.h"

static char *save;

static const GOptionEntry options[] = {
    {"save", 0, 0, G_OPTION_ARG_FILENAME, &save, "save for kx-regression --fields", "FILE"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static gboolean run(kx_program *program, GError **error)
{
    gboolean named = program_needs("save", save, error);
    g_autoptr(GPtrArray) fields = named ? field_table_ask(program->tshark, PROTOCOL, error) : NULL;

    return fields && field_table_save(fields, save, PROTOCOL, error);
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Saves the fields that the plugin registers", options, run);
}
