/* oracle.h
 * What the messages of a capture have to do with each other, found out by comparing every message with every
 * other, from nothing but what they say and where they travelled. It shares no code and no idea of how to be
 * fast with the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_ORACLE_H
#define KX_LINKS_ORACLE_H

#include "traffic.h"

/* Messages are told by their index in traffic->seen; NOBODY is none. Times are nanoseconds. */
#define NOBODY (-1)

typedef struct {
    int response_in, response_to; /* messages */
    gint64 response_time;         /* if response_to */
    guint hop;                    /* 0: no hop of a key relay */
    int previous, next;           /* messages */
    gint64 relay_time;            /* if hop > 1 */
    gboolean missing, unsolicited, id_reused, keys_mismatch, key_id_reused, inconsistent;

    int relay; /* of a key relay: number of the relay, from 0; of a completion: likewise; else NOBODY */
    gboolean ends_relay; /* of a completion: it is no link's acknowledgement */
    int own_answer;      /* of a request: the message that answers this very one, not its hop or relay */
} verdict;

/* Returns an array of one verdict a message; free it with g_free. */
verdict *oracle_judge(const traffic_t *traffic);

#endif
