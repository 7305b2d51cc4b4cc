/* kx-supplies.h
 * Key supply notifications (0x1103, clause 7.2) and the responses to them (0x1104), by Session ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SUPPLIES_H
#define KX_SUPPLIES_H

#include "kx-records.h"

/* What is asked for in one session, from one node to another, however often it is sent. */
typedef struct {
    uint32_t first, newest; /* records */
    uint32_t answer;        /* record of its first final answer, else of its first interim one */
    uint32_t successful;    /* record of its newest successful answer */
    uint32_t from, to, connection;
    uint32_t message_id; /* as first sent */
    uint32_t older;      /* the supply before it with the same Session ID */
    uint32_t asked; /* Number of keys, or KX_SUPPLY_NO_NUMBER, or KX_SUPPLY_BIG_NUMBER for any larger one */
    uint32_t keys;  /* different Key IDs of its successful answers */
    uint32_t times; /* how often it was sent */
    uint32_t successes; /* how many successful answers it has */
    bool nameless;      /* has no Session ID */
    bool doubtful;      /* a response that cannot be placed may be to it */
} kx_supply;

#define KX_SUPPLY_NO_NUMBER  UINT32_MAX
#define KX_SUPPLY_BIG_NUMBER (UINT32_MAX - 1)

extern kx_list kx_supplies;

static inline kx_supply *kx_supply_at(uint32_t number)
{
    return (kx_supply *)kx_list_at(&kx_supplies, number);
}

/* Takes note of a 0x1103, or of a 0x1104. Its supply is in the record then, 0 if a response has none. */
void kx_supplies_see_request(const kx_sighting *sighting, const kx_way *way, uint32_t number);
void kx_supplies_see_response(const kx_sighting *sighting, const kx_way *way, uint32_t number);

/* A 0x1103 was seen: responses that came too early, as clocks differ, may be to it. */
void kx_supplies_reconsider(const kx_message *message, uint32_t number);

/* Whether a response that cannot be placed may be to a supply. */
bool kx_supplies_are_doubtful(const kx_supply *supply);

/* Whether a response is the one on which it is said that its supply got another number of Key IDs than it asked
 * for. */
bool kx_supplies_mismatch(uint32_t record);

/* link_timeout, clock_skew: nanoseconds; a time-out of 0 is for ever. */
void kx_supplies_start(int64_t link_timeout, int64_t clock_skew);
void kx_supplies_forget(void);

#endif
