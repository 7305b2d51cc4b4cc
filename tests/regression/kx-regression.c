/* Checks one capture: what tshark shows of it must be what its expected file says, in every mode.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "program.h"

typedef struct {
    char *capture, *expected, *fields, *root;
    char **preferences, **arguments;
    gboolean update;
} options_t;

static options_t given;

static const GOptionEntry entries[] = {
    {"capture", 0, 0, G_OPTION_ARG_FILENAME, &given.capture, "the capture to check", "FILE"},
    {"expected", 0, 0, G_OPTION_ARG_FILENAME, &given.expected, "what it must show", "FILE"},
    {"fields", 0, 0, G_OPTION_ARG_FILENAME, &given.fields, "from kx-fields --save; else tshark is asked",
     "FILE"},
    {"root", 0, 0, G_OPTION_ARG_FILENAME, &given.root, "what file names in arguments are relative to",
     "FOLDER"},
    {"prefs", 0, 0, G_OPTION_ARG_STRING_ARRAY, &given.preferences, "tshark's -o; may be repeated",
     "NAME:VALUE"},
    {"update", 0, 0, G_OPTION_ARG_NONE, &given.update, "write the expected file instead of checking", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &given.arguments, NULL, "[-- TSHARK ARGUMENTS]"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static void add_strings(GPtrArray *to, char **strings)
{
    for (; strings && *strings; strings++)
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

static gboolean add_arguments(capture_t *capture, const options_t *options, GError **error)
{
    capture->arguments = g_ptr_array_new_with_free_func(g_free);
    for (char **preference = options->preferences; preference && *preference; preference++) {
        g_ptr_array_add(capture->arguments, g_strdup("-o"));
        g_ptr_array_add(capture->arguments, g_strdup(*preference));
    }
    add_strings(capture->arguments, options->arguments);
    return add_sidecar(capture->arguments, options->expected, error);
}

/* Files that the arguments name, a TLS key log for instance, must be where tshark runs. */
static gboolean provide_files(const capture_t *capture, const char *root, GError **error)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    for (guint i = 0; i < capture->arguments->len; i++)
        g_ptr_array_add(arguments, g_ptr_array_index(capture->arguments, i));
    g_ptr_array_add(arguments, NULL);
    return tshark_provide(capture->tshark, root ? root : ".", (char **)arguments->pdata, error);
}

static gboolean open_capture(capture_t *capture, const options_t *options, GError **error)
{
    capture->fields = options->fields ? field_table_load(options->fields, PROTOCOL, error)
                                      : field_table_ask(capture->tshark, PROTOCOL, error);
    if (!capture->fields)
        return FALSE;
    capture->path = tshark_share(capture->tshark, options->capture, error);
    return capture->path && add_arguments(capture, options, error) &&
           provide_files(capture, options->root, error);
}

static void close_capture(capture_t *capture)
{
    g_clear_pointer(&capture->fields, g_ptr_array_unref);
    g_clear_pointer(&capture->arguments, g_ptr_array_unref);
    g_free(capture->path);
}

static gboolean run(kx_program *program, GError **error)
{
    capture_t capture = {.tshark = program->tshark};
    report_t report = {.mode = "set-up"};
    g_autofree char *name = NULL;
    gboolean good;

    if (!program_needs("capture", given.capture, error) || !program_needs("expected", given.expected, error))
        return FALSE;
    report.subject = name = g_path_get_basename(given.capture);
    good = open_capture(&capture, &given, error);
    if (good && given.update) {
        good = check_update(&capture, name, given.expected, error);
    } else if (good) {
        check_capture(&capture, given.expected, &report);
        good = report.failures == 0;
    }
    close_capture(&capture);
    return good;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Checks what tshark shows of a capture", entries, run);
}
