/* Runs the commands and filters of a document's cookbook: each must do something, and say what the document
 * says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "markdown.h"
#include "program.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

static char *document, *root;

static const GOptionEntry options[] = {
    {"doc", 0, 0, G_OPTION_ARG_FILENAME, &document, "the document", "FILE"},
    {"root", 0, 0, G_OPTION_ARG_FILENAME, &root, "what file names are relative to", "FOLDER"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

typedef struct {
    tshark_t *tshark;
    const char *root;
    report_t report;
    guint recipes;
    GString *block;   /* the fenced block that is open; NULL: none is */
    gboolean is_text; /* it is an expected output */
    GString *output;  /* of the last block of commands; NULL: none may be compared */
    char *capture;    /* the last that was named */
} cookbook_t;

static gboolean provide(cookbook_t *cookbook, const char *command, GError **error)
{
    g_auto(GStrv) words = NULL;

    return g_shell_parse_argv(command, NULL, &words, error) &&
           tshark_provide(cookbook->tshark, cookbook->root, words, error);
}

static void run_command(cookbook_t *cookbook, const char *command)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL;

    cookbook->recipes++;
    report_mode(&cookbook->report, command);
    if (provide(cookbook, command, &error))
        output = tshark_shell(cookbook->tshark, command, &error);
    if (!output)
        report_error(&cookbook->report, &error);
    else if (*output == '\0')
        report_fail(&cookbook->report, "printed nothing");
    else
        g_string_append(cookbook->output, output);
}

/* A backslash at the end of a line continues the command. */
static void run_commands(cookbook_t *cookbook, const char *block)
{
    g_auto(GStrv) pieces = g_strsplit(block, "\\\n", -1);
    g_autofree char *joined = g_strjoinv(" ", pieces);
    g_auto(GStrv) lines = g_strsplit(joined, "\n", -1);

    cookbook->output = g_string_new(NULL);
    for (char **line = lines; *line; line++)
        if (g_str_has_prefix(*line, "tshark "))
            run_command(cookbook, *line);
}

/* A document has no blanks at the ends of its lines, and no empty lines at the end of a block. */
static char *without_trailing_blanks(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char *joined;

    for (char **line = lines; *line; line++)
        g_strchomp(*line);
    joined = g_strjoinv("\n", lines);
    return g_strchomp(joined);
}

static void compare_output(cookbook_t *cookbook, const char *block)
{
    g_autofree char *expected = without_trailing_blanks(block);
    g_autofree char *got = without_trailing_blanks(cookbook->output->str);

    if (strcmp(expected, got) != 0)
        report_fail(&cookbook->report, "the document shows:\n%s\n  but it prints:\n%s", expected, got);
}

static void forget_output(cookbook_t *cookbook)
{
    if (cookbook->output)
        g_string_free(g_steal_pointer(&cookbook->output), TRUE);
}

static void end_block(cookbook_t *cookbook)
{
    g_autofree char *block = g_string_free(g_steal_pointer(&cookbook->block), FALSE);

    if (cookbook->is_text && cookbook->output)
        compare_output(cookbook, block);
    forget_output(cookbook);
    if (!cookbook->is_text)
        run_commands(cookbook, block);
}

static void begin_block(cookbook_t *cookbook, const char *language)
{
    cookbook->block = g_string_new(NULL);
    cookbook->is_text = g_str_has_prefix(language, "text");
}

/* Remembers the capture that a line names, in a comment or in its text. */
static void note_capture(cookbook_t *cookbook, const char *line)
{
    const char *name = strstr(line, "test-captures/");
    gsize length = name ? strcspn(name, " `)\"'>,;") : 0;
    g_autofree char *path = g_strndup(name ? name : "", length);
    g_autofree char *file = g_build_filename(cookbook->root, path, NULL);

    if (length == 0 || !g_file_test(file, G_FILE_TEST_IS_REGULAR))
        return;
    g_free(cookbook->capture);
    cookbook->capture = g_steal_pointer(&path);
}

/* In two passes, so that filters on what a later frame tells match too. */
static void run_filter(cookbook_t *cookbook, char *filter)
{
    char *arguments[] = {"-2",     "-r", cookbook->capture, "-Y", filter, "-T",
                         "fields", "-e", "frame.number",    NULL};
    char *capture[] = {cookbook->capture, NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL;

    cookbook->recipes++;
    report_mode(&cookbook->report, filter);
    if (!cookbook->capture) {
        report_fail(&cookbook->report, "no capture is named above the table");
        return;
    }
    if (tshark_provide(cookbook->tshark, cookbook->root, capture, &error))
        output = tshark_run(cookbook->tshark, (const char *const *)arguments, &error);
    if (!output)
        report_error(&cookbook->report, &error);
    else if (*output == '\0')
        report_fail(&cookbook->report, "matches no frame of %s", cookbook->capture);
}

/* | task | `filter` | what you see | */
static gboolean read_row(cookbook_t *cookbook, const char *line)
{
    g_auto(GStrv) cells = markdown_row(line);
    g_autofree char *filter = NULL;

    if (!cells)
        return FALSE;
    filter = g_strv_length(cells) >= 2 ? markdown_code(cells[1]) : NULL;
    if (filter)
        run_filter(cookbook, filter);
    return TRUE;
}

static void read_line(cookbook_t *cookbook, const char *line)
{
    gboolean is_fence = g_str_has_prefix(line, "```");

    if (cookbook->block && is_fence) {
        end_block(cookbook);
    } else if (cookbook->block) {
        g_string_append_printf(cookbook->block, "%s\n", line);
    } else if (is_fence) {
        begin_block(cookbook, line + 3);
    } else if (!read_row(cookbook, line)) {
        note_capture(cookbook, line);
    }
}

static gboolean run(kx_program *program, GError **error)
{
    gboolean named = program_needs("doc", document, error) && program_needs("root", root, error);
    g_auto(GStrv) lines = named ? markdown_section(document, "cookbook", error) : NULL;
    cookbook_t cookbook = {.tshark = program->tshark, .root = root};

    if (!lines)
        return FALSE;
    cookbook.report.subject = document;
    for (char **line = lines; *line; line++)
        read_line(&cookbook, *line);
    forget_output(&cookbook);
    g_free(cookbook.capture);
    report_mode(&cookbook.report, "cookbook");
    if (cookbook.block)
        report_fail(&cookbook.report, "a fenced block has no end");
    if (cookbook.recipes == 0)
        report_fail(&cookbook.report, "no command and no filter was found");
    printf("%u recipes\n", cookbook.recipes);
    return cookbook.report.failures == 0;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Runs the commands and filters of a document's cookbook", options, run);
}
