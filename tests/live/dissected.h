/* What tshark shows of a capture, in the form of expected.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_DISSECTED_H
#define KX_LIVE_DISSECTED_H

#include "lines.h"
#include "tshark.h"

typedef struct {
    guint frame;
    char *route;
    char *where;    /* for a report */
    lines_t *lines; /* fields and expert infos */
    lines_t *links; /* fields that relate it to other messages */
} dissected_message_t;

/* dissected_message_t in capture order. `arguments` go to tshark. */
GPtrArray *dissected_load(tshark_t *tshark, const char *const *arguments, GError **error);

#endif
