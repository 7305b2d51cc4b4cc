/* A scenario as a data structure: what kx-capture --help describes, checked.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_SCENARIO_H
#define KX_CAPTURE_SCENARIO_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "template.h"

enum { UNSET = -1 };

enum closing { CLOSE_FIN, CLOSE_RST, CLOSE_NONE };

enum version { VERSION_DEFAULT = 1 };

/* A part of a message, counted from its first byte; to is exclusive. */
typedef struct {
    int64_t from, to;
} range_t;

/* How bytes are cut into segments. A message's settings override its connection's. */
typedef struct {
    int64_t segment_size; /* UNSET or bytes */
    GArray *split_at;     /* of int64_t, ascending; NULL if unset */
    int coalesce;         /* UNSET, 0 or 1 */
    int psh;              /* UNSET, 0 or 1 */
} delivery_t;

/* What happens to the segments of one message. Each is NULL if it does not happen. */
typedef struct {
    GArray *segments;   /* of range_t: the segments themselves, in order */
    GArray *drop;       /* of int64_t: indexes of segments; also the next two */
    GArray *retransmit; /* sent twice */
    GArray *reorder;    /* changes places with the one after it */
} faults_t;

typedef struct {
    char *name;
    bool ipv6;
    uint8_t address[16]; /* the first 4 bytes if not ipv6 */
} node_t;

typedef struct {
    char *name;
    unsigned index;        /* in scenario.connections */
    const node_t *ends[2]; /* client, server */
    uint16_t ports[2];
    int64_t initial_sequence[2];
    delivery_t delivery;
    int acks;           /* 0 or 1 */
    int64_t mid_stream; /* UNSET, or bytes of the client's stream that the capture missed */
    enum closing closing;
} connection_t;

enum item_kind { ITEM_GROUP, ITEM_MESSAGE, ITEM_CLOSE };

/* An element of "messages". */
typedef struct item {
    char *path;
    enum item_kind kind;
    int64_t repeat; /* how often, at least 1 */
    char *as;       /* the name of the counter of this repetition, or NULL */
    unsigned slot;

    GPtrArray *items; /* ITEM_GROUP: of item_t */

    template_t *connection; /* its name; NULL: the only one there is */
    char *from;             /* a node, "client", "server", or NULL for the client */
    int64_t at, delay;      /* nanoseconds, UNSET if not given */
    enum closing closing;   /* ITEM_CLOSE */

    /* ITEM_MESSAGE */
    int64_t version;
    template_t *id; /* NULL: counted */
    int64_t command;
    int64_t length; /* UNSET: that of the payload */
    template_t *payload;
    bool raw; /* payload goes out without a header */
    delivery_t delivery;
    faults_t faults;
} item_t;

typedef struct {
    int64_t start; /* seconds since the Unix epoch */
    int64_t seed;
    int64_t snaplen;
    bool nanoseconds;
    GPtrArray *nodes;       /* of node_t */
    GPtrArray *connections; /* of connection_t */
    GHashTable *by_name;    /* name -> connection_t */
    GPtrArray *items;       /* of item_t */
} scenario_t;

/**
 * Reads a scenario.
 * @param path  the file to read
 * @param error set on failure; its message names the file and the place in it
 * @return the scenario, to be freed with scenario_free(); NULL on failure
 */
scenario_t *scenario_load(const char *path, GError **error);

/** Frees @p scenario; NULL is allowed. */
void scenario_free(scenario_t *scenario);

#endif
