/* kx-stats-srt.c
 * -z kx,srt: service response times of both procedures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"
#include "kx-standard.h"

#include <epan/srt_table.h>

enum { KEY_RELAY_ROW, KEY_SUPPLY_ROW, ROWS };

static void times_init(struct register_srt *srt _U_, GArray *tables)
{
    srt_stat_table *table = init_srt_table("Kx", NULL, tables, ROWS, NULL, NULL, NULL);

    init_srt_table_row(table, KEY_RELAY_ROW, "Key relay (clause 7.1)");
    init_srt_table_row(table, KEY_SUPPLY_ROW, "Key supply notification (clause 7.2)");
}

/* Only responses have a time; requests that have none are not counted. */
static tap_packet_status times_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                      const void *data, tap_flags_t flags _U_)
{
    const srt_data_t *srt = (const srt_data_t *)tap_data;
    const kx_report *report = (const kx_report *)data;
    nstime_t request_time;

    if (!report->links.response_to || report->links.response_time < 0)
        return TAP_PACKET_DONT_REDRAW;
    nstime_t response_time = {(time_t)(report->links.response_time / 1000000000),
                              (int)(report->links.response_time % 1000000000)};
    nstime_delta(&request_time, &pinfo->abs_ts, &response_time);
    add_srt_table_data(g_array_index(srt->srt_array, srt_stat_table *, 0),
                       report->message.header.command_code == KX_KEY_RELAY_COMPLETION ? KEY_RELAY_ROW
                                                                                      : KEY_SUPPLY_ROW,
                       &request_time, pinfo);
    return TAP_PACKET_REDRAW;
}

void kx_stats_srt_register(int proto)
{
    register_srt_table(proto, NULL, 1, times_packet, times_init, NULL);
}
