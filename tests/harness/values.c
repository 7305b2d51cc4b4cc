/* The values that the frames of a capture have for each field: what all output formats of tshark must agree
 * on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "values.h"
#include "value.h"

#include <string.h>

typedef struct {
    guint frame;
    char *field;
} cell_t;

static int compare_cells(gconstpointer a, gconstpointer b, gpointer unused)
{
    const cell_t *left = a, *right = b;

    (void)unused;
    if (left->frame != right->frame)
        return left->frame < right->frame ? -1 : 1;
    return strcmp(left->field, right->field);
}

static void cell_free(gpointer data)
{
    cell_t *cell = data;

    g_free(cell->field);
    g_free(cell);
}

static void list_free(gpointer data)
{
    g_ptr_array_unref(data);
}

values_t *values_new(void)
{
    return g_tree_new_full(compare_cells, NULL, cell_free, list_free);
}

static GPtrArray *lookup(values_t *values, guint frame, const char *field)
{
    cell_t key = {frame, (char *)field};

    return g_tree_lookup(values, &key);
}

void values_add(values_t *values, guint frame, const char *field, const char *value)
{
    GPtrArray *list = lookup(values, frame, field);

    if (!list) {
        cell_t *cell = g_new(cell_t, 1);
        cell->frame = frame;
        cell->field = g_strdup(field);
        list = g_ptr_array_new_with_free_func(g_free);
        g_tree_insert(values, cell, list);
    }
    g_ptr_array_add(list, g_strdup(value));
}

const char *values_first(values_t *values, guint frame, const char *field)
{
    const GPtrArray *list = lookup(values, frame, field);

    return list ? g_ptr_array_index(list, 0) : "";
}

static void add_record(values_t *values, guint frame, const record_t *record, const field_table_t *fields)
{
    g_autofree char *value = NULL;

    if (!record->name)
        return;
    value = record->kind == RECORD_FIELD
                ? value_comparable(field_table_type(fields, record->name), record->value)
                : value_comparable("FT_NONE", "");
    values_add(values, frame, record->name, value);
}

values_t *values_of_messages(const messages_t *messages, const field_table_t *fields)
{
    values_t *values = values_new();

    for (guint i = 0; i < messages->len; i++) {
        const message_t *message = g_ptr_array_index(messages, i);
        for (guint k = 0; k < message->records->len; k++)
            add_record(values, message->frame, g_ptr_array_index(message->records, k), fields);
    }
    return values;
}

static void add_list(values_t *values, guint frame, const char *field, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++)
        values_add(values, frame, field, g_ptr_array_index(list, i));
}

void values_copy_field(values_t *to, values_t *from, const char *field)
{
    for (GTreeNode *node = g_tree_node_first(from); node; node = g_tree_node_next(node)) {
        const cell_t *cell = g_tree_node_key(node);
        if (strcmp(cell->field, field) == 0)
            add_list(to, cell->frame, field, g_tree_node_value(node));
    }
}

static int compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void values_sort(values_t *values)
{
    for (GTreeNode *node = g_tree_node_first(values); node; node = g_tree_node_next(node))
        g_ptr_array_sort(g_tree_node_value(node), compare_strings);
}

/* `-T fields` shows nothing both for an empty value and for none. */
static char *shown(const GPtrArray *list)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; list && i < list->len; i++)
        g_string_append_printf(text, "%s%s", i != 0 ? ", " : "", (const char *)g_ptr_array_index(list, i));
    return g_string_free(text, FALSE);
}

static void compare_cell(report_t *report, const cell_t *cell, const GPtrArray *expected,
                         const GPtrArray *got)
{
    g_autofree char *expected_text = shown(expected);
    g_autofree char *got_text = shown(got);

    if (strcmp(expected_text, got_text) != 0)
        report_fail(report, "frame %u, %s: expected \"%s\", got \"%s\"", cell->frame, cell->field,
                    expected_text, got_text);
}

static gboolean contains(const GPtrArray *list, const char *value)
{
    for (guint i = 0; list && i < list->len; i++)
        if (strcmp(g_ptr_array_index(list, i), value) == 0)
            return TRUE;
    return FALSE;
}

static void check_part_of_cell(report_t *report, const cell_t *cell, const GPtrArray *whole,
                               const GPtrArray *part)
{
    g_autofree char *right = shown(whole);

    for (guint i = 0; i < part->len; i++)
        if (!contains(whole, g_ptr_array_index(part, i)))
            report_fail(report, "frame %u, %s: expected \"%s\" or nothing, got \"%s\"", cell->frame,
                        cell->field, right, (const char *)g_ptr_array_index(part, i));
}

void values_check_part(report_t *report, values_t *whole, values_t *part,
                       gboolean (*concerns)(const char *field))
{
    for (GTreeNode *node = g_tree_node_first(part); node; node = g_tree_node_next(node)) {
        const cell_t *cell = g_tree_node_key(node);
        if (concerns(cell->field))
            check_part_of_cell(report, cell, g_tree_lookup(whole, cell), g_tree_node_value(node));
    }
}

void values_compare(report_t *report, values_t *expected, values_t *got)
{
    GTreeNode *left = g_tree_node_first(expected), *right = g_tree_node_first(got);

    while (left || right) {
        const cell_t *a = left ? g_tree_node_key(left) : NULL;
        const cell_t *b = right ? g_tree_node_key(right) : NULL;
        int order = !a ? 1 : !b ? -1 : compare_cells(a, b, NULL);
        compare_cell(report, order <= 0 ? a : b, order <= 0 ? g_tree_node_value(left) : NULL,
                     order >= 0 ? g_tree_node_value(right) : NULL);
        left = order <= 0 ? g_tree_node_next(left) : left;
        right = order >= 0 ? g_tree_node_next(right) : right;
    }
}
