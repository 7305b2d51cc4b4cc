/* traffic.h
 * The Kx messages of a capture, as tshark shows them, and where they travelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_TRAFFIC_H
#define KX_LINKS_TRAFFIC_H

#include "messages.h"
#include "tshark.h"
#include "frames.h"

typedef struct {
    const message_t *dissected;
    const frame_info *frame;
    guint id;
} kx_seen;

typedef struct {
    messages_t *messages;
    GHashTable *frames;
    GPtrArray *seen; /* kx_seen in capture order; no skipped ranges */
} traffic_t;

/* Dissects a capture that tshark can read, in two passes. */
traffic_t *traffic_load(tshark_t *tshark, const char *capture, GError **error);
void traffic_free(traffic_t *traffic);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(traffic_t, traffic_free)

/* The first value of a field in a message; NULL if it has none. */
const char *traffic_value(const kx_seen *m, const char *field);

/* Whether a message has this expert info. */
gboolean traffic_has_expert(const kx_seen *m, const char *name);

#endif
