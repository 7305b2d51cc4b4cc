/* kx-time.h
 * The core's times, in nanoseconds, and Wireshark's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TIME_H
#define KX_TIME_H

#include <stdint.h>

#include <wsutil/nstime.h>

/* Computed without a sign: a capture may say anything. */
static inline int64_t kx_nanoseconds(const nstime_t *time)
{
    return (int64_t)((uint64_t)time->secs * 1000000000U + (uint64_t)time->nsecs);
}

static inline nstime_t kx_nstime(int64_t nanoseconds)
{
    return (nstime_t){(time_t)(nanoseconds / 1000000000), (int)(nanoseconds % 1000000000)};
}

#endif
