/* Checks that tshark shows every message of a ledger, with every value, and nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "links.h"
#include "program.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *capture, *ledger, *unjudged;
    char **preferences;
    gboolean two_passes;
} options_t;

static options_t given;

static const GOptionEntry entries[] = {
    {"capture", 0, 0, G_OPTION_ARG_FILENAME, &given.capture, "the capture", "FILE"},
    {"ledger", 0, 0, G_OPTION_ARG_FILENAME, &given.ledger,
     "what was sent; without it no message must be seen", "FILE"},
    {"preference", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &given.preferences, "for tshark", "NAME:VALUE"},
    {"two-passes", '2', 0, G_OPTION_ARG_NONE, &given.two_passes,
     "let tshark read twice, and check what messages say of each other", NULL},
    {"unjudged", 0, 0, G_OPTION_ARG_STRING, &given.unjudged,
     "leave out the connections with messages that were written like this", "WRITING"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static GPtrArray *arguments_of(const options_t *options, const char *capture)
{
    GPtrArray *arguments = g_ptr_array_new();

    g_ptr_array_add(arguments, "-r");
    g_ptr_array_add(arguments, (gpointer)capture);
    if (options->two_passes)
        g_ptr_array_add(arguments, "-2");
    for (char **preference = options->preferences; preference && *preference; preference++) {
        g_ptr_array_add(arguments, "-o");
        g_ptr_array_add(arguments, *preference);
    }
    g_ptr_array_add(arguments, NULL);
    return arguments;
}

static GPtrArray *dissect(tshark_t *tshark, const options_t *options, GError **error)
{
    g_autofree char *capture = tshark_share(tshark, options->capture, error);
    g_autoptr(GPtrArray) arguments = NULL;

    if (!capture)
        return NULL;
    arguments = arguments_of(options, capture);
    return dissected_load(tshark, (const char *const *)arguments->pdata, error);
}

static GPtrArray *load_expected(const options_t *options, GError **error)
{
    if (!options->ledger)
        return g_ptr_array_new();
    return expected_load(options->ledger, error);
}

/* The routes that are not judged, as a set. */
static GHashTable *unjudged_routes(const options_t *options, const GPtrArray *expected)
{
    GHashTable *routes = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < expected->len; i++) {
        const expected_message_t *message = g_ptr_array_index(expected, i);
        if (g_strcmp0(message->writing, options->unjudged) == 0)
            g_hash_table_add(routes, message->route);
    }
    return routes;
}

/* The dissected messages of the other routes. */
static GPtrArray *judged(const GPtrArray *dissected, GHashTable *unjudged)
{
    GPtrArray *messages = g_ptr_array_new();

    for (guint i = 0; i < dissected->len; i++) {
        dissected_message_t *message = g_ptr_array_index(dissected, i);
        if (!g_hash_table_contains(unjudged, message->route))
            g_ptr_array_add(messages, message);
    }
    return messages;
}

/* The first one left on the route; it is taken away. */
static dissected_message_t *take_dissected(GPtrArray *left, const char *route)
{
    for (guint i = 0; i < left->len; i++) {
        dissected_message_t *message = g_ptr_array_index(left, i);
        if (strcmp(message->route, route) == 0) {
            g_ptr_array_remove_index(left, i);
            return message;
        }
    }
    return NULL;
}

/* Pairs what was sent with what is shown, and takes the latter away. Returns how many messages are missing. */
static guint pair_up(const GPtrArray *expected, GHashTable *unjudged, GPtrArray *left, GPtrArray *pairs)
{
    guint missing = 0;

    for (guint i = 0; i < expected->len; i++) {
        pair_t pair = {.expected = g_ptr_array_index(expected, i)};
        if (g_hash_table_contains(unjudged, pair.expected->route))
            continue;
        pair.dissected = take_dissected(left, pair.expected->route);
        if (pair.dissected) {
            g_ptr_array_add(pairs, g_memdup2(&pair, sizeof pair));
        } else {
            missing++;
            g_print("%s: a message that was written \"%s\" is not shown\n", pair.expected->route,
                    pair.expected->writing);
        }
    }
    return missing;
}

static guint compare_pairs(const GPtrArray *pairs)
{
    guint differences = 0;

    for (guint i = 0; i < pairs->len; i++) {
        const pair_t *pair = g_ptr_array_index(pairs, i);
        differences += lines_compare(pair->dissected->where, pair->dissected->lines, pair->expected->lines);
    }
    return differences;
}

/* Returns the number of differences. */
static guint compare(const options_t *options, const GPtrArray *dissected, const GPtrArray *expected)
{
    g_autoptr(GHashTable) unjudged = unjudged_routes(options, expected);
    g_autoptr(GPtrArray) left = judged(dissected, unjudged);
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
    guint differences = pair_up(expected, unjudged, left, pairs);

    for (guint i = 0; i < left->len; i++) {
        const dissected_message_t *message = g_ptr_array_index(left, i);
        g_print("%s: a message that was not sent\n", message->where);
    }
    differences += left->len + compare_pairs(pairs);
    /* The last hop of a relay may be one that is not judged. */
    if (options->two_passes && !options->unjudged)
        differences += links_check(pairs);
    g_print("%u messages sent, %u shown, %u compared, %u differences\n", expected->len, dissected->len,
            pairs->len, differences);
    return differences;
}

static gboolean run(kx_program *program, GError **error)
{
    gboolean named = program_needs("capture", given.capture, error);
    g_autoptr(GPtrArray) expected = named ? load_expected(&given, error) : NULL;
    g_autoptr(GPtrArray) dissected = expected ? dissect(program->tshark, &given, error) : NULL;

    return dissected && compare(&given, dissected, expected) == 0;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Checks that every message of a ledger is shown, and nothing else",
                        entries, run);
}
