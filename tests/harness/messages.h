/* The Kx messages in the output of `tshark -T pdml`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_MESSAGES_H
#define KX_HARNESS_MESSAGES_H

#include <glib.h>

enum record_kind {
    RECORD_FIELD,  /* a field of the protocol */
    RECORD_EXPERT, /* an expert info */
    RECORD_NOTE,   /* what Wireshark itself adds: "[Packet size limited ...]", a label without a field */
};

typedef struct {
    enum record_kind kind;
    guint depth; /* 0: directly below the message */
    char *name;  /* filter name; NULL of a note */
    char *value; /* what a filter compares with; of an expert info its message, of a note its text */
    char *label; /* the line in the packet details */
    char *raw;   /* the bytes, in hex */
    int pos, size;
    gboolean hidden;
    char *group, *severity; /* of an expert info */
} record_t;

/* One message: an item of the protocol, and everything below it. */
typedef struct {
    guint frame;
    guint ordinal; /* among the messages of the frame, from 1 */
    char *label;
    int pos, size;
    GPtrArray *records; /* record_t, in tree order */
} message_t;

/* Messages in capture order. A field of the protocol outside of its messages is an error. */
typedef GPtrArray messages_t;

messages_t *messages_parse(const char *pdml, const char *protocol, GError **error);

#endif
