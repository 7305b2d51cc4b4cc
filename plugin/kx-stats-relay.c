/* kx-stats-relay.c
 * -z kx,relay: one row a key relay, from where it begins to how it ended.
 *
 * A filter chooses relays; what is said of them comes from the core, which knows all of their messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include "kx-stats-table.h"

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
    REQUEST_ID
};

/* Texts of numbers are padded, so that they are sorted as numbers. */
static stat_tap_table_item relay_columns[] = {
    [FIRST_FRAME] = KX_NUMBER_COLUMN("First frame"),
    [LAST_FRAME] = KX_NUMBER_COLUMN("Last frame"),
    [SOURCE] = KX_TEXT_COLUMN("Source"),
    [TRANSIT] = KX_TEXT_COLUMN("Transit"),
    [DESTINATION] = KX_TEXT_COLUMN("Destination"),
    [HOPS] = KX_TEXT_ON_RIGHT("Hops"),
    [BATCHES] = KX_NUMBER_COLUMN("Batches"),
    [KEYS] = KX_NUMBER_COLUMN("Keys"),
    [START] = KX_SECONDS_COLUMN("Start (s)"),
    [DURATION] = KX_SECONDS_COLUMN("Duration (s)"),
    [RESULT] = KX_TEXT_COLUMN("Result"),
    [FAILED_HOP] = KX_TEXT_ON_RIGHT("Failed hop"),
    [REQUEST_ID] = KX_TEXT_COLUMN("Request ID"),
};

static void set_hops(kx_cell *cell, const kx_relay_summary *s)
{
    char text[32];

    snprintf(text, sizeof text, s->hops_expected ? "%2u of %u" : "%2u", s->hops_seen, s->hops_expected);
    kx_stats_set_text(cell, s->hops_seen ? text : NULL);
}

static void set_failed_hop(kx_cell *cell, const kx_relay_summary *s)
{
    char text[16];

    snprintf(text, sizeof text, "%2u", s->failed_hop);
    kx_stats_set_text(cell, s->failed_hop ? text : NULL);
}

/* capture_start: when the capture began, in nanoseconds since the epoch. */
static void fill_row(kx_cell *row, uint32_t relay, int64_t capture_start)
{
    kx_relay_summary s;

    kx_track_relay(relay, &s);
    row[FIRST_FRAME].value.uint_value = s.first_frame;
    row[LAST_FRAME].value.uint_value = s.last_frame;
    kx_stats_set_text(&row[SOURCE], s.source_kma_id);
    kx_stats_set_text(&row[TRANSIT], s.transit_kma_ids);
    kx_stats_set_text(&row[DESTINATION], s.destination_kma_id);
    set_hops(&row[HOPS], &s);
    row[BATCHES].value.uint_value = s.batches;
    row[KEYS].value.uint_value = s.keys;
    row[START].value.float_value = kx_stats_seconds(s.start - capture_start);
    row[DURATION].value.float_value = kx_stats_seconds(s.end - s.start);
    kx_stats_set_text(&row[RESULT], kx_track_result_text(s.result, s.failure));
    set_failed_hop(&row[FAILED_HOP], &s);
    kx_stats_set_text(&row[REQUEST_ID], kx_report_request_id(relay));
}

static void relay_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    bool is_new;

    if (!links->relay)
        return;
    kx_cell *row = kx_stats_row((kx_stats_table *)statistic, links->relay, &is_new);
    if (is_new)
        fill_row(row, links->relay, sample->time - sample->since);
}

static int compare_first_frames(const void *row, const void *other)
{
    uint32_t a = (*(kx_cell *const *)row)[FIRST_FRAME].value.uint_value;
    uint32_t b = (*(kx_cell *const *)other)[FIRST_FRAME].value.uint_value;

    return (a > b) - (a < b);
}

/* The filter may have chosen relays by late messages of theirs. Windows sort by themselves. */
static void relay_finish(void *statistic)
{
    kx_stats_sort((const kx_stats_table *)statistic, compare_first_frames);
}

void kx_stats_relay_register(void)
{
    static kx_stats_table table = {
        .ui = KX_STATS_UI("Kx Key Relays", "kx,relay", relay_columns),
        .kind = {relay_add, relay_finish},
    };

    kx_stats_table_register(&table);
}
