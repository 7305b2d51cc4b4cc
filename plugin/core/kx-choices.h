/* kx-choices.h
 * Which of several key relays an answer (0x1102) is to: told by its request ID and the nodes, in three rules, or
 * by the MessageID that it echoes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CHOICES_H
#define KX_CHOICES_H

#include "kx-relays.h"

/* An answer, and what it is looked for with. */
typedef struct {
    uint64_t request;
    kx_way way; /* of the answer */
    uint32_t record;
    uint32_t message_id;
    uint32_t echoed; /* the hop with that MessageID in the opposite direction of the connection; 0: none */
    uint32_t older;  /* the early one before it with the same request ID, or the same MessageID */
    kx_verdict verdict;
    bool counts_on; /* its MessageID may just be the next one of its sender's counter */
} kx_answer;

/* What was chosen. */
typedef struct {
    uint32_t hop;    /* what is answered, or the first hop of it; 0: nothing that was seen so far */
    bool end_to_end; /* not the hop alone */
    bool several;    /* others are as good */
} kx_choice;

/* Chooses what an answer is to. What else is as good is marked as doubtful. */
kx_choice kx_choose(const kx_answer *answer);

/* Whether a record, which may be 0, is an answer that is not followed by another. */
bool kx_answer_is_final(uint32_t record);

/* Of several answers of a batch, the strongest counts: success, failure, none of both, interim; 0 for no answer. */
unsigned kx_answer_strength(uint32_t record);

#endif
