/* kx-simulated.c
 * Writes captures of simulated networks, has tshark dissect them, and compares what it shows with what the key managers
 * did.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissected.h"
#include "runner.h"
#include "scenario.h"

#include "process.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>

typedef struct {
    char *tshark, *plugins, *generator;
    gint64 first;
    int networks, stories;
} options;

static bool generate(const options *o, const char *scenario, const char *capture, GError **error)
{
    const char *const command[] = {o->generator, scenario, capture, NULL};
    struct process_result result = {0};

    if (!process_run(command, NULL, 60, &result, error))
        return false;
    if (result.failure)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "kx-capture: %s %s", result.failure, result.errors);
    process_result_clear(&result);
    return !*error;
}

/* What tshark shows of the runner's world. */
static GArray *dissect(const options *o, tshark_t *tshark, sim_world *world, const char *folder,
                       GError **error)
{
    g_autofree char *scenario = g_build_filename(folder, "network.json", NULL);
    g_autofree char *capture = g_build_filename(folder, "network.pcap", NULL);
    g_autofree char *text = scenario_text(world);
    GArray *links = NULL;

    if (g_file_set_contents(scenario, text, -1, error) && generate(o, scenario, capture, error)) {
        g_autofree char *shared = tshark_share(tshark, capture, error);
        links = shared ? dissected_read(tshark, shared, world, error) : NULL;
    }
    g_remove(scenario);
    g_remove(capture);
    return links;
}

/* A network whose links were not captured has no messages. */
static bool check(const options *o, tshark_t *tshark, sim_runner *runner, const char *folder, uint64_t seed,
                  GError **error)
{
    unsigned said[STATEMENTS][SAID_WAYS];

    world_make(runner->world, seed, true);
    if (runner->world->sightings->len == 0)
        return true;
    g_autoptr(GArray) links = dissect(o, tshark, runner->world, folder, error);
    if (links)
        runner_judge(runner, links, runner->tally.networks < (uint64_t)o->stories, said);
    return links;
}

static bool run(const options *o, GError **error)
{
    g_autoptr(tshark_t) tshark = tshark_new(o->tshark, o->plugins, error);
    g_autofree char *folder = g_dir_make_tmp("kx-simulated-XXXXXX", error);
    sim_runner *runner = runner_new();
    bool good = tshark && folder;

    for (int i = 0; good && i < o->networks; i++) {
        uint64_t seed = (uint64_t)(o->first + i);
        good = check(o, tshark, runner, folder, seed, error);
        if (!good)
            g_prefix_error(error, "seed %" G_GUINT64_FORMAT ": ", seed);
    }
    good = good && tally_report(&runner->tally);
    runner_free(runner);
    if (folder)
        g_rmdir(folder);
    return good;
}

static gboolean parse(options *o, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &o->tshark, "the tshark to run", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_FILENAME, &o->plugins, "holds 4.x/epan/kx.so", "DIRECTORY"},
        {"generator", 0, 0, G_OPTION_ARG_FILENAME, &o->generator, "kx-capture", "PROGRAM"},
        {"first", 0, 0, G_OPTION_ARG_INT64, &o->first, "the first seed (default 1)", "SEED"},
        {"networks", 0, 0, G_OPTION_ARG_INT, &o->networks, "how many (default 40)", "N"},
        {"stories", 0, 0, G_OPTION_ARG_INT, &o->stories, "print the first ones (default 0)", "N"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- compare tshark with simulated networks");

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (o->tshark && o->plugins && o->generator)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                "--tshark, --plugins and --generator are needed; see --help");
    return FALSE;
}

int main(int argc, char **argv)
{
    options o = {.first = 1, .networks = 40};
    g_autoptr(GError) error = NULL;
    bool good = parse(&o, &argc, &argv, &error) && run(&o, &error);

    if (error)
        g_printerr("kx-simulated: %s\n", error->message);
    g_free(o.tshark);
    g_free(o.plugins);
    g_free(o.generator);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
