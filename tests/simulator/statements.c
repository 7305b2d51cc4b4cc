/* statements.c
 * Counting what was right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "statements.h"

#include <glib.h>

#define RIGHT_AT_LEAST 0.999 /* of what is said and not marked */
#define SAID_AT_LEAST  0.8   /* of what is known, for each kind of statement */

static const char *const names[STATEMENTS] = {
    [SAYS_RELAY] = "relay",
    [SAYS_HOP] = "hop",
    [SAYS_PREVIOUS] = "previous hop",
    [SAYS_NEXT] = "next hop",
    [SAYS_FIRST] = "first hop",
    [SAYS_REPEAT] = "repeat of",
    [SAYS_REQUEST] = "response to",
    [SAYS_RESPONSE] = "response in",
    [SAYS_ANSWERED_HOP] = "answered hop",
    [SAYS_KMA_IDS] = "KMA IDs",
    [SAYS_TIMES] = "times",
    [SAYS_RESULT] = "result",
    [SAYS_FAILED_HOP] = "failed hop",
    [SAYS_FAILURE] = "failure",
    [SAYS_SUMMARY] = "summary",
    [FINDS_MISSING] = "missing",
    [FINDS_UNSOLICITED] = "unsolicited",
    [FINDS_INCONSISTENT] = "inconsistent",
    [FINDS_MESSAGE_ID] = "MessageID reused",
    [FINDS_MISMATCH] = "keys mismatch",
    [FINDS_KEY_REUSED] = "Key ID reused",
    [FINDS_DATA_REUSED] = "key data reused",
    [FINDS_SUPPLIED_AGAIN] = "supplied again",
    [FINDS_AGAIN] = "delivered again",
};

const char *statement_name(sim_statement statement)
{
    return names[statement];
}

const char *said_name(sim_said said)
{
    static const char *const ways[SAID_WAYS] = {"right", "WRONG", "wrong, marked", "not said"};

    return ways[said];
}

sim_statement statement_named(const char *name)
{
    sim_statement statement = 0;

    while (statement < STATEMENTS && g_ascii_strcasecmp(names[statement], name) != 0)
        statement++;
    return statement;
}

static void report_row(const char *pass, sim_statement statement, const uint64_t *counts)
{
    uint64_t said = counts[SAID_RIGHT] + counts[SAID_WRONG];

    if (said + counts[SAID_WRONG_MARKED] + counts[SAID_NOTHING] == 0)
        return;
    g_print("%-4s %-18s %12" G_GUINT64_FORMAT " %9" G_GUINT64_FORMAT " %9" G_GUINT64_FORMAT
            " %9" G_GUINT64_FORMAT " %9.4f %%\n",
            pass, names[statement], counts[SAID_RIGHT], counts[SAID_WRONG], counts[SAID_WRONG_MARKED],
            counts[SAID_NOTHING], said ? 100.0 * (double)counts[SAID_RIGHT] / (double)said : 100.0);
}

static bool says_enough(const uint64_t *counts)
{
    return (double)counts[SAID_RIGHT] >= SAID_AT_LEAST * (double)(counts[SAID_RIGHT] + counts[SAID_NOTHING]);
}

/* Adds up a pass, and says whether it was good enough. */
static bool report_pass(const sim_tally *tally, sim_pass pass)
{
    uint64_t right = 0, wrong = 0, false_findings = 0;
    bool enough = true;

    for (sim_statement s = 0; s < STATEMENTS; s++) {
        const uint64_t *counts = tally->counts[pass][s];
        report_row(pass == PASS_ONE ? "one" : "two", s, counts);
        right += counts[SAID_RIGHT];
        wrong += counts[SAID_WRONG];
        false_findings += s >= FINDINGS ? counts[SAID_WRONG] : 0;
        enough = enough && says_enough(counts);
    }
    return enough && false_findings == 0 && (double)right >= RIGHT_AT_LEAST * (double)(right + wrong);
}

bool tally_report(const sim_tally *tally)
{
    g_print("pass %-18s %12s %9s %9s %9s\n", "statement", "right", "wrong", "marked", "not said");
    bool good = report_pass(tally, PASS_ONE);
    good = report_pass(tally, PASS_TWO) && good;
    g_print("%" G_GUINT64_FORMAT " networks, %" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT
            " marked as uncertain, %" G_GUINT64_FORMAT " of them though right: %s\n",
            tally->networks, tally->messages, tally->marked, tally->marked_in_vain,
            good ? "good" : "NOT good enough");
    return good;
}
