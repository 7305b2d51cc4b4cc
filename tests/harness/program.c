/* How a test program begins and ends: its options, its tshark, its folder, its exit status.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "program.h"
#include "tree.h"

#include <glib/gstdio.h>
#include <stdlib.h>

typedef struct {
    char *tshark, *plugins, *keep;
} kx_options;

gboolean program_needs(const char *option, const char *value, GError **error)
{
    if (value)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--%s is needed; see --help", option);
    return FALSE;
}

static gboolean parse(kx_options *options, int argc, char **argv, const char *summary,
                      const GOptionEntry *own, GError **error)
{
    const GOptionEntry entries[] = {
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &options->tshark, "the tshark to run", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_FILENAME, &options->plugins, "holds 4.x/epan/kx.so", "FOLDER"},
        {"keep", 0, 0, G_OPTION_ARG_FILENAME, &options->keep, "leave what is made for the test in a folder",
         "FOLDER"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_set_summary(context, summary);
    g_option_context_add_main_entries(context, entries, NULL);
    if (own)
        g_option_context_add_main_entries(context, own, NULL);
    return g_option_context_parse(context, &argc, &argv, error) &&
           program_needs("tshark", options->tshark, error) &&
           program_needs("plugins", options->plugins, error);
}

/* tshark may be run by another user, and write into the folder. */
static char *make_folder(const char *keep, GError **error)
{
    char *folder = keep ? g_strdup(keep) : g_dir_make_tmp("kx-test-XXXXXX", error);

    if (folder && !keep)
        g_chmod(folder, 0777);
    return folder;
}

static gboolean run_in_folder(const kx_options *options, kx_program_run run, GError **error)
{
    g_autofree char *folder = make_folder(options->keep, error);
    g_autoptr(tshark_t) tshark = folder ? tshark_new(options->tshark, options->plugins, error) : NULL;
    gboolean good = tshark && run(&(kx_program){tshark, folder}, error);

    if (folder && !options->keep)
        tree_remove(folder);
    return good;
}

int program_main(int argc, char **argv, const char *summary, const GOptionEntry *own, kx_program_run run)
{
    kx_options options = {0};
    g_autoptr(GError) error = NULL;
    gboolean good = parse(&options, argc, argv, summary, own, &error) && run_in_folder(&options, run, &error);

    if (error)
        g_printerr("%s: %s\n", g_get_prgname(), error->message);
    g_free(options.tshark);
    g_free(options.plugins);
    g_free(options.keep);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
