/* kx-ends.h
 * The ends of ways, by number: nodes, or where these are not told apart, the ports that listen and the connections. And
 * what is known of each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_ENDS_H
#define KX_ENDS_H

#include "kx-list.h"
#include "kx-sighting.h"

/* Set in the number of an end that is known by nothing but the port it listens on. */
#define KX_END_LISTENS 0x80000000u

/* What an end's answers have shown: that they repeat MessageIDs, or that they do not. */
enum { KX_ECHOES = 1, KX_ECHOES_NOT = 2 };

typedef struct {
    uint32_t newest_from, newest_to; /* hops */
    uint32_t mute_from, mute_to;     /* newest answers that do not say what they answer (kx-completions.c) */
    uint32_t message_id;             /* of the newest message from it */
    uint32_t habits;                 /* KX_ECHOES and so on, or-ed */
} kx_end_facts;

/* The way a message took, its ends by number. */
typedef struct {
    uint32_t from, to;
    uint32_t connection;
    bool forward;
    bool indistinct;
} kx_way;

/* The way of a sighting. Where both ends have one address, a listening port names that one end, and the other end is
 * the connection's, so that a KM link is a connection. */
kx_way kx_way_of(const kx_sighting *sighting);

/* What is known of an end; stays there until kx_ends_forget(). */
kx_end_facts *kx_end_at(uint32_t end);

void kx_ends_forget(void);

#endif
