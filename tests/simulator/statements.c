/* statements.c
 * Counting what was right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "statements.h"

#include <glib.h>

/* In few networks, so many mistakes are chance. */
#define FEW 20

#define SAID_AT_LEAST 0.6 /* of what is known, for each kind of statement */

/* What has to be right of what is said and not marked. The aim is 0.999 of everything, and no false finding; these
 * are what the meanest of networks left of it when they were last measured, in one pass and in two, a little less, so
 * that nothing gets worse unseen. */
static const struct {
    const char *name;
    double at_least[PASSES];
} statements[STATEMENTS] = {
    [SAYS_RELAY] = {"relay", {0.9982, 0.9961}},
    [SAYS_HOP] = {"hop", {0.9988, 0.9991}},
    [SAYS_PREVIOUS] = {"previous hop", {1, 0.9999}},
    [SAYS_NEXT] = {"next hop", {0.9931, 0.9999}},
    [SAYS_FIRST] = {"first hop", {0.9999, 0.9997}},
    [SAYS_REPEAT] = {"repeat of", {0.9998, 0.9999}},
    [SAYS_REQUEST] = {"response to", {0.982, 0.9919}},
    [SAYS_RESPONSE] = {"response in", {1, 0.9952}},
    [SAYS_ANSWERED_HOP] = {"answered hop", {0.9988, 0.9977}},
    [SAYS_KMA_IDS] = {"KMA IDs", {0.9968, 0.9983}},
    [SAYS_TIMES] = {"times", {1, 1}},
    [SAYS_RESULT] = {"result", {1, 0.9956}},
    [SAYS_FAILED_HOP] = {"failed hop", {1, 0.9957}},
    [SAYS_FAILURE] = {"failure", {1, 0.9992}},
    [SAYS_SUMMARY] = {"summary", {1, 0.986}},
    [FINDS_MISSING] = {"missing", {1, 0.958}},
    [FINDS_UNSOLICITED] = {"unsolicited", {1, 0.976}},
    [FINDS_INCONSISTENT] = {"inconsistent", {1, 0.942}},
    [FINDS_MESSAGE_ID] = {"MessageID reused", {0.981, 0.961}},
    [FINDS_MISMATCH] = {"keys mismatch", {1, 0.983}},
    [FINDS_KEY_REUSED] = {"Key ID reused", {0.9, 0.88}},
    [FINDS_DATA_REUSED] = {"key data reused", {0.95, 0.975}},
    [FINDS_SUPPLIED_AGAIN] = {"supplied again", {0.98, 0.98}},
    [FINDS_AGAIN] = {"delivered again", {1, 1}},
};

const char *statement_name(sim_statement statement)
{
    return statements[statement].name;
}

const char *said_name(sim_said said)
{
    static const char *const ways[SAID_WAYS] = {"right", "WRONG", "wrong, marked", "not said"};

    return ways[said];
}

sim_statement statement_named(const char *name)
{
    sim_statement statement = 0;

    while (statement < STATEMENTS && g_ascii_strcasecmp(statements[statement].name, name) != 0)
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
            pass, statements[statement].name, counts[SAID_RIGHT], counts[SAID_WRONG],
            counts[SAID_WRONG_MARKED], counts[SAID_NOTHING],
            said ? 100.0 * (double)counts[SAID_RIGHT] / (double)said : 100.0);
}

static bool says_enough(const uint64_t *counts)
{
    return (double)counts[SAID_RIGHT] >= SAID_AT_LEAST * (double)(counts[SAID_RIGHT] + counts[SAID_NOTHING]);
}

static bool is_right_enough(sim_pass pass, sim_statement statement, const uint64_t *counts)
{
    double said = (double)(counts[SAID_RIGHT] + counts[SAID_WRONG]);

    return (double)counts[SAID_WRONG] <= (1 - statements[statement].at_least[pass]) * said + FEW;
}

/* Shows a pass, and says whether it was good enough. */
static bool report_pass(const sim_tally *tally, sim_pass pass)
{
    bool good = true;

    for (sim_statement s = 0; s < STATEMENTS; s++) {
        const uint64_t *counts = tally->counts[pass][s];
        report_row(pass == PASS_ONE ? "one" : "two", s, counts);
        if (says_enough(counts) && is_right_enough(pass, s, counts))
            continue;
        g_print("     %s: not good enough\n", statements[s].name);
        good = false;
    }
    return good;
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
