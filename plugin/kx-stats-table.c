/* kx-stats-table.c
 * A statistic that is a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats-table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kx-text.h"

/* Of all tables, to find them by what Wireshark calls back with. */
static GPtrArray *tables;

static kx_stats_table *table_of(const stat_tap_table *shown)
{
    for (unsigned i = 0; i < tables->len; i++) {
        kx_stats_table *table = (kx_stats_table *)g_ptr_array_index(tables, i);
        if (strcmp(table->ui.title, shown->title) == 0)
            return table;
    }
    return NULL;
}

static stat_tap_table *shown_of(const kx_stats_table *table)
{
    return g_array_index(table->ui.tables, stat_tap_table *, 0);
}

/* ---- rows ---- */

void kx_stats_set_text(kx_cell *cell, const char *text)
{
    wmem_free(NULL, (char *)cell->value.string_value);
    cell->value.string_value = kx_text_shown(NULL, text ? text : "-");
}

void kx_stats_set_seconds(kx_cell *cell, double seconds)
{
    char text[64];

    snprintf(text, sizeof text, "%13.6f", seconds);
    kx_stats_set_text(cell, text);
}

static uint64_t add_to_key(uint64_t key, const char *text)
{
    return text ? kx_hash(key, text, strlen(text)) : kx_hash_number(key, 0);
}

uint64_t kx_stats_key(const char *one, const char *two, const char *three)
{
    return add_to_key(add_to_key(add_to_key(0, one), two), three);
}

bool kx_stats_first(kx_stats_table *table, uint64_t key)
{
    uint32_t *seen = kx_table_put(&table->seen, kx_hash_number(0, key)), before = *seen;

    *seen = 1;
    return !before;
}

static kx_cell *add_row(kx_stats_table *table)
{
    stat_tap_table *shown = shown_of(table);
    unsigned columns = (unsigned)table->ui.nfields, row = shown->num_elements;
    kx_cell *cells = g_new0(kx_cell, columns);

    for (unsigned i = 0; i < columns; i++) {
        cells[i].type = table->ui.fields[i].type;
        if (cells[i].type == TABLE_ITEM_STRING)
            kx_stats_set_text(&cells[i], NULL);
    }
    stat_tap_init_table_row(shown, row, columns, cells);
    g_free(cells);
    return shown->elements[row];
}

kx_cell *kx_stats_row(kx_stats_table *table, uint64_t key, bool *is_new)
{
    uint32_t *row = kx_table_put(&table->rows, kx_hash_number(0, key));

    *is_new = !*row;
    if (*row)
        return shown_of(table)->elements[*row - 1];
    *row = shown_of(table)->num_elements + 1;
    return add_row(table);
}

void kx_stats_sort(const kx_stats_table *table, int (*compare)(const void *row, const void *other))
{
    const stat_tap_table *shown = shown_of(table);

    qsort(shown->elements, shown->num_elements, sizeof *shown->elements, compare);
}

static void table_free_state(const kx_stats_table *table, kx_cell *row)
{
    if (table->free_state && *kx_stats_state(row))
        table->free_state(*kx_stats_state(row));
    *kx_stats_state(row) = NULL;
}

static void table_free_item(stat_tap_table *shown, unsigned row, unsigned column, kx_cell *cell)
{
    if (column == 0)
        table_free_state(table_of(shown), shown->elements[row]);
    if (cell->type == TABLE_ITEM_STRING)
        wmem_free(NULL, (char *)cell->value.string_value);
}

static void free_old_rows(kx_stats_table *table)
{
    for (unsigned i = 0; i < table->old_rows->len; i++) {
        kx_cell *row = (kx_cell *)g_ptr_array_index(table->old_rows, i);
        for (unsigned column = 0; column < table->ui.nfields; column++)
            if (row[column].type == TABLE_ITEM_STRING)
                wmem_free(NULL, (char *)row[column].value.string_value);
        g_free(row);
    }
    g_ptr_array_set_size(table->old_rows, 0);
}

/* ---- Wireshark's callbacks ---- */

static tap_packet_status table_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                      const void *data, tap_flags_t flags _U_)
{
    kx_stats_table *table = (kx_stats_table *)((const stat_data_t *)tap_data)->stat_tap_data;
    bool is_window = table->ui.refcount > 0;

    kx_stats_hand(table, &table->kind, is_window, pinfo, (const kx_report *)data);
    return TAP_PACKET_REDRAW;
}

/* Windows share the table and point into its rows for as long as they are open: rows are only put aside here. */
static void table_reset(stat_tap_table *shown)
{
    kx_stats_table *table = table_of(shown);

    for (unsigned row = 0; row < shown->num_elements; row++) {
        table_free_state(table, shown->elements[row]);
        g_ptr_array_add(table->old_rows, shown->elements[row]);
    }
    shown->num_elements = 0;
    kx_table_clear(&table->rows);
    kx_table_clear(&table->seen);
}

static void table_init(stat_tap_table_ui *ui)
{
    kx_stats_table *table = (kx_stats_table *)ui;
    stat_tap_table *shown = stat_tap_find_table(ui, ui->title);

    kx_table_clear(&table->rows);
    kx_table_clear(&table->seen);
    /* The window that asks is the only one: nobody points to what was put aside before. */
    if (ui->refcount <= 1)
        free_old_rows(table);
    if (shown)
        table_reset(shown);
    else
        stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
}

void kx_stats_table_register(kx_stats_table *table)
{
    if (!tables)
        tables = g_ptr_array_new();
    g_ptr_array_add(tables, table);
    table->old_rows = g_ptr_array_new();
    table->ui.stat_tap_init_cb = table_init;
    table->ui.packet_func = table_packet;
    table->ui.stat_tap_reset_table_cb = table_reset;
    table->ui.stat_tap_free_table_item_cb = table_free_item;
    register_stat_tap_table_ui(&table->ui);
}
