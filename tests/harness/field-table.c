/* The fields that tshark knows of a protocol: `tshark -G fields`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "field-table.h"

#include <gio/gio.h>
#include <string.h>

/* Columns of a line of `tshark -G fields`. */
enum {
    COLUMN_KIND,
    COLUMN_LABEL,
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_PROTOCOL,
    COLUMN_BASE,
    COLUMN_MASK,
    COLUMN_BLURB
};

static void field_free(gpointer data)
{
    field_t *field = data;

    g_free(field->name);
    g_free(field->type);
    g_free(field->label);
    g_free(field->blurb);
    g_free(field);
}

static int compare_fields(gconstpointer a, gconstpointer b)
{
    const field_t *const *left = a, *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

static void add_line(field_table_t *table, const char *line, const char *protocol)
{
    g_auto(GStrv) columns = g_strsplit(line, "\t", -1);
    guint count = g_strv_length(columns);
    field_t *field;

    if (count <= COLUMN_PROTOCOL || strcmp(columns[COLUMN_KIND], "F") != 0 ||
        strcmp(columns[COLUMN_PROTOCOL], protocol) != 0)
        return;
    field = g_new0(field_t, 1);
    field->name = g_strdup(columns[COLUMN_NAME]);
    field->type = g_strdup(columns[COLUMN_TYPE]);
    field->label = g_strdup(columns[COLUMN_LABEL]);
    field->blurb = g_strdup(count > COLUMN_BLURB ? columns[COLUMN_BLURB] : "");
    g_ptr_array_add(table, field);
}

static field_table_t *parse(const char *text, const char *protocol, GError **error)
{
    g_autoptr(GPtrArray) table = g_ptr_array_new_with_free_func(field_free);
    const char *end;

    for (const char *line = text; *line != '\0'; line = *end != '\0' ? end + 1 : end) {
        g_autofree char *copy = NULL;
        end = line + strcspn(line, "\n");
        copy = g_strndup(line, (gsize)(end - line));
        if (*copy == 'F')
            add_line(table, copy, protocol);
    }
    g_ptr_array_sort(table, compare_fields);
    if (table->len != 0)
        return g_steal_pointer(&table);
    g_set_error(
        error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "tshark knows no field of protocol \"%s\": is the plugin built, and for this version of Wireshark?",
        protocol);
    return NULL;
}

field_table_t *field_table_ask(tshark_t *tshark, const char *protocol, GError **error)
{
    static const char *const arguments[] = {"-G", "fields", NULL};
    g_autofree char *text = tshark_run(tshark, arguments, error);

    return text ? parse(text, protocol, error) : NULL;
}

field_table_t *field_table_load(const char *path, const char *protocol, GError **error)
{
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, error) ? parse(text, protocol, error) : NULL;
}

gboolean field_table_save(const field_table_t *table, const char *path, const char *protocol, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < table->len; i++) {
        const field_t *field = g_ptr_array_index(table, i);
        g_string_append_printf(text, "F\t%s\t%s\t%s\t%s\t\t\t%s\n", field->label, field->name, field->type,
                               protocol, field->blurb);
    }
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

const char *field_table_type(const field_table_t *table, const char *name)
{
    for (guint i = 0; i < table->len; i++) {
        const field_t *field = g_ptr_array_index(table, i);
        if (strcmp(field->name, name) == 0)
            return field->type;
    }
    return "";
}
