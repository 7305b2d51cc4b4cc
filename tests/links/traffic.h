/* traffic.h
 * The Kx messages of a capture, as tshark shows them: what they say, and where they travelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_TRAFFIC_H
#define KX_LINKS_TRAFFIC_H

#include "messages.h"
#include "tshark.h"
#include "frames.h"

enum { KEY_RELAY = 0x1101, COMPLETION = 0x1102, SUPPLY = 0x1103, SUPPLY_RESPONSE = 0x1104 };

/* Strings are NULL where the message has no such parameter; where it has several, the first one counts. */
typedef struct {
    const struct message *dissected;
    const frame_info *frame;
    guint command, id, version, length; /* length: header included */
    const char *session, *request, *source, *destination, *response;
    GPtrArray *transit, *key_ids; /* const char * */
    gboolean success;
    gboolean has_keys;
    guint keys; /* kx.keys.count */
    gboolean has_number_of_keys;
    gint64 number_of_keys;
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
