/* Checks that a document's field tables list the fields that the plugin registers; prints and saves them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "field-table.h"
#include "markdown.h"
#include "outputs.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    char *tshark, *plugins, *document, *save;
    gboolean print;
};

static void options_clear(struct options *options)
{
    g_free(options->tshark);
    g_free(options->plugins);
    g_free(options->document);
    g_free(options->save);
}

static gboolean parse_options(struct options *options, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &options->tshark, "the tshark to run", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_FILENAME, &options->plugins, "holds 4.x/epan/kx.so", "DIRECTORY"},
        {"doc", 0, 0, G_OPTION_ARG_FILENAME, &options->document, "compare with the tables in it", "FILE"},
        {"print", 0, 0, G_OPTION_ARG_NONE, &options->print, "print such a table", NULL},
        {"save", 0, 0, G_OPTION_ARG_FILENAME, &options->save, "save for kx-regression --fields", "FILE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (options->tshark != NULL && options->plugins != NULL)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--tshark and --plugins are needed");
    return FALSE;
}

static void print_table(const field_table_t *fields)
{
    printf("| Filter | Type | Meaning |\n|---|---|---|\n");
    for (guint i = 0; i < fields->len; i++) {
        const struct field *field = g_ptr_array_index(fields, i);
        printf("| `%s` | %s | %s%s%s |\n", field->name, field->type, field->label,
               *field->blurb != '\0' ? ": " : "", field->blurb);
    }
}

/* A table of expert infos has their group and severity in the place of a type. */
static gboolean type_agrees(const char *cell, const char *type)
{
    g_autofree char *word = g_strndup(cell, strcspn(cell, ", "));

    return strcmp(word, type) == 0 || (strcmp(type, "FT_NONE") == 0 && !g_str_has_prefix(word, "FT_"));
}

static void check_row(struct report *report, const field_table_t *fields, GHashTable *documented,
                      char **cells)
{
    g_autofree char *name = g_strv_length(cells) >= 2 ? markdown_code(cells[0]) : NULL;
    const char *type;

    if (name == NULL || !g_str_has_prefix(name, PROTOCOL "."))
        return;
    type = field_table_type(fields, name);
    if (!g_hash_table_add(documented, g_strdup(name)))
        report_fail(report, "%s stands in the tables twice", name);
    if (*type == '\0')
        report_fail(report, "%s is documented, but not registered", name);
    else if (!type_agrees(cells[1], type))
        report_fail(report, "%s: documented as %s, registered as %s", name, cells[1], type);
}

static gboolean check_document(const struct options *options, const field_table_t *fields, GError **error)
{
    struct report report = {.subject = options->document, .mode = "fields"};
    g_auto(GStrv) lines = markdown_section(options->document, "fields", error);
    g_autoptr(GHashTable) documented = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    if (lines == NULL)
        return FALSE;
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) cells = markdown_row(*line);
        if (cells != NULL)
            check_row(&report, fields, documented, cells);
    }
    for (guint i = 0; i < fields->len; i++) {
        const struct field *field = g_ptr_array_index(fields, i);
        if (!g_hash_table_contains(documented, field->name))
            report_fail(&report, "%s (%s) is registered, but not documented", field->name, field->type);
    }
    return report.failures == 0;
}

static gboolean run(const struct options *options, GError **error)
{
    g_autoptr(tshark_t) tshark = tshark_new(options->tshark, options->plugins, error);
    g_autoptr(GPtrArray) fields = tshark != NULL ? field_table_ask(tshark, PROTOCOL, error) : NULL;

    if (fields == NULL ||
        (options->save != NULL && !field_table_save(fields, options->save, PROTOCOL, error)))
        return FALSE;
    if (options->print)
        print_table(fields);
    return options->document == NULL || check_document(options, fields, error);
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
