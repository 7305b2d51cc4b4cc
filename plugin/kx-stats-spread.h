/* kx-stats-spread.h
 * How times are spread: minimum, median and other percentiles, maximum.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STATS_SPREAD_H
#define KX_STATS_SPREAD_H

#include <stdint.h>

#include <glib.h>

typedef struct {
    GSequence *times; /* of int64_t, sorted; NULL: none yet */
    double sum;       /* nanoseconds */
} kx_spread;

void kx_spread_add(kx_spread *spread, int64_t nanoseconds);
unsigned kx_spread_count(const kx_spread *spread);

/* The least time that so many percent of all do not exceed, in seconds; 0 percent: the minimum. There must be one. */
double kx_spread_percentile(const kx_spread *spread, unsigned percent);

/* In seconds. */
double kx_spread_average(const kx_spread *spread);

void kx_spread_clear(kx_spread *spread);

#endif
