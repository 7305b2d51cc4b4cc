/* kx-stats-table.h
 * A statistic that is a table: -z kx,relay and its like. Rows are found by a key, and filled while messages come in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STATS_TABLE_H
#define KX_STATS_TABLE_H

#include "kx-compat.h"

#include <epan/stat_tap_ui.h>

#include "kx-stats-sample.h"
#include "kx-table.h"

typedef stat_tap_table_item_type kx_cell;

/* Static, begun with ui and kind. Wireshark knows it by its ui, which therefore comes first. */
typedef struct {
    stat_tap_table_ui ui;
    kx_stats_kind kind;         /* its statistic is the kx_stats_table */
    void (*free_state)(void *); /* of what a statistic keeps with a row; NULL: nothing */
    kx_table rows;              /* number of a row by its key */
    kx_table seen;              /* what kx_stats_first() was asked for */
    GPtrArray *old_rows;
} kx_stats_table;

/* Columns are texts, numbers or numbers with a fraction. */
#define KX_TEXT_COLUMN(name)                                                                                 \
    {                                                                                                        \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, "%s"                                                        \
    }
#define KX_TEXT_ON_RIGHT(name)                                                                               \
    {                                                                                                        \
        TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, name, "%s"                                                       \
    }
#define KX_NUMBER_COLUMN(name)                                                                               \
    {                                                                                                        \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, "%u"                                                         \
    }
#define KX_SECONDS_COLUMN(name)                                                                              \
    {                                                                                                        \
        TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, name, "%.6f"                                                      \
    }

/* What a table begins with. name: its window's title. */
#define KX_STATS_UI(name, command_line, column_items)                                                        \
    {                                                                                                        \
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED, .title = (name), .tap_name = "kx",                     \
        .cli_string = (command_line), .nfields = array_length(column_items), .fields = (column_items),       \
    }

void kx_stats_table_register(kx_stats_table *table);

/* The cells of the row with a key, which is added if there is none: all "-" and 0. */
kx_cell *kx_stats_row(kx_stats_table *table, uint64_t key, bool *is_new);

/* A key of the texts, which may be NULL, in this order. */
uint64_t kx_stats_key(const char *one, const char *two, const char *three);

/* Whether this is asked for the first time. */
bool kx_stats_first(kx_stats_table *table, uint64_t key);

/* What a statistic keeps with a row: the first cell's. */
static inline void **kx_stats_state(kx_cell *row)
{
    return &row[0].user_data.ptr_value;
}

/* Sorts the rows. */
void kx_stats_sort(const kx_stats_table *table, int (*compare)(const void *row, const void *other));

/* Sets a text. text: from the network, or NULL; made fit to be shown. */
void kx_stats_set_text(kx_cell *cell, const char *text);

/* Sets a text to a number of seconds, such that texts are sorted like numbers. */
void kx_stats_set_seconds(kx_cell *cell, double seconds);

static inline double kx_stats_seconds(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

#endif
