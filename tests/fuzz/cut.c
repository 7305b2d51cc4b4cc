/* cut.c
 * How a fuzz target's input says into which segments its bytes are cut.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cut.h"

#define SEGMENT_SIZE 3

static void add(cut_stream *stream, uint8_t flags, size_t from, size_t length)
{
    size_t rest = stream->length - from;

    stream->segments[stream->count++] = (cut_segment){flags, from, from + (length < rest ? length : rest)};
}

void cut_read(const uint8_t *data, size_t size, cut_stream *stream)
{
    size_t count = size > 0 ? data[0] % (CUT_SEGMENTS_MAX + 1) : 0;
    size_t header = size > 0 ? 1 + SEGMENT_SIZE * count : 0;
    size_t from = 0;

    if (header > size) {
        count = 0;
        header = 1;
    }
    *stream = (cut_stream){.bytes = data + header, .length = size - header};
    for (size_t i = 0; i < count && from < stream->length; i++) {
        const uint8_t *at = data + 1 + SEGMENT_SIZE * i;
        size_t length = (size_t)at[1] << 8 | at[2];
        add(stream, at[0], from, length > 0 ? length : 1);
        from = stream->segments[i].to;
    }
    if (from < stream->length)
        add(stream, CUT_PUSH, from, stream->length - from);
}
