/* kx-stats-times.c
 * -z kx,times: how the times of both procedures are spread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include "kx-stats-intervals.h"
#include "kx-stats-spread.h"
#include "kx-stats-table.h"

enum { TIME, COUNT, MINIMUM, MEDIAN, PERCENTILE_95, PERCENTILE_99, MAXIMUM, AVERAGE };

static stat_tap_table_item times_columns[] = {
    [TIME] = KX_TEXT_COLUMN("Time"),
    [COUNT] = KX_NUMBER_COLUMN("Count"),
    [MINIMUM] = KX_SECONDS_COLUMN("Min (s)"),
    [MEDIAN] = KX_SECONDS_COLUMN("Median (s)"),
    [PERCENTILE_95] = KX_SECONDS_COLUMN("95 % (s)"),
    [PERCENTILE_99] = KX_SECONDS_COLUMN("99 % (s)"),
    [MAXIMUM] = KX_SECONDS_COLUMN("Max (s)"),
    [AVERAGE] = KX_SECONDS_COLUMN("Average (s)"),
};

static void fill_row(kx_cell *row, const kx_spread *s)
{
    row[COUNT].value.uint_value = kx_spread_count(s);
    row[MINIMUM].value.float_value = kx_spread_percentile(s, 0);
    row[MEDIAN].value.float_value = kx_spread_percentile(s, 50);
    row[PERCENTILE_95].value.float_value = kx_spread_percentile(s, 95);
    row[PERCENTILE_99].value.float_value = kx_spread_percentile(s, 99);
    row[MAXIMUM].value.float_value = kx_spread_percentile(s, 100);
    row[AVERAGE].value.float_value = kx_spread_average(s);
}

static void add_time(kx_stats_table *table, kx_interval interval, int64_t nanoseconds)
{
    bool is_new;
    kx_cell *row = kx_stats_row(table, interval, &is_new);
    void **state = kx_stats_state(row);

    if (is_new) {
        kx_stats_set_text(&row[TIME], kx_stats_interval_name(interval));
        *state = g_new0(kx_spread, 1);
    }
    kx_spread_add((kx_spread *)*state, nanoseconds);
    fill_row(row, (const kx_spread *)*state);
}

static void times_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    int64_t intervals[KX_INTERVALS];

    kx_stats_measure(sample, links, intervals);
    for (int i = 0; i < KX_INTERVALS; i++)
        if (intervals[i] != KX_NO_INTERVAL)
            add_time((kx_stats_table *)statistic, (kx_interval)i, intervals[i]);
}

static void times_free(void *state)
{
    kx_spread_clear((kx_spread *)state);
    g_free(state);
}

void kx_stats_times_register(void)
{
    static kx_stats_table table = {
        .ui = KX_STATS_UI("Kx Times", "kx,times", times_columns),
        .kind = {times_add, NULL},
        .free_state = times_free,
    };

    kx_stats_table_register(&table);
}
