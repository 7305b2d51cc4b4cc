/* framing-drive.h
 * Drives kx_framing_next() over a stream that arrives in segments, the way Wireshark's TCP reassembly and
 * tcp_dissect_pdus() do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FRAMING_DRIVE_H
#define FRAMING_DRIVE_H

#include <glib.h>

#include "kx-framing.h"

/* A segment of the stream. */
typedef struct {
    uint32_t end; /* offset in the stream behind its last byte; ascending */
    kx_more more; /* what its TCP flags say */
} framing_segment;

/* What was delimited in the stream. */
typedef struct {
    kx_unit_type type; /* never KX_UNIT_MORE */
    uint32_t offset, length;
} framing_unit;

/* Returns the units (framing_unit) of the stream in their order, to be freed with g_array_unref().
 * segments: of framing_segment. What the last ones of them leave waiting for more is not among the units.
 * Aborts if kx_framing_next() breaks what its header promises: bounds and progress. */
GArray *framing_drive(const uint8_t *stream, const GArray *segments);

/* The same for the whole stream at once, with nothing behind it. */
GArray *framing_drive_whole(const uint8_t *stream, uint32_t length);

/* Asks kx_framing_next() about bytes in a heap block of exactly their size, so that a sanitizer sees a read
 * beyond them, and checks the answer as framing_drive() does. */
kx_unit framing_next(const uint8_t *bytes, uint32_t length, kx_more more);

#endif
