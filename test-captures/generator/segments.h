/* Where a stream is cut into segments, and what becomes of them.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_SEGMENTS_H
#define KX_CAPTURE_SEGMENTS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "scenario.h"

/* A piece of the bytes that are being sent; to is exclusive. */
typedef struct {
    size_t from, to;
    bool dropped; /* delivered, but not captured */
    bool twice;   /* retransmitted */
    bool again;   /* holds bytes that an earlier segment held, so a retransmission timer has run out */
} segment_t;

/* What is to be sent: bytes kept from earlier messages, then one message. */
typedef struct {
    size_t kept;   /* bytes before the message */
    size_t length; /* of all */
} outgoing_t;

/* The settings that hold for one message. */
typedef struct {
    size_t segment_size;    /* at least 1 */
    const GArray *split_at; /* of int64_t, ascending; or NULL */
    bool strict;            /* an offset of split_at beyond the message is an error */
    bool coalesce;          /* an incomplete last segment waits for the next message */
} cutting_t;

/**
 * Plans the segments of a message.
 * @param cutting  where to cut
 * @param faults   what happens to the segments
 * @param outgoing what is to be sent
 * @param segments receives segment_t, in the order of the capture; emptied first
 * @param error    set, without any place, if an index or offset lies outside the message
 * @return false on error
 */
bool segments_plan(const cutting_t *cutting, const faults_t *faults, outgoing_t outgoing, GArray *segments,
                   GError **error);

#endif
