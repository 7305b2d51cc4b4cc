/* kx-stats-links.c
 * -z kx,links: a row for each KM link: what crossed it, how long hops took, what failed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include <string.h>

#include "kx-standard.h"
#include "kx-stats-intervals.h"
#include "kx-stats-spread.h"
#include "kx-stats-table.h"

/* More reasons of failures are not told apart, nor more of them shown. */
#define REASONS_MAX   100
#define REASONS_SHOWN 5

enum {
    ONE_END,
    OTHER_END,
    MESSAGES,
    KEYS,
    REPEATS,
    HOPS,
    MINIMUM,
    MEDIAN,
    PERCENTILE_95,
    MAXIMUM,
    ANSWER,
    FAILURES,
    REASONS
};

static stat_tap_table_item links_columns[] = {
    [ONE_END] = KX_TEXT_COLUMN("One end"),
    [OTHER_END] = KX_TEXT_COLUMN("Other end"),
    [MESSAGES] = KX_NUMBER_COLUMN("Messages"),
    [KEYS] = KX_NUMBER_COLUMN("Keys"),
    [REPEATS] = KX_NUMBER_COLUMN("Repeats"),
    [HOPS] = KX_NUMBER_COLUMN("Hop times"),
    [MINIMUM] = KX_TEXT_ON_RIGHT("Min (s)"),
    [MEDIAN] = KX_TEXT_ON_RIGHT("Median (s)"),
    [PERCENTILE_95] = KX_TEXT_ON_RIGHT("95 % (s)"),
    [MAXIMUM] = KX_TEXT_ON_RIGHT("Max (s)"),
    [ANSWER] = KX_TEXT_ON_RIGHT("Answer, median (s)"),
    [FAILURES] = KX_NUMBER_COLUMN("Failures"),
    [REASONS] = KX_TEXT_COLUMN("Reasons"),
};

typedef struct {
    kx_spread hops, answers;
    GHashTable *reasons; /* text -> how often */
} link_state;

static void links_free(void *data)
{
    link_state *state = (link_state *)data;

    kx_spread_clear(&state->hops);
    kx_spread_clear(&state->answers);
    g_hash_table_destroy(state->reasons);
    g_free(state);
}

static link_state *state_of(kx_cell *row)
{
    void **state = kx_stats_state(row);

    if (!*state) {
        link_state *made = g_new0(link_state, 1);
        made->reasons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        *state = made;
    }
    return (link_state *)*state;
}

/* Either direction is of one link. */
static kx_cell *row_of(kx_stats_table *table, const kx_sample *sample)
{
    bool turned = strcmp(sample->sender, sample->receiver) > 0, is_new;
    const char *one = turned ? sample->receiver : sample->sender;
    const char *other = turned ? sample->sender : sample->receiver;
    kx_cell *row = kx_stats_row(table, kx_stats_key(one, other, NULL), &is_new);

    if (is_new) {
        kx_stats_set_text(&row[ONE_END], one);
        kx_stats_set_text(&row[OTHER_END], other);
    }
    return row;
}

/* ---- times ---- */

static void add_times(kx_cell *row, const kx_sample *sample, const kx_links *links)
{
    link_state *state = state_of(row);
    int64_t intervals[KX_INTERVALS];

    kx_stats_measure(sample, links, intervals);
    if (intervals[KX_BETWEEN_HOPS] != KX_NO_INTERVAL) {
        kx_spread_add(&state->hops, intervals[KX_BETWEEN_HOPS]);
        row[HOPS].value.uint_value++;
        kx_stats_set_seconds(&row[MINIMUM], kx_spread_percentile(&state->hops, 0));
        kx_stats_set_seconds(&row[MEDIAN], kx_spread_percentile(&state->hops, 50));
        kx_stats_set_seconds(&row[PERCENTILE_95], kx_spread_percentile(&state->hops, 95));
        kx_stats_set_seconds(&row[MAXIMUM], kx_spread_percentile(&state->hops, 100));
    }
    for (kx_interval i = KX_HOP_ANSWER; i < KX_INTERVALS; i++)
        if (i != KX_BETWEEN_HOPS && intervals[i] != KX_NO_INTERVAL) {
            kx_spread_add(&state->answers, intervals[i]);
            kx_stats_set_seconds(&row[ANSWER], kx_spread_percentile(&state->answers, 50));
        }
}

/* ---- failures ---- */

/* The most frequent reason that is rarer than before, or equally frequent and later in the alphabet. */
static const char *next_reason(GHashTable *reasons, const char *before, unsigned before_count,
                               unsigned *count)
{
    const char *best = NULL;
    GHashTableIter iterator;
    void *key, *value;

    g_hash_table_iter_init(&iterator, reasons);
    *count = 0;
    while (g_hash_table_iter_next(&iterator, &key, &value)) {
        unsigned n = GPOINTER_TO_UINT(value);
        bool follows = !before || n < before_count || (n == before_count && strcmp((char *)key, before) > 0);
        if (follows && (n > *count || (n == *count && strcmp((char *)key, best) < 0))) {
            best = (const char *)key;
            *count = n;
        }
    }
    return best;
}

static void show_reasons(kx_cell *cell, GHashTable *reasons)
{
    GString *text = g_string_new(NULL);
    const char *reason = NULL;
    unsigned count = 0;

    for (unsigned i = 0; i < REASONS_SHOWN && (reason = next_reason(reasons, reason, count, &count)); i++)
        g_string_append_printf(text, "%s%u x %s", i ? ", " : "", count, reason);
    kx_stats_set_text(cell, text->str);
    g_string_free(text, TRUE);
}

static void add_failure(kx_cell *row, const char *reason)
{
    GHashTable *reasons = state_of(row)->reasons;
    unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(reasons, reason));

    row[FAILURES].value.uint_value++;
    if (!count && g_hash_table_size(reasons) == REASONS_MAX)
        return;
    g_hash_table_replace(reasons, g_strdup(reason), GUINT_TO_POINTER(count + 1));
    show_reasons(&row[REASONS], reasons);
}

/* ---- messages ---- */

static void links_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    kx_cell *row = row_of((kx_stats_table *)statistic, sample);

    row[MESSAGES].value.uint_value++;
    if (links->repeat_of)
        row[REPEATS].value.uint_value++;
    else if (sample->acts_as == KX_KEY_RELAY)
        row[KEYS].value.uint_value += sample->key_count;
    add_times(row, sample, links);
    if (sample->verdict == KX_FAILURE && sample->response)
        add_failure(row, sample->response);
}

void kx_stats_links_register(void)
{
    static kx_stats_table table = {
        .ui = KX_STATS_UI("Kx KM Links", "kx,links", links_columns),
        .kind = {links_add, NULL},
        .free_state = links_free,
    };

    kx_stats_table_register(&table);
}
