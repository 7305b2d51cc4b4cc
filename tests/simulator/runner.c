/* runner.c
 * One network after another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "runner.h"

#include "capture.h"
#include "content.h"
#include "ending.h"
#include "story.h"
#include "summary.h"

#include <string.h>

sim_runner *runner_new(void)
{
    sim_runner *runner = g_new0(sim_runner, 1);

    runner->world = world_new();
    runner->relays = g_ptr_array_new();
    runner->numbers = g_hash_table_new(NULL, NULL);
    return runner;
}

void runner_free(sim_runner *runner)
{
    world_free(runner->world);
    g_ptr_array_free(runner->relays, TRUE);
    g_hash_table_destroy(runner->numbers);
    g_free(runner);
}

static void start(const sim_world *world)
{
    kx_track_start(&(kx_track_settings){.link_timeout = world->policies.for_ever ? 0 : SIM_LINK_TIMEOUT,
                                        .clock_skew = SIM_CLOCK_SKEW});
}

static void show_to_core(const sim_world *world, const sim_sighting *seen)
{
    sim_content content;

    content_of(world, seen->message, &content);
    kx_sighting sighting = capture_sighting(world, seen, content_message(seen->message, &content));
    kx_track_see(&sighting);
}

static void judge(sim_comparison *c, const sim_sighting *seen, const kx_links *links)
{
    c->seen = seen;
    compare_message(c, seen, links);
}

/* In the order of the capture; what is said at once must not turn out false. */
static void first_pass(sim_comparison *c)
{
    kx_links links;

    for (guint i = 0; i < c->world->sightings->len; i++) {
        const sim_sighting *seen = &g_array_index(c->world->sightings, sim_sighting, i);
        show_to_core(c->world, seen);
        kx_track_ask(seen->frame, seen->ordinal, &links);
        judge(c, seen, &links);
    }
}

/* given: what was said; NULL: ask the core. */
static void second_pass(sim_comparison *c, const GArray *given)
{
    for (guint i = 0; i < c->world->sightings->len; i++) {
        const sim_sighting *seen = &g_array_index(c->world->sightings, sim_sighting, i);
        kx_links links;
        if (given)
            links = g_array_index(given, kx_links, i);
        else
            kx_track_ask(seen->frame, seen->ordinal, &links);
        judge(c, seen, &links);
        if (c->log)
            story_tell(c->world, seen, &links);
    }
}

static void forget_numbers(sim_comparison *c)
{
    g_ptr_array_set_size(c->relays, 0);
    g_hash_table_remove_all(c->numbers);
}

static sim_comparison begin(sim_runner *runner, bool story)
{
    sim_comparison c = {.world = runner->world,
                        .tally = &runner->tally,
                        .relays = runner->relays,
                        .numbers = runner->numbers,
                        .log = story ? g_string_new(NULL) : NULL};

    ending_settle(runner->world);
    runner->tally.networks++;
    runner->tally.messages += runner->world->sightings->len;
    if (story)
        story_begin(runner->world);
    return c;
}

static void end(sim_comparison *c, const GArray *given, unsigned said[STATEMENTS][SAID_WAYS])
{
    forget_numbers(c);
    c->pass = PASS_TWO;
    second_pass(c, given);
    if (!given)
        summary_compare(c);
    forget_numbers(c);
    memcpy(said, c->said, sizeof c->said);
    if (c->log) {
        g_print("%s\n", c->log->str);
        g_string_free(c->log, TRUE);
    }
}

void runner_run(sim_runner *runner, uint64_t seed, bool story, unsigned said[STATEMENTS][SAID_WAYS])
{
    world_make(runner->world, seed, false);
    sim_comparison c = begin(runner, story);
    c.details = true;
    start(runner->world);
    first_pass(&c);
    kx_track_settle();
    kx_track_complete();
    end(&c, NULL, said);
    kx_track_forget();
}

void runner_judge(sim_runner *runner, const GArray *links, bool story, unsigned said[STATEMENTS][SAID_WAYS])
{
    sim_comparison c = begin(runner, story);

    end(&c, links, said);
}
