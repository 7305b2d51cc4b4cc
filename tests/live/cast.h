/* The key managers: who they are, and how each of them likes to write.
 *
 * They stand in a line, Tokyo - Nagoya - Kyoto - Osaka, and differ as products of different vendors do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_CAST_H
#define KX_LIVE_CAST_H

#include "key-material.h"

enum { TOKYO, NAGOYA, KYOTO, OSAKA, KM_COUNT };

enum spelling {
    SPELLING_PROSE, /* Source KMA ID */
    SPELLING_SNAKE, /* source_kma_id */
    SPELLING_CAMEL, /* sourceKmaId */
};

enum writing {
    WRITE_WHOLE,          /* a message in one write */
    WRITE_HEADER_PAYLOAD, /* the header, then the payload */
    WRITE_FIELDS,         /* each field of the header, then the payload */
    WRITE_TOGETHER,       /* several messages in one write */
};

typedef struct {
    const char *kma_id;
    const char *host; /* in its certificate */
    const char *file; /* of its certificate, without suffix */
    const char *address;
    enum spelling spelling;
    gboolean pretty; /* JSON with line ends and blanks */
    enum writing writing;
    enum key_encoding key_encoding;
} km_t;

extern const km_t cast[KM_COUNT];

/* -1 if there is no such KM. */
int cast_find(const char *kma_id);

const char *spelling_name(enum spelling spelling);
const char *writing_name(enum writing writing);

#endif
