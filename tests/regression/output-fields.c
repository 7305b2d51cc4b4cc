/* Reads `tshark -T fields`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "golden.h"
#include "output-run.h"
#include "value.h"

#include <stdlib.h>
#include <string.h>

/* Stands in no value: a payload with it would not be JSON. */
#define AGGREGATOR "\x1f"

enum { CELL_NUMBER, CELL_PROTOCOL, CELL_INFO, CELL_FIELDS };

static const char *const leading[] = {"frame.number", COLUMN_PROTOCOL_NAME, COLUMN_INFO_NAME};

static void add_argument(GPtrArray *command, const char *option, const char *value)
{
    g_ptr_array_add(command, g_strdup(option));
    g_ptr_array_add(command, g_strdup(value));
}

/* Asks for every field that exists, so that one which only this format shows is found too. */
static GPtrArray *fields_command(const capture_t *capture, const char *const *how)
{
    GPtrArray *command = output_command(capture, how, "fields");

    add_argument(command, "-E", "occurrence=a");
    add_argument(command, "-E", "separator=/t");
    add_argument(command, "-E", "aggregator=" AGGREGATOR);
    for (gsize i = 0; i < G_N_ELEMENTS(leading); i++)
        add_argument(command, "-e", leading[i]);
    for (guint i = 0; i < capture->fields->len; i++)
        add_argument(command, "-e", ((const field_t *)g_ptr_array_index(capture->fields, i))->name);
    return command;
}

#ifdef KX_FIELDS_ARE_ESCAPED
static void unescape(char **cell)
{
    static const char letters[] = "\\abfnrtv", meant[] = "\\\a\b\f\n\r\t\v";
    char *to = *cell;

    for (const char *from = *cell; *from != '\0'; from++) {
        const char *letter = *from == '\\' && from[1] != '\0' ? strchr(letters, from[1]) : NULL;
        *to++ = letter ? meant[letter - letters] : *from;
        from += letter != NULL;
    }
    *to = '\0';
}
#else
/* What was escaped cannot be told from what was there: value_escape() takes both alike. */
static void unescape(char **cell)
{
    (void)cell;
}
#endif

/* Wireshark's TCP puts remarks before our text, [TCP Retransmission] for instance. The versions do not agree on which,
 * so of each is left that there is one. */
static char *without_reason(const char *info)
{
    const char *end = g_str_has_prefix(info, "[TCP ") ? strchr(info, ']') : NULL;

    return end ? g_strconcat("[TCP", end, NULL) : g_strdup(info);
}

static void add_values(values_t *values, guint frame, const field_t *field, const char *cell)
{
    g_auto(GStrv) parts = g_strsplit(cell, AGGREGATOR, -1);

    for (char **part = parts; *part; part++) {
        g_autofree char *value = value_comparable(field->type, *part);
        values_add(values, frame, field->name, value);
    }
}

static void add_column(values_t *values, guint frame, const char *name, const char *cell)
{
    g_autofree char *value = value_escape(cell);

    values_add(values, frame, name, value);
}

static gboolean add_row(values_t *values, const field_table_t *fields, const char *row)
{
    g_auto(GStrv) cells = g_strsplit(row, "\t", -1);
    gboolean has_field = FALSE;
    guint frame;

    if (g_strv_length(cells) != CELL_FIELDS + fields->len)
        return FALSE;
    for (guint i = 0; i < CELL_FIELDS + fields->len; i++)
        unescape(&cells[i]);
    frame = (guint)strtoul(cells[CELL_NUMBER], NULL, 10);
    for (guint i = 0; i < fields->len; i++) {
        if (*cells[CELL_FIELDS + i] == '\0')
            continue;
        add_values(values, frame, g_ptr_array_index(fields, i), cells[CELL_FIELDS + i]);
        has_field = TRUE;
    }
    if (has_field) {
        g_autofree char *info = without_reason(cells[CELL_INFO]);
        add_column(values, frame, COLUMN_PROTOCOL_NAME, cells[CELL_PROTOCOL]);
        add_column(values, frame, COLUMN_INFO_NAME, info);
    }
    return TRUE;
}

values_t *output_fields(const capture_t *capture, const char *const *how, GError **error)
{
    g_autofree char *output = output_run(capture, fields_command(capture, how), error);
    g_auto(GStrv) rows = output ? g_strsplit(output, "\n", -1) : NULL;
    g_autoptr(GTree) values = values_new();

    if (!output)
        return NULL;
    for (char **row = rows; *row; row++) {
        if (**row == '\0' || add_row(values, capture->fields, *row))
            continue;
        g_set_error(error, G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE, "-T fields has a row of unexpected form: %s",
                    *row);
        return NULL;
    }
    return g_steal_pointer(&values);
}
