/* kx-stats-spread.c
 * How times are spread.
 *
 * A window shows what a table holds at any time, so times are kept sorted rather than sorted at the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats-spread.h"

static int compare_times(const void *one, const void *other, void *data)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

    (void)data;
    return (a > b) - (a < b);
}

void kx_spread_add(kx_spread *s, int64_t nanoseconds)
{
    int64_t *time = g_new(int64_t, 1);

    if (!s->times)
        s->times = g_sequence_new(g_free);
    *time = nanoseconds;
    g_sequence_insert_sorted(s->times, time, compare_times, NULL);
    s->sum += (double)nanoseconds;
}

unsigned kx_spread_count(const kx_spread *s)
{
    return s->times ? (unsigned)g_sequence_get_length(s->times) : 0;
}

double kx_spread_percentile(const kx_spread *s, unsigned percent)
{
    uint64_t rank = ((uint64_t)percent * kx_spread_count(s) + 99) / 100;
    GSequenceIter *at = g_sequence_get_iter_at_pos(s->times, rank ? (int)rank - 1 : 0);

    return (double)*(const int64_t *)g_sequence_get(at) / 1e9;
}

double kx_spread_average(const kx_spread *s)
{
    return s->sum / 1e9 / kx_spread_count(s);
}

void kx_spread_clear(kx_spread *s)
{
    if (s->times)
        g_sequence_free(s->times);
    s->times = NULL;
    s->sum = 0;
}
