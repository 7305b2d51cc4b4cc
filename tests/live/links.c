/* Which frames the messages of a procedure must name: requests and responses, relay hops.
 *
 * Every procedure in the captures has its own Key relay request ID or Session ID, and one answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "links.h"
#include "message.h"

#include <string.h>

/* The neighbours of a message among the messages of its procedure; frame numbers, 0: there is none. */
typedef struct {
    guint first, previous, next, answer;
    const char *response; /* of the answer */
    guint number;         /* of the requests up to this one */
} place_t;

static gboolean is_answer(const pair_t *pair)
{
    return pair->expected->command == KEY_RELAY_COMPLETION || pair->expected->command == KEY_SUPPLY_RESPONSE;
}

static int compare_frames(gconstpointer a, gconstpointer b)
{
    const pair_t *const *first = a, *const *second = b;

    return (int)(*first)->dissected->frame - (int)(*second)->dissected->frame;
}

static place_t place_of(const pair_t *pair, GPtrArray *pairs)
{
    place_t place = {0};

    for (guint i = 0; i < pairs->len; i++) {
        const pair_t *other = g_ptr_array_index(pairs, i);
        guint frame = other->dissected->frame;
        if (strcmp(other->expected->procedure, pair->expected->procedure) != 0)
            continue;
        if (place.first == 0)
            place.first = frame;
        if (is_answer(other)) {
            place.answer = frame;
            place.response = json_object_get_string_member(other->expected->parameters, RESPONSE);
        } else if (frame < pair->dissected->frame)
            place.previous = frame;
        else if (frame > pair->dissected->frame && place.next == 0)
            place.next = frame;
        place.number += !is_answer(other) && frame <= pair->dissected->frame;
    }
    return place;
}

/* Relays are numbered by their first messages. */
static guint relay_number(const pair_t *pair, GPtrArray *pairs)
{
    g_autoptr(GHashTable) relays = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < pairs->len && !g_hash_table_contains(relays, pair->expected->procedure); i++) {
        const pair_t *other = g_ptr_array_index(pairs, i);
        if (other->expected->command == KEY_RELAY)
            g_hash_table_add(relays, other->expected->procedure);
    }
    return g_hash_table_size(relays);
}

static void add_relay(lines_t *lines, const pair_t *pair, GPtrArray *pairs, const place_t *place)
{
    lines_add_number(lines, "kx.relay.id", relay_number(pair, pairs));
    lines_add(lines, "kx.relay.result", place->response ? place->response : "open");
    if (place->response)
        lines_add_number(lines, "kx.relay.success", strcmp(place->response, "success") == 0);
}

static void add_hops(lines_t *lines, const pair_t *completion, GPtrArray *pairs)
{
    for (guint i = 0; i < pairs->len; i++) {
        const pair_t *other = g_ptr_array_index(pairs, i);
        if (other->expected->command == KEY_RELAY &&
            strcmp(other->expected->procedure, completion->expected->procedure) == 0)
            lines_add_number(lines, "kx.relay.hop_in", other->dissected->frame);
    }
}

static void add_neighbours(lines_t *lines, const place_t *place)
{
    lines_add_number(lines, "kx.relay.hop", place->number);
    if (place->previous != 0)
        lines_add_number(lines, "kx.relay.previous_hop_in", place->previous);
    if (place->next != 0)
        lines_add_number(lines, "kx.relay.next_hop_in", place->next);
}

static lines_t *right_links(const pair_t *pair, GPtrArray *pairs)
{
    place_t place = place_of(pair, pairs);
    lines_t *lines = lines_new();

    if (is_answer(pair))
        lines_add_number(lines, "kx.response_to", place.first);
    else
        lines_add_number(lines, "kx.response_in", place.answer);
    if (pair->expected->command == KEY_RELAY || pair->expected->command == KEY_RELAY_COMPLETION)
        add_relay(lines, pair, pairs, &place);
    if (pair->expected->command == KEY_RELAY)
        add_neighbours(lines, &place);
    if (pair->expected->command == KEY_RELAY_COMPLETION) {
        lines_add_number(lines, "kx.relay.first_hop_in", place.first);
        add_hops(lines, pair, pairs);
    }
    return lines;
}

guint links_check(GPtrArray *pairs)
{
    guint differences = 0;

    g_ptr_array_sort(pairs, compare_frames);
    for (guint i = 0; i < pairs->len; i++) {
        const pair_t *pair = g_ptr_array_index(pairs, i);
        g_autoptr(GPtrArray) right = right_links(pair, pairs);
        differences += lines_compare(pair->dissected->where, pair->dissected->links, right);
    }
    return differences;
}
