/* cut.h
 * How a fuzz target's input says into which segments its bytes are cut: a count, three bytes for each segment
 * (flags, length), then the bytes. What no segment covers is one segment more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CUT_H
#define CUT_H

#include <stddef.h>
#include <stdint.h>

#define CUT_SEGMENTS_MAX 64

/* Flags of a segment. */
enum {
    CUT_PUSH = 0x01,   /* TCP's PSH */
    CUT_FIN = 0x02,    /* TCP's FIN */
    CUT_SERVER = 0x04, /* sent by the server */
    CUT_SECOND = 0x08, /* on the other connection */
    CUT_HIDDEN = 0x10, /* missing from the capture */
    CUT_AGAIN = 0x20,  /* the next segment of this direction begins with the second half of this one again */
    CUT_SHORTENED = 0x40, /* the capture kept only the first half */
    CUT_OPENS = 0x80      /* a SYN comes first */
};

typedef struct {
    uint8_t flags;
    size_t from, to;
} cut_segment;

typedef struct {
    const uint8_t *bytes;
    size_t length;
    unsigned count;
    cut_segment segments[CUT_SEGMENTS_MAX + 1];
} cut_stream;

/* Reads an input. stream: points into it. */
void cut_read(const uint8_t *data, size_t size, cut_stream *stream);

#endif
