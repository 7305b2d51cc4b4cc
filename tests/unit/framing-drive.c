/* framing-drive.c
 * Drives kx_framing_next() over a stream that arrives in segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "framing-drive.h"

#include <stdlib.h>
#include <string.h>

/* g_assert() can be compiled away; in a fuzz target this must not be. */
#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            g_error("%s:%d: %s does not hold", __FILE__, __LINE__, #condition);                              \
    } while (0)

/* What waits for bytes that have not come yet. */
typedef struct {
    uint32_t from;    /* where the undissected bytes begin */
    uint32_t until;   /* the offset to be reached; 0: one segment more, whatever its size */
    gboolean waiting; /* whether there are such bytes */
} pending;

static void check_unit(uint32_t length, kx_more more, kx_unit unit)
{
    if (unit.type == KX_UNIT_MORE) {
        REQUIRE(more != KX_NO_MORE && unit.length == 0);
        return;
    }
    REQUIRE(unit.length > 0);
    REQUIRE(unit.length <= length || (unit.type == KX_UNIT_MESSAGE && more != KX_NO_MORE));
    REQUIRE(unit.length <= KX_MESSAGE_MAX || unit.type == KX_UNIT_SKIPPED);
}

kx_unit framing_next(const uint8_t *bytes, uint32_t length, kx_more more)
{
    uint8_t *copy = (uint8_t *)g_memdup2(bytes, length);
    kx_unit unit = kx_framing_next(copy, length, more);

    check_unit(length, more, unit);
    g_free(copy);
    return unit;
}

static void add_unit(GArray *units, kx_unit unit, uint32_t offset)
{
    framing_unit found = {unit.type, offset, unit.length};

    g_array_append_val(units, found);
}

/* What tcp_dissect_pdus() does with the bytes from one offset to another. */
static pending dissect(const uint8_t *stream, uint32_t from, uint32_t to, kx_more more, GArray *units)
{
    while (from < to) {
        kx_unit unit = framing_next(stream + from, to - from, more);
        if (unit.type == KX_UNIT_MORE)
            return (pending){from, 0, TRUE};
        if (unit.length > to - from)
            return (pending){from, from + unit.length, TRUE};
        add_unit(units, unit, from);
        from += unit.length;
    }
    return (pending){from, 0, FALSE};
}

GArray *framing_drive(const uint8_t *stream, const GArray *segments)
{
    GArray *units = g_array_new(FALSE, FALSE, sizeof(framing_unit));
    pending rest = {0, 0, FALSE};

    for (guint i = 0; i < segments->len; i++) {
        const framing_segment *segment = &g_array_index(segments, framing_segment, i);
        /* TCP hands over exactly the bytes that were asked for, then what else the segment holds. */
        while (rest.waiting && rest.until != 0 && rest.until <= segment->end)
            rest = dissect(stream, rest.from, rest.until, segment->more, units);
        if (!rest.waiting || rest.until == 0)
            rest = dissect(stream, rest.from, segment->end, segment->more, units);
    }
    return units;
}

GArray *framing_drive_whole(const uint8_t *stream, uint32_t length)
{
    framing_segment all = {length, KX_NO_MORE};
    GArray *segments = g_array_new(FALSE, FALSE, sizeof all);

    g_array_append_val(segments, all);
    GArray *units = framing_drive(stream, segments);
    g_array_unref(segments);
    return units;
}
