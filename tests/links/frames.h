/* frames.h
 * Where and when the frames of a capture travelled, as `tshark -T pdml` tells it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_FRAMES_H
#define KX_LINKS_FRAMES_H

#include <glib.h>

typedef struct {
    guint number;
    gint64 time;     /* nanoseconds since the epoch */
    guint original;  /* of an exported message: the frame it was in; else 0 */
    guint stream;    /* TCP stream plus one; 0 if there is none */
    char *from, *to; /* addresses */
    guint from_port, to_port;
    gboolean in_tls;
} frame_info;

/* Frame number -> frame_info. */
GHashTable *frames_parse(const char *pdml, GError **error);

#endif
