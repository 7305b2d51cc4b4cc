/* kx-stats-relay.c
 * -z kx,relay: one row a key relay, from where it begins to how it ended.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include <string.h>

#include <epan/stat_tap_ui.h>

#include "kx-standard.h"
#include "kx-text.h"

enum { REQUEST_ID, SOURCE, TRANSIT, DESTINATION, HOPS, KEYS, START, DURATION, RESULT, COLUMNS };

static stat_tap_table_item columns[] = {
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Request ID", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Source", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Transit", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Destination", "%s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Hops", "%u"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Keys", "%u"},
    {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Start (s)", "%.6f"},
    {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Duration (s)", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Result", "%s"},
};

static const char *const title = "Kx key relays";

/* Relay number -> row plus one, of the table, which is one for all windows. */
static GHashTable *rows;

/* Rows that a window may still show though the table has them no more. */
static GPtrArray *old_rows;

static stat_tap_table_item_type *cell(const stat_tap_table *table, unsigned row, unsigned column)
{
    return stat_tap_get_field_data(table, row, column);
}

static void set_text(const stat_tap_table *table, unsigned row, unsigned column, const char *text)
{
    stat_tap_table_item_type *item = cell(table, row, column);

    wmem_free(NULL, (char *)item->value.string_value);
    item->value.string_value = kx_text_shown(NULL, text);
}

static const char *first_of(const char *one, const char *other)
{
    if (one)
        return one;
    return other ? other : "-";
}

static unsigned add_row(stat_tap_table *table, const packet_info *pinfo, const kx_report *report)
{
    stat_tap_table_item_type items[COLUMNS];
    unsigned row = table->num_elements;
    const kx_message *m = &report->message;

    memset(items, 0, sizeof items);
    for (unsigned i = 0; i < COLUMNS; i++)
        items[i].type = columns[i].type;
    items[START].value.float_value = nstime_to_sec(&pinfo->rel_ts);
    items[KEYS].user_data.uint_value = report->links.hop;
    stat_tap_init_table_row(table, row, COLUMNS, items);
    set_text(table, row, REQUEST_ID, first_of(m->key_relay_request_id, NULL));
    set_text(table, row, SOURCE, first_of(m->source_kma_id, report->links.source_kma_id));
    set_text(table, row, TRANSIT, first_of(m->transit_kma_ids, NULL));
    set_text(table, row, DESTINATION, first_of(m->destination_kma_id, report->links.destination_kma_id));
    set_text(table, row, DURATION, "-");
    set_text(table, row, RESULT, "open");
    return row;
}

static unsigned find_row(stat_tap_table *table, const packet_info *pinfo, const kx_report *report)
{
    void *relay = GUINT_TO_POINTER(report->links.relay);
    unsigned row = GPOINTER_TO_UINT(g_hash_table_lookup(rows, relay));

    if (!row) {
        row = add_row(table, pinfo, report) + 1;
        g_hash_table_insert(rows, relay, GUINT_TO_POINTER(row));
    }
    return row - 1;
}

/* A relay's keys are those of one hop, the first one seen; they may come in several messages. */
static void add_hop(stat_tap_table *table, unsigned row, const kx_report *report)
{
    stat_tap_table_item_type *hops = cell(table, row, HOPS), *keys = cell(table, row, KEYS);

    if (report->links.hop > hops->value.uint_value)
        hops->value.uint_value = report->links.hop;
    if (report->links.hop == keys->user_data.uint_value)
        keys->value.uint_value += report->message.key_count;
}

/* The notification from end to end decides; before it, or without one, the answer to the first hop. */
static void add_result(stat_tap_table *table, unsigned row, const kx_report *report)
{
    char *seconds;

    if (report->links.hop > 1)
        return;
    seconds = g_strdup_printf("%.6f", (double)report->links.response_time / 1e9);
    set_text(table, row, DURATION, seconds);
    g_free(seconds);
    set_text(table, row, RESULT, report->message.response ? report->message.response : "-");
}

static tap_packet_status relays_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                       const void *data, tap_flags_t flags _U_)
{
    const stat_data_t *statistic = (const stat_data_t *)tap_data;
    stat_tap_table *table = g_array_index(statistic->stat_tap_data->tables, stat_tap_table *, 0);
    const kx_report *report = (const kx_report *)data;

    if (!report->links.relay)
        return TAP_PACKET_DONT_REDRAW;
    unsigned row = find_row(table, pinfo, report);
    if (report->message.header.command_code == KX_KEY_RELAY)
        add_hop(table, row, report);
    else
        add_result(table, row, report);
    return TAP_PACKET_REDRAW;
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

/* Windows share the table and point into its rows for as long as they are open: rows are only put aside here. */
static void relays_reset(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++)
        g_ptr_array_add(old_rows, table->elements[row]);
    table->num_elements = 0;
    g_hash_table_remove_all(rows);
}

static void relays_init(stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table(ui, title);

    if (!rows) {
        rows = g_hash_table_new(g_direct_hash, g_direct_equal);
        old_rows = g_ptr_array_new_with_free_func(free_row);
    }
    g_hash_table_remove_all(rows);
    /* The window that asks is the only one: nobody points to what was put aside before. */
    if (ui->refcount <= 1)
        g_ptr_array_set_size(old_rows, 0);
    if (table)
        relays_reset(table);
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
        .stat_tap_init_cb = relays_init,
        .packet_func = relays_packet,
        .stat_tap_reset_table_cb = relays_reset,
        .stat_tap_free_table_item_cb = free_item,
        .nfields = COLUMNS,
        .fields = columns,
    };

    register_stat_tap_table_ui(&ui);
}
