/* kx-stats-relay.c
 * -z kx,relay: one row a key relay, from where it begins to how it ended.
 *
 * A filter chooses relays; what is said of them comes from the core, which knows all of their messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include <stdlib.h>

#include <epan/stat_tap_ui.h>

#include "kx-stats-sample.h"
#include "kx-text.h"

enum {
    FIRST_FRAME,
    LAST_FRAME,
    SOURCE,
    TRANSIT,
    DESTINATION,
    HOPS,
    BATCHES,
    KEYS,
    START,
    DURATION,
    RESULT,
    FAILED_HOP,
    REQUEST_ID,
    COLUMNS
};

/* Texts of numbers are padded, so that they are sorted as numbers. */
static stat_tap_table_item columns[COLUMNS] = {
    [FIRST_FRAME] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "First frame", "%u"},
    [LAST_FRAME] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Last frame", "%u"},
    [SOURCE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Source", "%s"},
    [TRANSIT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Transit", "%s"},
    [DESTINATION] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Destination", "%s"},
    [HOPS] = {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Hops", "%s"},
    [BATCHES] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Batches", "%u"},
    [KEYS] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Keys", "%u"},
    [START] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Start (s)", "%.6f"},
    [DURATION] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Duration (s)", "%.6f"},
    [RESULT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Result", "%s"},
    [FAILED_HOP] = {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Failed hop", "%s"},
    [REQUEST_ID] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Request ID", "%s"},
};

static const char *const title = "Kx key relays";

/* The relays that the table has a row of; the table is one for all windows. */
static GHashTable *relays;

/* Rows that a window may still show though the table has them no more. */
static GPtrArray *old_rows;

/* ---- one row ---- */

static char *shown(const char *text)
{
    return kx_text_shown(NULL, text ? text : "-");
}

static char *hops_text(const kx_relay_summary *s)
{
    if (!s->hops_seen)
        return wmem_strdup(NULL, "-");
    return s->hops_expected ? wmem_strdup_printf(NULL, "%2u of %u", s->hops_seen, s->hops_expected)
                            : wmem_strdup_printf(NULL, "%2u", s->hops_seen);
}

static char *failed_hop_text(const kx_relay_summary *s)
{
    return s->failed_hop ? wmem_strdup_printf(NULL, "%2u", s->failed_hop) : wmem_strdup(NULL, "-");
}

static double seconds(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

/* capture_start: when the capture began, in nanoseconds since the epoch. */
static void fill_row(stat_tap_table_item_type *row, uint32_t relay, const kx_relay_summary *s,
                     int64_t capture_start)
{
    for (unsigned i = 0; i < COLUMNS; i++)
        row[i].type = columns[i].type;
    row[FIRST_FRAME].value.uint_value = s->first_frame;
    row[LAST_FRAME].value.uint_value = s->last_frame;
    row[SOURCE].value.string_value = shown(s->source_kma_id);
    row[TRANSIT].value.string_value = shown(s->transit_kma_ids);
    row[DESTINATION].value.string_value = shown(s->destination_kma_id);
    row[HOPS].value.string_value = hops_text(s);
    row[BATCHES].value.uint_value = s->batches;
    row[KEYS].value.uint_value = s->keys;
    row[START].value.float_value = seconds(s->start - capture_start);
    row[DURATION].value.float_value = seconds(s->end - s->start);
    row[RESULT].value.string_value = shown(kx_track_result_text(s->result, s->failure));
    row[FAILED_HOP].value.string_value = failed_hop_text(s);
    row[REQUEST_ID].value.string_value = shown(kx_report_request_id(relay));
}

static void free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column,
                      stat_tap_table_item_type *item)
{
    if (columns[column].type == TABLE_ITEM_STRING)
        wmem_free(NULL, (char *)item->value.string_value);
}

static void free_row(void *row)
{
    stat_tap_table_item_type *items = (stat_tap_table_item_type *)row;

    for (unsigned column = 0; column < COLUMNS; column++)
        free_item(NULL, 0, column, &items[column]);
    g_free(items);
}

/* ---- the table ---- */

static stat_tap_table *table_of(const stat_tap_table_ui *ui)
{
    return g_array_index(ui->tables, stat_tap_table *, 0);
}

static void add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    stat_tap_table *table = table_of((const stat_tap_table_ui *)statistic);
    stat_tap_table_item_type row[COLUMNS] = {0};
    kx_relay_summary summary;

    if (!links->relay || !g_hash_table_add(relays, GUINT_TO_POINTER(links->relay)))
        return;
    kx_track_relay(links->relay, &summary);
    fill_row(row, links->relay, &summary, sample->time - sample->since);
    stat_tap_init_table_row(table, table->num_elements, COLUMNS, row);
}

static int compare_rows(const void *one, const void *other)
{
    uint32_t a = (*(stat_tap_table_item_type *const *)one)[FIRST_FRAME].value.uint_value;
    uint32_t b = (*(stat_tap_table_item_type *const *)other)[FIRST_FRAME].value.uint_value;

    return (a > b) - (a < b);
}

/* The filter may have chosen relays by late messages of theirs. Windows sort by themselves. */
static void sort(void *statistic)
{
    const stat_tap_table *table = table_of((const stat_tap_table_ui *)statistic);

    qsort(table->elements, table->num_elements, sizeof *table->elements, compare_rows);
}

static tap_packet_status packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    static const kx_stats_kind kind = {add, sort};
    stat_tap_table_ui *ui = ((const stat_data_t *)tap_data)->stat_tap_data;
    bool is_window = ui->refcount > 0;

    kx_stats_hand(ui, &kind, is_window, pinfo, (const kx_report *)data);
    return TAP_PACKET_REDRAW;
}

/* Windows share the table and point into its rows for as long as they are open: rows are only put aside here. */
static void reset(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++)
        g_ptr_array_add(old_rows, table->elements[row]);
    table->num_elements = 0;
    g_hash_table_remove_all(relays);
}

static void init(stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table(ui, title);

    if (!relays) {
        relays = g_hash_table_new(NULL, NULL);
        old_rows = g_ptr_array_new_with_free_func(free_row);
    }
    g_hash_table_remove_all(relays);
    /* The window that asks is the only one: nobody points to what was put aside before. */
    if (ui->refcount <= 1)
        g_ptr_array_set_size(old_rows, 0);
    if (table)
        reset(table);
    else
        stat_tap_add_table(ui, stat_tap_init_table(title, COLUMNS, 0, NULL));
}

void kx_stats_relay_register(void)
{
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "Kx Key Relays",
        .tap_name = "kx",
        .cli_string = "kx,relay",
        .stat_tap_init_cb = init,
        .packet_func = packet,
        .stat_tap_reset_table_cb = reset,
        .stat_tap_free_table_item_cb = free_item,
        .nfields = COLUMNS,
        .fields = columns,
    };

    register_stat_tap_table_ui(&ui);
}
