/* kx-stats-keys.c
 * -z kx,keys: how many keys went from where to where, and what became of them: a row for each Source and Destination of
 * key relays, and one for each session of key supply.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include "kx-standard.h"
#include "kx-stats-table.h"

enum {
    SOURCE,
    DESTINATION,
    RELAYS,
    SUPPLIES,
    KEYS,
    BITS,
    DELIVERED,
    FAILED,
    OPEN,
    PER_MINUTE,
    FIRST,
    LAST,
    SESSION_ID
};

static stat_tap_table_item keys_columns[] = {
    [SOURCE] = KX_TEXT_COLUMN("Source"),         [DESTINATION] = KX_TEXT_COLUMN("Destination"),
    [RELAYS] = KX_NUMBER_COLUMN("Relays"),       [SUPPLIES] = KX_NUMBER_COLUMN("Supplies"),
    [KEYS] = KX_NUMBER_COLUMN("Keys"),           [BITS] = KX_NUMBER_COLUMN("Bits"),
    [DELIVERED] = KX_NUMBER_COLUMN("Delivered"), [FAILED] = KX_NUMBER_COLUMN("Failed"),
    [OPEN] = KX_NUMBER_COLUMN("Open"),           [PER_MINUTE] = KX_SECONDS_COLUMN("Keys/min"),
    [FIRST] = KX_SECONDS_COLUMN("First (s)"),    [LAST] = KX_SECONDS_COLUMN("Last (s)"),
    [SESSION_ID] = KX_TEXT_COLUMN("Session ID"),
};

static kx_cell *row_of(kx_stats_table *table, const char *source, const char *destination,
                       const char *session)
{
    bool is_new;
    kx_cell *row = kx_stats_row(table, kx_stats_key(source, destination, session), &is_new);

    if (is_new) {
        kx_stats_set_text(&row[SOURCE], source);
        kx_stats_set_text(&row[DESTINATION], destination);
        kx_stats_set_text(&row[SESSION_ID], session);
    }
    return row;
}

static void add_number(kx_cell *cell, uint64_t number)
{
    uint64_t sum = cell->value.uint_value + number;

    cell->value.uint_value = (unsigned)MIN(sum, G_MAXUINT);
}

/* Keys were sent. */
static void add_keys(kx_cell *row, uint64_t keys, int64_t since)
{
    double seconds = kx_stats_seconds(since), *first = &row[FIRST].value.float_value;
    double *last = &row[LAST].value.float_value;

    if (row[RELAYS].value.uint_value + row[SUPPLIES].value.uint_value == 1 && row[KEYS].value.uint_value == 0)
        *first = *last = seconds;
    *first = MIN(*first, seconds);
    *last = MAX(*last, seconds);
    add_number(&row[KEYS], keys);
    row[PER_MINUTE].value.float_value =
        *last > *first ? row[KEYS].value.uint_value / (*last - *first) * 60 : 0;
}

/* ---- key relays ---- */

/* A Key ID that was relayed before is no further key. */
static void add_batch(kx_stats_table *table, const kx_sample *sample, const kx_links *links)
{
    static const unsigned columns[] = {
        [KX_RELAY_OPEN] = OPEN, [KX_RELAY_SUCCESS] = DELIVERED, [KX_RELAY_FAILURE] = FAILED};
    uint32_t keys = sample->key_count - MIN(links->reused_keys, sample->key_count);
    kx_cell *row = row_of(table, sample->source_kma_id, sample->destination_kma_id, NULL);

    row[RELAYS].value.uint_value += kx_stats_first(table, links->relay);
    add_keys(row, keys, sample->since);
    add_number(&row[BITS], sample->key_count ? sample->key_bits / sample->key_count * keys : 0);
    add_number(&row[columns[links->batch_result]], keys);
}

/* ---- key supply ---- */

static void add_supply(kx_stats_table *table, const kx_sample *sample, const kx_links *links)
{
    kx_cell *row = row_of(table, sample->sender, sample->receiver, sample->session_id);
    uint64_t keys = (uint64_t)MAX(sample->keys_asked, 0);

    row[SUPPLIES].value.uint_value++;
    add_keys(row, keys, sample->since);
    if (links->response_missing)
        add_number(&row[OPEN], keys);
}

/* A response may come before its request where clocks differ; its row is that of the request all the same. */
static void add_response(kx_stats_table *table, const kx_sample *sample, const kx_links *links)
{
    kx_cell *row = row_of(table, sample->receiver, sample->sender, sample->session_id);

    if (sample->verdict == KX_SUCCESS)
        add_number(&row[DELIVERED], sample->key_count);
    else if (sample->verdict == KX_FAILURE && links->counts)
        add_number(&row[FAILED], links->keys_asked_for);
}

static void keys_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    kx_stats_table *table = (kx_stats_table *)statistic;

    if (links->begins_batch)
        add_batch(table, sample, links);
    else if (sample->acts_as == KX_KEY_SUPPLY && !links->repeat_of)
        add_supply(table, sample, links);
    else if (sample->acts_as == KX_KEY_SUPPLY_RESPONSE && links->response_to)
        add_response(table, sample, links);
}

void kx_stats_keys_register(void)
{
    static kx_stats_table table = {
        .ui = KX_STATS_UI("Kx Keys", "kx,keys", keys_columns),
        .kind = {keys_add, NULL},
    };

    kx_stats_table_register(&table);
}
