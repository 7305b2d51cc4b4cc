/* kx-stats-intervals.h
 * The times that are measured: what takes how long, each once a request.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STATS_INTERVALS_H
#define KX_STATS_INTERVALS_H

#include "kx-stats-sample.h"

typedef enum {
    KX_END_TO_END,   /* a key relay, until its notification from end to end */
    KX_HOP_ANSWER,   /* one hop of it, until its own answer */
    KX_BETWEEN_HOPS, /* from one hop to the next one */
    KX_SUPPLIED,     /* a key supply */
    KX_INTERVALS
} kx_interval;

#define KX_NO_INTERVAL INT64_MIN

/* What a message measures, in nanoseconds; KX_NO_INTERVAL for what it does not. Where clocks differ so much that an
 * answer comes before its request, nothing is measured. */
void kx_stats_measure(const kx_sample *sample, const kx_links *links, int64_t intervals[KX_INTERVALS]);

/* What they are called in tables. */
const char *kx_stats_interval_name(kx_interval interval);

#endif
