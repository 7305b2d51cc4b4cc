/* kx-stats-srt.c
 * -z kx,srt: service response times of both procedures, each once a request.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"
#include "kx-standard.h"

#include <epan/srt_table.h>

#include "kx-stats-intervals.h"
#include "kx-time.h"

/* A window makes a filter of this, "==" and a row's index, which is a CommandCode therefore. */
#define FILTER "kx.command_code"

static const uint16_t command_codes[KX_INTERVALS] = {
    [KX_END_TO_END] = KX_KEY_RELAY_COMPLETION,
    [KX_HOP_ANSWER] = KX_KEY_RELAY_COMPLETION,
    [KX_BETWEEN_HOPS] = KX_KEY_RELAY,
    [KX_SUPPLIED] = KX_KEY_SUPPLY_RESPONSE,
};

static void srt_init(struct register_srt *srt _U_, GArray *tables)
{
    srt_stat_table *table = init_srt_table("Kx", NULL, tables, KX_INTERVALS, NULL, FILTER, NULL);

    for (int i = 0; i < KX_INTERVALS; i++) {
        init_srt_table_row(table, i, kx_stats_interval_name((kx_interval)i));
        table->procedures[i].proc_index = command_codes[i];
    }
}

/* The time of the request is what tables want, and a packet, of which they need no more than this. */
static void add_interval(srt_stat_table *table, int row, const kx_sample *sample, int64_t nanoseconds)
{
    nstime_t request_time = kx_nstime(sample->time - nanoseconds);
    packet_info packet = {.num = sample->frame, .abs_ts = kx_nstime(sample->time)};

    add_srt_table_data(table, row, &request_time, &packet);
}

static void srt_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    const srt_data_t *srt = (const srt_data_t *)statistic;
    int64_t intervals[KX_INTERVALS];

    kx_stats_measure(sample, links, intervals);
    for (int i = 0; i < KX_INTERVALS; i++)
        if (intervals[i] != KX_NO_INTERVAL)
            add_interval(g_array_index(srt->srt_array, srt_stat_table *, 0), i, sample, intervals[i]);
}

static tap_packet_status srt_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                    const void *data, tap_flags_t flags _U_)
{
    static const kx_stats_kind kind = {srt_add, NULL};

    kx_stats_hand(tap_data, &kind, false, pinfo, (const kx_report *)data);
    return TAP_PACKET_REDRAW;
}

void kx_stats_srt_register(int proto)
{
    register_srt_table(proto, NULL, 1, srt_packet, srt_init, NULL);
}
