/* Lines such as "field = value", in which what was sent is compared with what is shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lines.h"

#include <string.h>

#define PRINTED_DIFFERENCES 20

lines_t *lines_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

/* Blanks, and line ends as messages_parse() returns them. */
static char *without_white_space(const char *json)
{
    g_auto(GStrv) lines = g_strsplit(json, "\\xa", -1);
    g_autofree char *line = g_strjoinv("", lines);
    g_auto(GStrv) words = g_strsplit(line, " ", -1);

    return g_strjoinv("", words);
}

void lines_add(lines_t *lines, const char *field, const char *value)
{
    gboolean compound = *value == '{' || *value == '[';
    g_autofree char *plain = compound ? without_white_space(value) : g_strdup(value);

    g_ptr_array_add(lines, g_strdup_printf("%s = %s", field, plain));
}

void lines_add_number(lines_t *lines, const char *field, gint64 number)
{
    g_ptr_array_add(lines, g_strdup_printf("%s = %" G_GINT64_FORMAT, field, number));
}

void lines_add_mark(lines_t *lines, const char *mark)
{
    g_ptr_array_add(lines, g_strdup(mark));
}

static int compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *line_at(const lines_t *lines, guint i)
{
    return i < lines->len ? g_ptr_array_index(lines, i) : NULL;
}

guint lines_compare(const char *where, lines_t *shown, lines_t *sent)
{
    guint differences = 0;

    g_ptr_array_sort(shown, compare_lines);
    g_ptr_array_sort(sent, compare_lines);
    for (guint i = 0, j = 0; i < shown->len || j < sent->len;) {
        const char *a = line_at(shown, i), *b = line_at(sent, j);
        int order = !a ? 1 : !b ? -1 : strcmp(a, b);
        if (order != 0 && differences++ < PRINTED_DIFFERENCES)
            g_print("%s: %s: %s\n", where, order < 0 ? "shown, but not right" : "right, but not shown",
                    order < 0 ? a : b);
        i += order <= 0;
        j += order >= 0;
    }
    return differences;
}
