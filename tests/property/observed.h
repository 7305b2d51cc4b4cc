/* observed.h
 * What tshark shows of the Kx messages of a capture, told by their MessageIDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_OBSERVED_H
#define KX_OBSERVED_H

#include <glib.h>

#include "tshark.h"

/* A field that names another frame, or the relay: by the frame of its first message. */
typedef struct {
    char *name;
    guint frame;
} link_field;

typedef struct {
    guint32 id;
    guint frame;
    char *text;    /* all fields and expert infos but links and times, a line each */
    GArray *links; /* of link_field */
} observed_message;

typedef struct {
    GPtrArray *messages;  /* of observed_message *, in the order of the capture */
    GHashTable *by_id;    /* MessageID -> observed_message * */
    GHashTable *by_frame; /* number -> the frame's last observed_message * */
    GHashTable *by_relay; /* number -> the frame of the relay's first message */
    guint skipped;        /* ranges that belong to no message */
    guint twice;          /* messages whose MessageID another one had */
} observed;

/* Dissects a capture, in two passes. preferences: arguments of tshark, NULL-terminated. */
observed *observed_new(tshark_t *tshark, const char *capture, const char *const *preferences, GError **error);
void observed_free(observed *o);

const observed_message *observed_find(const observed *o, guint32 id);

#endif
