/* Checks one capture: what tshark shows of it must be what its expected file says, in every mode.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

struct options {
    char *tshark, *plugins, *capture, *expected, *fields, *root;
    char **preferences, **arguments;
    gboolean update;
};

static void options_clear(struct options *options)
{
    g_free(options->tshark);
    g_free(options->plugins);
    g_free(options->capture);
    g_free(options->expected);
    g_free(options->fields);
    g_free(options->root);
    g_strfreev(options->preferences);
    g_strfreev(options->arguments);
}

static gboolean parse_options(struct options *options, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &options->tshark, "the tshark to run", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_FILENAME, &options->plugins, "holds 4.x/epan/kx.so", "DIRECTORY"},
        {"capture", 0, 0, G_OPTION_ARG_FILENAME, &options->capture, "the capture to check", "FILE"},
        {"expected", 0, 0, G_OPTION_ARG_FILENAME, &options->expected, "what it must show", "FILE"},
        {"fields", 0, 0, G_OPTION_ARG_FILENAME, &options->fields,
         "from kx-fields --save; else tshark is asked", "FILE"},
        {"root", 0, 0, G_OPTION_ARG_FILENAME, &options->root, "what file names in arguments are relative to",
         "DIRECTORY"},
        {"prefs", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->preferences, "tshark's -o; may be repeated",
         "NAME:VALUE"},
        {"update", 0, 0, G_OPTION_ARG_NONE, &options->update, "write the expected file instead of checking",
         NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->arguments, NULL,
         "[-- TSHARK ARGUMENTS]"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (options->tshark != NULL && options->plugins != NULL && options->capture != NULL &&
        options->expected != NULL)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                "--tshark, --plugins, --capture and --expected are needed");
    return FALSE;
}

static void add_strings(GPtrArray *to, char **strings)
{
    for (; strings != NULL && *strings != NULL; strings++)
        g_ptr_array_add(to, g_strdup(*strings));
}

/* What a capture needs besides stands beside its expected file: x.pcapng.txt -> x.pcapng.args */
static gboolean add_sidecar(GPtrArray *to, const char *expected, GError **error)
{
    g_autoptr(GString) path = g_string_new(expected);
    g_autofree char *text = NULL;
    g_auto(GStrv) words = NULL;

    if (g_str_has_suffix(path->str, ".txt"))
        g_string_truncate(path, path->len - 4);
    g_string_append(path, ".args");
    if (!g_file_test(path->str, G_FILE_TEST_EXISTS))
        return TRUE;
    if (!g_file_get_contents(path->str, &text, NULL, error) || !g_shell_parse_argv(text, NULL, &words, error))
        return FALSE;
    add_strings(to, words);
    return TRUE;
}

static gboolean add_arguments(struct capture *capture, const struct options *options, GError **error)
{
    capture->arguments = g_ptr_array_new_with_free_func(g_free);
    for (char **preference = options->preferences; preference != NULL && *preference != NULL; preference++) {
        g_ptr_array_add(capture->arguments, g_strdup("-o"));
        g_ptr_array_add(capture->arguments, g_strdup(*preference));
    }
    add_strings(capture->arguments, options->arguments);
    return add_sidecar(capture->arguments, options->expected, error);
}

/* Files that the arguments name, a TLS key log for instance, must be where tshark runs. */
static gboolean provide_files(const struct capture *capture, const char *root, GError **error)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    for (guint i = 0; i < capture->arguments->len; i++)
        g_ptr_array_add(arguments, g_ptr_array_index(capture->arguments, i));
    g_ptr_array_add(arguments, NULL);
    return tshark_provide(capture->tshark, root != NULL ? root : ".", (char **)arguments->pdata, error);
}

static gboolean open_capture(struct capture *capture, const struct options *options, GError **error)
{
    capture->tshark = tshark_new(options->tshark, options->plugins, error);
    if (capture->tshark == NULL)
        return FALSE;
    capture->fields = options->fields != NULL ? field_table_load(options->fields, PROTOCOL, error)
                                              : field_table_ask(capture->tshark, PROTOCOL, error);
    if (capture->fields == NULL)
        return FALSE;
    capture->path = tshark_share(capture->tshark, options->capture, error);
    return capture->path != NULL && add_arguments(capture, options, error) &&
           provide_files(capture, options->root, error);
}

static void close_capture(struct capture *capture)
{
    tshark_free(capture->tshark);
    g_clear_pointer(&capture->fields, g_ptr_array_unref);
    g_clear_pointer(&capture->arguments, g_ptr_array_unref);
    g_free(capture->path);
}

/* Returns whether all is well. */
static gboolean run(const struct options *options, GError **error)
{
    g_autofree char *name = g_path_get_basename(options->capture);
    struct report report = {.subject = name, .mode = "set-up"};
    struct capture capture = {0};
    gboolean good = open_capture(&capture, options, error);

    if (good && options->update) {
        good = check_update(&capture, name, options->expected, error);
    } else if (good) {
        check_capture(&capture, options->expected, &report);
        good = report.failures == 0;
    }
    close_capture(&capture);
    return good;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    g_autoptr(GError) error = NULL;
    gboolean good = parse_options(&options, &argc, &argv, &error) && run(&options, &error);

    if (error != NULL)
        fprintf(stderr, "kx-regression: %s\n", error->message);
    options_clear(&options);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
