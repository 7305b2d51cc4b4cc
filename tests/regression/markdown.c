/* The parts of a Markdown document that are checked against tshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "markdown.h"

#include <gio/gio.h>
#include <string.h>

char **markdown_section(const char *path, const char *name, GError **error)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_autofree char *begin = g_strdup_printf("<!-- %s:begin -->", name);
    g_autofree char *end = g_strdup_printf("<!-- %s:end -->", name);
    g_autoptr(GPtrArray) section = g_ptr_array_new_with_free_func(g_free);
    gboolean inside = FALSE, found = FALSE;

    if (!g_file_get_contents(path, &text, NULL, error))
        return NULL;
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (strstr(*line, end))
            inside = FALSE;
        if (inside)
            g_ptr_array_add(section, g_strchomp(g_strdup(*line)));
        if (strstr(*line, begin))
            inside = found = TRUE;
    }
    if (!found) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s: no line %s", path, begin);
        return NULL;
    }
    g_ptr_array_add(section, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&section), FALSE);
}

/* Copies a cell from `*at` on and sets `*at` behind the bar that ends it. A bar inside a cell is written \|.
 */
static char *next_cell(const char **at)
{
    GString *cell = g_string_new(NULL);

    for (; **at != '\0' && **at != '|'; (*at)++) {
        if ((*at)[0] == '\\' && (*at)[1] == '|')
            (*at)++;
        g_string_append_c(cell, **at);
    }
    if (**at == '|')
        (*at)++;
    return g_strstrip(g_string_free(cell, FALSE));
}

char **markdown_row(const char *line)
{
    GPtrArray *cells;

    line += strspn(line, " ");
    if (*line != '|')
        return NULL;
    cells = g_ptr_array_new();
    for (line++; *line != '\0';)
        g_ptr_array_add(cells, next_cell(&line));
    g_ptr_array_add(cells, NULL);
    return (char **)g_ptr_array_free(cells, FALSE);
}

/* A span begins and ends with the same number of backticks, and then may hold fewer of them. */
char *markdown_code(const char *cell)
{
    gsize length = strlen(cell), ticks = strspn(cell, "`");
    g_autofree char *fence = g_strndup(cell, ticks);
    g_autofree char *code = NULL;

    if (ticks == 0 || length <= 2 * ticks || !g_str_has_suffix(cell, fence))
        return NULL;
    code = g_strndup(cell + ticks, length - 2 * ticks);
    return !strstr(code, fence) ? g_strdup(g_strstrip(code)) : NULL;
}
