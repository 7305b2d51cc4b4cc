/* statistics-expected.h
 * What the statistics of a capture have to say, counted message by message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_STATISTICS_EXPECTED_H
#define KX_LINKS_STATISTICS_EXPECTED_H

#include "oracle.h"

/* The messages that a statistic sees: those of frames with a message of this command, or all. */
typedef struct {
    const traffic_t *traffic;
    const verdict *verdicts;
    guint command; /* 0: all */
} selection;

gboolean selection_has(const selection *s, guint message);

/* Label -> count, of the statistics tree. */
GHashTable *expected_tree(const selection *s);

typedef struct {
    guint calls;
    double least, most, sum; /* seconds */
} response_times;

/* Of the responses of one command. */
response_times expected_times(const selection *s, guint command);

/* A row a relay, in order of appearance: its cells, as text. */
GPtrArray *expected_relays(const selection *s);

typedef struct {
    char *one, *other; /* other: NULL for an endpoint */
    guint64 frames[2]; /* one to other, or sent; other to one, or received */
    guint64 bytes[2];
} kma_row;

GPtrArray *expected_conversations(const selection *s);
GPtrArray *expected_endpoints(const selection *s);

#endif
