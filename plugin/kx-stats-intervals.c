/* kx-stats-intervals.c
 * The times that are measured: what takes how long, each once a request.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats-intervals.h"

#include "kx-standard.h"

static bool is_final(const kx_sample *sample, const kx_links *links)
{
    return links->response_to && sample->verdict != KX_INTERIM;
}

static void measure(int64_t *interval, bool applies, int64_t nanoseconds)
{
    *interval = applies && nanoseconds >= 0 ? nanoseconds : KX_NO_INTERVAL;
}

void kx_stats_measure(const kx_sample *sample, const kx_links *links, int64_t intervals[KX_INTERVALS])
{
    bool answers = is_final(sample, links),
         answers_relay = answers && sample->acts_as == KX_KEY_RELAY_COMPLETION;

    measure(&intervals[KX_END_TO_END], answers_relay && links->ends_batch, links->response_time);
    measure(&intervals[KX_HOP_ANSWER], answers_relay && links->counts && links->hop, links->response_time);
    measure(&intervals[KX_BETWEEN_HOPS],
            sample->acts_as == KX_KEY_RELAY && links->previous_hop_in && !links->repeat_of, links->hop_time);
    measure(&intervals[KX_SUPPLIED], answers && links->counts && sample->acts_as == KX_KEY_SUPPLY_RESPONSE,
            links->response_time);
}

const char *kx_stats_interval_name(kx_interval interval)
{
    static const char *const names[KX_INTERVALS] = {
        [KX_END_TO_END] = "Relay, end to end",
        [KX_HOP_ANSWER] = "Relay, hop answer",
        [KX_BETWEEN_HOPS] = "Relay, hop to hop",
        [KX_SUPPLIED] = "Key supply",
    };

    return names[interval];
}
