/* cutting.h
 * Cuts what one side sends into segments at random, and repeats and displaces some of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CUTTING_H
#define KX_CUTTING_H

#include <glib.h>

#include "conversation.h"
#include "mistakes.h"
#include "traffic.h"

typedef enum {
    CUT_MESSAGES, /* a segment for each message: not cut at all */
    CUT_BYTES,
    CUT_SMALL,
    CUT_MEDIUM,
    CUT_LARGE, /* messages share segments */
    CUT_MIXED,
    CUT_STYLES
} cut_style;

typedef struct {
    cut_style style;
    gboolean repeat;  /* retransmissions, with the same boundaries and with others */
    gboolean reorder; /* neighbours change places */
    guint32 first;    /* the least that the first segment holds */
    guint mistakes;   /* retransmissions that are left out */
} cutting;

/* Returns the segments (segment) of a turn in the order of the capture. Their offsets count from the turn's
 * first byte. To be freed with g_array_unref(). */
GArray *cut_turn(random_t *random, const turn *t, const cutting *how);

#endif
