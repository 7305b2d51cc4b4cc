/* kx-simulate.c
 * Simulates networks of key managers, shows the core what is captured of them, and compares what it says with what
 * they did.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "runner.h"
#include "scenario.h"

#include <stdlib.h>

typedef struct {
    gint64 first;
    int networks, stories, at_most;
    gboolean verbose, unsaid;
    char *only, *write;
    sim_statement statement; /* STATEMENTS: any */
} options;

/* Whether something of a network is worth showing. */
static bool is_notable(const options *o, unsigned said[STATEMENTS][SAID_WAYS])
{
    bool notable = false;

    for (sim_statement s = 0; s < STATEMENTS; s++)
        if (o->statement == STATEMENTS || o->statement == s)
            notable = notable || said[s][SAID_WRONG] || (o->unsaid && said[s][SAID_NOTHING]);
    return notable;
}

static void tell(uint64_t seed)
{
    sim_runner *runner = runner_new();
    unsigned said[STATEMENTS][SAID_WAYS];

    runner_run(runner, seed, true, said);
    runner_free(runner);
}

static bool run(const options *o)
{
    sim_runner *runner = runner_new();
    int told = 0;

    for (int i = 0; i < o->networks; i++) {
        unsigned said[STATEMENTS][SAID_WAYS];
        uint64_t seed = (uint64_t)o->first + (uint64_t)i;
        runner_run(runner, seed, false, said);
        bool is_short = !o->at_most || runner->world->sightings->len <= (guint)o->at_most;
        if (told < o->stories && is_short && (o->verbose || is_notable(o, said))) {
            told++;
            tell(seed);
        }
    }
    bool good = tally_report(&runner->tally);
    runner_free(runner);
    return good;
}

static bool write_scenario(const options *o, GError **error)
{
    sim_world *world = world_new();

    world_make(world, (uint64_t)o->first, true);
    g_autofree char *text = scenario_text(world);
    bool written = g_file_set_contents(o->write, text, -1, error);
    world_free(world);
    return written;
}

static gboolean parse(options *o, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"first", 0, 0, G_OPTION_ARG_INT64, &o->first, "the first seed (default 1)", "SEED"},
        {"networks", 0, 0, G_OPTION_ARG_INT, &o->networks, "how many (default 1000)", "N"},
        {"stories", 0, 0, G_OPTION_ARG_INT, &o->stories, "how many to print of those that fail (default 1)",
         "N"},
        {"at-most", 0, 0, G_OPTION_ARG_INT, &o->at_most, "print only those of at most so many messages", "N"},
        {"verbose", 0, 0, G_OPTION_ARG_NONE, &o->verbose, "print also those that do not fail", NULL},
        {"unsaid", 0, 0, G_OPTION_ARG_NONE, &o->unsaid, "print also those where something is not said", NULL},
        {"only", 0, 0, G_OPTION_ARG_STRING, &o->only, "print only those where this kind fails", "STATEMENT"},
        {"write", 0, 0, G_OPTION_ARG_FILENAME, &o->write,
         "write the first network as a scenario for kx-capture", "FILE"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- compare the core with simulated networks");

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    o->statement = o->only ? statement_named(o->only) : STATEMENTS;
    if (!o->only || o->statement < STATEMENTS)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "no such statement: %s", o->only);
    return FALSE;
}

int main(int argc, char **argv)
{
    options o = {.first = 1, .networks = 1000, .stories = 1};
    g_autoptr(GError) error = NULL;
    bool good = parse(&o, &argc, &argv, &error) && (o.write ? write_scenario(&o, &error) : run(&o));

    if (error)
        g_printerr("kx-simulate: %s\n", error->message);
    g_free(o.only);
    g_free(o.write);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
