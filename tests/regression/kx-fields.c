/* Saves the fields that the plugin registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "field-table.h"
#include "outputs.h"

#include <stdio.h>
#include <stdlib.h>

struct options {
    char *tshark, *plugins, *save;
};

static void options_clear(struct options *options)
{
    g_free(options->tshark);
    g_free(options->plugins);
    g_free(options->save);
}

static gboolean parse_options(struct options *options, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &options->tshark, "the tshark to run", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_FILENAME, &options->plugins, "holds 4.x/epan/kx.so", "DIRECTORY"},
        {"save", 0, 0, G_OPTION_ARG_FILENAME, &options->save, "save for kx-regression --fields", "FILE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (options->tshark != NULL && options->plugins != NULL && options->save != NULL)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--tshark, --plugins and --save are needed");
    return FALSE;
}

static gboolean run(const struct options *options, GError **error)
{
    g_autoptr(tshark_t) tshark = tshark_new(options->tshark, options->plugins, error);
    g_autoptr(GPtrArray) fields = tshark != NULL ? field_table_ask(tshark, PROTOCOL, error) : NULL;

    return fields != NULL && field_table_save(fields, options->save, PROTOCOL, error);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    g_autoptr(GError) error = NULL;
    gboolean good = parse_options(&options, &argc, &argv, &error) && run(&options, &error);

    if (error != NULL)
        fprintf(stderr, "kx-fields: %s\n", error->message);
    options_clear(&options);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
