/* kx-links-oracle.c
 * Compares what tshark says about requests, responses and key relays with what a comparison of every message with
 * every other finds, on captures and on random traffic.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "oracle.h"
#include "process.h"
#include "program.h"
#include "random-scenario.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 20

static struct {
    char *generator;
    int first, seeds, stories;
    char **captures;
} o = {.first = 1, .seeds = 4, .stories = 150};

static const GOptionEntry options[] = {
    {"generator", 0, 0, G_OPTION_ARG_FILENAME, &o.generator, "kx-capture, for random traffic", "PROGRAM"},
    {"first", 0, 0, G_OPTION_ARG_INT, &o.first, "the first seed to try (default 1)", "N"},
    {"seeds", 0, 0, G_OPTION_ARG_INT, &o.seeds, "how many seeds to try (default 4)", "N"},
    {"stories", 0, 0, G_OPTION_ARG_INT, &o.stories, "relays and sessions a seed (default 150)", "N"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.captures, NULL, "CAPTURE..."},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

/* ---- comparison ---- */

typedef struct {
    const char *subject;
    guint differences;
} report;

static void differ(report *r, const kx_seen *m, const char *what, const char *shown, const char *expected)
{
    if (++r->differences <= SHOWN_MAX)
        g_print("%s: frame %u, message %u: %s is %s, not %s\n", r->subject, m->dissected->frame,
                m->dissected->ordinal, what, shown, expected);
}

static void compare_number(report *r, const kx_seen *m, const char *field, guint expected)
{
    const char *shown = traffic_value(m, field);
    g_autofree char *text = g_strdup_printf("%u", expected);

    if (g_strcmp0(shown, expected ? text : NULL) != 0)
        differ(r, m, field, shown ? shown : "absent", expected ? text : "absent");
}

static void compare_frame(report *r, const traffic_t *traffic, const kx_seen *m, const char *field,
                          int message)
{
    const kx_seen *other = message != NOBODY ? g_ptr_array_index(traffic->seen, (guint)message) : NULL;

    compare_number(r, m, field, other != NULL ? other->dissected->frame : 0);
}

/* Nanoseconds are exact in a double for captures of less than 100 days. */
static void compare_time(report *r, const kx_seen *m, const char *field, gboolean expected, gint64 time)
{
    const char *shown = traffic_value(m, field);
    g_autofree char *text = g_strdup_printf("%.9f", (double)time / 1e9);

    if ((shown != NULL) != expected)
        differ(r, m, field, shown ? shown : "absent", expected ? text : "absent");
    else if (expected && ABS(g_ascii_strtod(shown, NULL) - (double)time / 1e9) > 0.6e-9)
        differ(r, m, field, shown, text);
}

static void compare_expert(report *r, const kx_seen *m, const char *name, gboolean expected)
{
    gboolean shown = traffic_has_expert(m, name);

    if (shown != expected)
        differ(r, m, name, shown ? "there" : "absent", expected ? "there" : "absent");
}

/* ---- several messages on one hop ---- */

typedef struct {
    report *r;
    const traffic_t *traffic;
    const verdict *verdicts;
    guint index;
} subject;

static const kx_seen *seen_at(const subject *s, guint i)
{
    return g_ptr_array_index(s->traffic->seen, i);
}

static gboolean is_on_hop(const subject *s, guint i, guint hop)
{
    return seen_at(s, i)->command == KEY_RELAY && s->verdicts[i].relay == s->verdicts[s->index].relay &&
           s->verdicts[i].hop == hop;
}

/* A message that none continues (it was sent again, say) may lead to any of its relay on the next hop. */
static void compare_next(const subject *s)
{
    const verdict *v = &s->verdicts[s->index];
    const kx_seen *m = seen_at(s, s->index);
    const char *shown = traffic_value(m, "kx.relay.next_hop_in");
    gboolean own = v->next == NOBODY || s->verdicts[v->next].previous == (int)s->index;

    for (guint i = 0; !own && shown != NULL && i < s->traffic->seen->len; i++)
        if (is_on_hop(s, i, v->hop + 1) && seen_at(s, i)->dissected->frame == (guint)strtoul(shown, NULL, 10))
            return;
    compare_frame(s->r, s->traffic, m, "kx.relay.next_hop_in", v->next);
}

static gboolean is_time_since(const kx_seen *later, const kx_seen *earlier, const char *shown)
{
    double time = (double)(later->frame->time - earlier->frame->time) / 1e9;

    return ABS(g_ascii_strtod(shown, NULL) - time) < 0.6e-9;
}

/* Hop 1 may have several messages: it is the time since one of them. */
static void compare_relay_time(const subject *s)
{
    const verdict *v = &s->verdicts[s->index];
    const kx_seen *m = seen_at(s, s->index);
    const char *shown = traffic_value(m, "kx.relay.time");

    for (guint i = 0; v->hop > 1 && shown != NULL && i < s->index; i++)
        if (is_on_hop(s, i, 1) && is_time_since(m, seen_at(s, i), shown))
            return;
    compare_time(s->r, m, "kx.relay.time", v->hop > 1, v->relay_time);
}

static void compare_message(const subject *s)
{
    const verdict *v = &s->verdicts[s->index];
    const kx_seen *m = seen_at(s, s->index);

    compare_frame(s->r, s->traffic, m, "kx.response_in", v->response_in);
    compare_frame(s->r, s->traffic, m, "kx.response_to", v->response_to);
    compare_time(s->r, m, "kx.response_time", v->response_to != NOBODY, v->response_time);
    compare_number(s->r, m, "kx.relay.hop", v->hop);
    compare_frame(s->r, s->traffic, m, "kx.relay.previous_hop_in", v->previous);
    compare_next(s);
    compare_relay_time(s);
    compare_expert(s->r, m, "kx.response.missing", v->missing);
    compare_expert(s->r, m, "kx.response.unsolicited", v->unsolicited);
    compare_expert(s->r, m, "kx.message_id.reused", v->id_reused);
    compare_expert(s->r, m, "kx.keys.mismatch", v->keys_mismatch);
    compare_expert(s->r, m, "kx.key.id.reused", v->key_id_reused);
    compare_expert(s->r, m, "kx.relay.inconsistent", v->inconsistent);
}

/* Returns whether tshark and the oracle agree. */
static gboolean check(tshark_t *tshark, const char *path, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(traffic_t) traffic = traffic_load(tshark, path, &error);
    g_autofree verdict *verdicts = traffic != NULL ? oracle_judge(traffic) : NULL;
    report r = {.subject = name};

    if (traffic == NULL) {
        g_print("%s: %s\n", name, error->message);
        return FALSE;
    }
    for (guint i = 0; i < traffic->seen->len; i++)
        compare_message(&(subject){&r, traffic, verdicts, i});
    g_print("%s: %u messages, %u differences\n", name, traffic->seen->len, r.differences);
    return r.differences == 0;
}

/* ---- subjects ---- */

static gboolean check_capture(tshark_t *tshark, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *shared = tshark_share(tshark, path, &error);
    g_autofree char *name = g_path_get_basename(path);

    if (shared != NULL)
        return check(tshark, shared, name);
    g_print("%s: %s\n", path, error->message);
    return FALSE;
}

static gboolean generate(const char *scenario, const char *capture, GError **error)
{
    const char *const command[] = {o.generator, scenario, capture, NULL};
    struct process_result result = {0};

    if (!process_run(command, NULL, 60, &result, error))
        return FALSE;
    if (result.failure != NULL)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "kx-capture: %s %s", result.failure, result.errors);
    process_result_clear(&result);
    return *error == NULL;
}

static gboolean check_seed(const kx_program *program, int seed)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *subject = g_strdup_printf("random traffic, seed %d", seed);
    g_autofree char *name = g_strdup_printf("%s/random-%d.json", program->folder, seed);
    g_autofree char *capture = g_strdup_printf("%s/random-%d.pcap", program->folder, seed);
    g_autofree char *scenario = random_scenario((guint32)seed, (guint)o.stories);

    if (g_file_set_contents(name, scenario, -1, &error) && generate(name, capture, &error)) {
        g_chmod(capture, 0644);
        return check(program->tshark, capture, subject);
    }
    g_print("%s: %s\n", subject, error->message);
    return FALSE;
}

static gboolean run(kx_program *program, GError **error)
{
    guint failures = 0;

    if (!o.captures && !program_needs("generator", o.generator, error))
        return FALSE;
    for (char **capture = o.captures; capture && *capture; capture++)
        failures += !check_capture(program->tshark, *capture);
    for (int i = 0; o.generator && i < o.seeds; i++)
        failures += !check_seed(program, o.first + i);
    return failures == 0;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Compares links with an independent oracle", options, run);
}
