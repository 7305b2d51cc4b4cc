/* kx-delivered.c
 * Which bytes of one direction of a TCP connection were delivered as messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-delivered.h"

#include <string.h>

/* Further back than this, sequence numbers may have been used before: half of what tells earlier from later. */
#define REACH 0x40000000

/* Whether one sequence number comes before another. */
static bool precedes(uint32_t one, uint32_t other)
{
    return one - other > UINT32_MAX / 2;
}

static uint32_t earlier(uint32_t one, uint32_t other)
{
    return precedes(one, other) ? one : other;
}

static uint32_t later(uint32_t one, uint32_t other)
{
    return precedes(one, other) ? other : one;
}

/* Puts a range in the place of so many others. */
static void replace(kx_delivered *delivered, unsigned at, unsigned count, kx_sequence_range range)
{
    kx_sequence_range *ranges = delivered->ranges;

    memmove(ranges + at + 1, ranges + at + count, (delivered->count - at - count) * sizeof *ranges);
    ranges[at] = range;
    delivered->count = delivered->count + 1 - count;
}

/* The oldest gap makes room: nothing comes to fill it any more. */
static void close_oldest_gap(kx_delivered *delivered)
{
    kx_sequence_range both = {delivered->ranges[0].from, delivered->ranges[1].to};

    replace(delivered, 0, 2, both);
}

static void forget_what_is_far(kx_delivered *delivered)
{
    uint32_t horizon = delivered->ranges[delivered->count - 1].to - REACH;
    unsigned far = 0;

    while (precedes(delivered->ranges[far].to, horizon))
        far++;
    if (far > 0)
        replace(delivered, 0, far + 1, delivered->ranges[far]);
    delivered->ranges[0].from = later(delivered->ranges[0].from, horizon);
}

static void add(kx_delivered *delivered, kx_sequence_range range)
{
    const kx_sequence_range *ranges = delivered->ranges;
    unsigned at = 0, touching = 0;

    if (delivered->count == KX_DELIVERED_RANGES)
        close_oldest_gap(delivered);
    while (at < delivered->count && precedes(ranges[at].to, range.from))
        at++;
    while (at + touching < delivered->count && !precedes(range.to, ranges[at + touching].from))
        touching++;
    if (touching > 0) {
        range.from = earlier(range.from, ranges[at].from);
        range.to = later(range.to, ranges[at + touching - 1].to);
    }
    replace(delivered, at, touching, range);
    forget_what_is_far(delivered);
}

bool kx_delivered_holds(const kx_delivered *delivered, uint32_t from, uint32_t length)
{
    for (unsigned i = 0; i < delivered->count; i++)
        if (!precedes(from, delivered->ranges[i].from) && !precedes(delivered->ranges[i].to, from + length))
            return true;
    return false;
}

bool kx_delivered_again(kx_delivered *delivered, uint32_t from, uint32_t length)
{
    kx_sequence_range range = {from, from + length};

    if (kx_delivered_holds(delivered, from, length))
        return true;
    add(delivered, range);
    return false;
}
