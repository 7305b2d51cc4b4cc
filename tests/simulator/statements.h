/* statements.h
 * The kinds of statements that the core makes, and how often each was right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_STATEMENTS_H
#define KX_SIMULATOR_STATEMENTS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SAYS_RELAY,
    SAYS_HOP,
    SAYS_PREVIOUS,
    SAYS_NEXT,
    SAYS_FIRST,
    SAYS_REPEAT,
    SAYS_REQUEST,
    SAYS_RESPONSE,
    SAYS_ANSWERED_HOP,
    SAYS_KMA_IDS,
    SAYS_TIMES,
    SAYS_RESULT,
    SAYS_FAILED_HOP,
    SAYS_FAILURE,
    SAYS_SUMMARY, /* a row of the table of relays */
    /* From here on, findings. */
    FINDS_MISSING,
    FINDS_UNSOLICITED,
    FINDS_INCONSISTENT,
    FINDS_MESSAGE_ID,
    FINDS_MISMATCH,
    FINDS_KEY_REUSED,
    FINDS_DATA_REUSED,
    FINDS_SUPPLIED_AGAIN,
    FINDS_AGAIN, /* anything, of what TCP delivered before */
    STATEMENTS,
    FINDINGS = FINDS_MISSING
} sim_statement;

typedef enum {
    SAID_RIGHT,
    SAID_WRONG,
    SAID_WRONG_MARKED, /* as the best of several */
    SAID_NOTHING,      /* though it is known */
    SAID_WAYS
} sim_said;

typedef enum { PASS_ONE, PASS_TWO, PASSES } sim_pass;

typedef struct {
    uint64_t counts[PASSES][STATEMENTS][SAID_WAYS];
    uint64_t marked, marked_in_vain; /* messages, of which everything was right */
    uint64_t networks, messages;
} sim_tally;

const char *statement_name(sim_statement statement);
const char *said_name(sim_said said);

/* The statement of that name; STATEMENTS if there is none. */
sim_statement statement_named(const char *name);

/* Prints totals. Returns whether they are good enough. */
bool tally_report(const sim_tally *tally);

#endif
