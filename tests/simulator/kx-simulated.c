/* kx-simulated.c
 * Writes captures of simulated networks, has tshark dissect them, and compares what it shows with what the key managers
 * did.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissected.h"
#include "process.h"
#include "program.h"
#include "runner.h"
#include "scenario.h"

#include "process.h"

#include <gio/gio.h>

static char *generator;
static gint64 first = 1;
static int networks = 40, stories;

static bool generate(const char *scenario, const char *capture, GError **error)
{
    const char *const command[] = {generator, scenario, capture, NULL};
    process_result_t result = {0};

    if (!process_run(command, NULL, 60, &result, error))
        return false;
    if (result.failure)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "kx-capture: %s %s", result.failure, result.errors);
    process_result_clear(&result);
    return !*error;
}

/* What tshark shows of the runner's world. */
static GArray *dissect(tshark_t *tshark, sim_world *world, const char *folder, GError **error)
{
    g_autofree char *scenario = g_build_filename(folder, "network.json", NULL);
    g_autofree char *capture = g_build_filename(folder, "network.pcap", NULL);
    g_autofree char *text = scenario_text(world);
    GArray *links = NULL;

    if (g_file_set_contents(scenario, text, -1, error) && generate(scenario, capture, error)) {
        g_autofree char *shared = tshark_share(tshark, capture, error);
        links = shared ? dissected_read(tshark, shared, world, error) : NULL;
    }
    return links;
}

/* A network whose links were not captured has no messages. */
static bool check(tshark_t *tshark, sim_runner *runner, const char *folder, uint64_t seed, GError **error)
{
    unsigned said[STATEMENTS][SAID_WAYS];

    world_make(runner->world, seed, true);
    if (runner->world->sightings->len == 0)
        return true;
    g_autoptr(GArray) links = dissect(tshark, runner->world, folder, error);
    if (links)
        runner_judge(runner, links, runner->tally.networks < (uint64_t)stories, said);
    return links;
}

static gboolean run(kx_program *program, GError **error)
{
    sim_runner *runner = runner_new();
    bool good = program_needs("--generator", generator, error);

    for (int i = 0; good && i < networks; i++) {
        uint64_t seed = (uint64_t)(first + i);
        good = check(program->tshark, runner, program->folder, seed, error);
        if (!good)
            g_prefix_error(error, "seed %" G_GUINT64_FORMAT ": ", seed);
    }
    good = good && tally_report(&runner->tally);
    runner_free(runner);
    return good;
}

int main(int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"generator", 0, 0, G_OPTION_ARG_FILENAME, &generator, "kx-capture", "PROGRAM"},
        {"first", 0, 0, G_OPTION_ARG_INT64, &first, "the first seed (default 1)", "SEED"},
        {"networks", 0, 0, G_OPTION_ARG_INT, &networks, "how many (default 40)", "N"},
        {"stories", 0, 0, G_OPTION_ARG_INT, &stories, "print the first ones (default 0)", "N"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

    return program_main(argc, argv, "- compare tshark with simulated networks", entries, run);
}
