/* Where a stream is cut into segments, and what becomes of them.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "segments.h"

#include "frame.h"
#include "reader.h"

static segment_t *segment_at(GArray *segments, gsize index)
{
    return &g_array_index(segments, segment_t, index);
}

static bool fail_offset(int64_t offset, size_t length, GError **error)
{
    g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT,
                "offset %" G_GINT64_FORMAT " lies outside the message, which has %" G_GSIZE_FORMAT " bytes",
                (gint64)offset, (gsize)length);
    return false;
}

static void add_stretch(GArray *segments, size_t from, size_t to, size_t segment_size)
{
    while (from < to) {
        segment_t segment = {.from = from, .to = MIN(to, from + segment_size)};
        g_array_append_val(segments, segment);
        from = segment.to;
    }
}

static bool cut(const cutting_t *cutting, outgoing_t outgoing, GArray *segments, GError **error)
{
    size_t from = 0, message_length = outgoing.length - outgoing.kept;
    for (guint i = 0; cutting->split_at && i < cutting->split_at->len; i++) {
        int64_t offset = g_array_index(cutting->split_at, int64_t, i);
        if ((size_t)offset >= message_length) {
            return !cutting->strict || fail_offset(offset, message_length, error);
        }
        add_stretch(segments, from, outgoing.kept + (size_t)offset, cutting->segment_size);
        from = outgoing.kept + (size_t)offset;
    }
    add_stretch(segments, from, outgoing.length, cutting->segment_size);
    return true;
}

static void keep_incomplete(GArray *segments, size_t segment_size)
{
    if (segments->len > 0) {
        const segment_t *last = segment_at(segments, segments->len - 1);
        if (last->to - last->from < segment_size) {
            g_array_set_size(segments, segments->len - 1);
        }
    }
}

static bool overlaps_earlier(const GArray *segments, const segment_t *segment)
{
    for (guint i = 0; i < segments->len; i++) {
        const segment_t *earlier = &g_array_index(segments, segment_t, i);
        if (segment->from < earlier->to && earlier->from < segment->to) {
            return true;
        }
    }
    return false;
}

static bool fail_long(const range_t *range, GError **error)
{
    g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT,
                "the segment [%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT "] is longer than %d bytes",
                (gint64)range->from, (gint64)range->to, FRAME_PAYLOAD_MAX);
    return false;
}

static bool use_ranges(const GArray *ranges, outgoing_t outgoing, GArray *segments, GError **error)
{
    size_t message_length = outgoing.length - outgoing.kept;
    add_stretch(segments, 0, outgoing.kept, FRAME_PAYLOAD_MAX);
    for (guint i = 0; i < ranges->len; i++) {
        const range_t *range = &g_array_index(ranges, range_t, i);
        segment_t segment = {.from = outgoing.kept + (size_t)range->from,
                             .to = outgoing.kept + (size_t)range->to};
        if ((size_t)range->to > message_length) {
            return fail_offset(range->to, message_length, error);
        }
        if (segment.to - segment.from > FRAME_PAYLOAD_MAX) {
            return fail_long(range, error);
        }
        segment.again = overlaps_earlier(segments, &segment);
        g_array_append_val(segments, segment);
    }
    return true;
}

static void drop(GArray *segments, gsize index)
{
    segment_at(segments, index)->dropped = true;
}

static void retransmit(GArray *segments, gsize index)
{
    segment_at(segments, index)->twice = true;
}

static void reorder(GArray *segments, gsize index)
{
    segment_t first = *segment_at(segments, index);
    *segment_at(segments, index) = *segment_at(segments, index + 1);
    *segment_at(segments, index + 1) = first;
}

/* Reordering comes last: it moves segments, while the others refer to them by index. */
static bool apply(GArray *segments, const faults_t *faults, GError **error)
{
    const struct {
        const GArray *indexes;
        guint reach; /* how many segments beyond its index the fault concerns */
        void (*happen)(GArray *segments, gsize index);
    } kinds[] = {{faults->drop, 0, drop}, {faults->retransmit, 0, retransmit}, {faults->reorder, 1, reorder}};
    for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
        for (guint i = 0; kinds[kind].indexes && i < kinds[kind].indexes->len; i++) {
            int64_t index = g_array_index(kinds[kind].indexes, int64_t, i);
            if (index + kinds[kind].reach >= segments->len) {
                g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT,
                            "there is no segment %" G_GINT64_FORMAT ": the message has %u, counted from 0",
                            (gint64)(index + kinds[kind].reach), segments->len);
                return false;
            }
            kinds[kind].happen(segments, (gsize)index);
        }
    }
    return true;
}

bool segments_plan(const cutting_t *cutting, const faults_t *faults, outgoing_t outgoing, GArray *segments,
                   GError **error)
{
    g_array_set_size(segments, 0);
    if (faults->segments) {
        return use_ranges(faults->segments, outgoing, segments, error);
    }
    GError *problem = NULL;
    if (!cut(cutting, outgoing, segments, &problem)) {
        g_propagate_error(error, problem);
        return false;
    }
    if (cutting->coalesce) {
        keep_incomplete(segments, cutting->segment_size);
    }
    return apply(segments, faults, error);
}
