/* oracle.c
 * What the messages of a capture have to do with each other: every message compared with every other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "oracle.h"

#include <string.h>

typedef struct {
    const traffic_t *traffic;
    verdict *verdicts;
    int relays;
} court;

static const kx_seen *at(const court *c, int i)
{
    return g_ptr_array_index(c->traffic->seen, (guint)i);
}

/* ---- comparing two messages ---- */

/* Absent IDs are never the same. */
static gboolean same_text(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static gboolean same_texts(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++)
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return FALSE;
    return TRUE;
}

static gboolean same_connection(const kx_seen *a, const kx_seen *b)
{
    return a->frame->stream == b->frame->stream;
}

static gboolean same_direction(const kx_seen *a, const kx_seen *b)
{
    return same_text(a->frame->from, b->frame->from) && a->frame->from_port == b->frame->from_port;
}

static gboolean same_way(const kx_seen *a, const kx_seen *b)
{
    return same_connection(a, b) && same_direction(a, b);
}

static gboolean opposite_ways(const kx_seen *a, const kx_seen *b)
{
    return same_connection(a, b) && !same_direction(a, b);
}

/* One KM link: from the same node to the same node, over this connection or another one with one of its ports. */
static gboolean same_link(const kx_seen *a, const kx_seen *b)
{
    return same_way(a, b) ||
           (same_text(a->frame->from, b->frame->from) && same_text(a->frame->to, b->frame->to) &&
            (a->frame->from_port == b->frame->from_port || a->frame->to_port == b->frame->to_port));
}

static gboolean same_end_points(const kx_seen *a, const kx_seen *b)
{
    return same_text(a->source, b->source) && same_text(a->destination, b->destination);
}

static gboolean named_alike(const kx_seen *a, const kx_seen *b)
{
    if (a->request != NULL || b->request != NULL)
        return same_text(a->request, b->request);
    return same_end_points(a, b) && a->key_ids->len > 0 && same_texts(a->key_ids, b->key_ids);
}

/* ---- key supply ---- */

enum { HERE = 1, OPEN = 2 };

/* The newest 0x1103 before the response with its Session ID. Where it has none: with its MessageID, which names one
 * message only, so that it does not matter whether that one is answered. */
static int find_supply(const court *c, int response, int wanted)
{
    const kx_seen *m = at(c, response);

    for (int i = response - 1; i >= 0; i--) {
        const kx_seen *r = at(c, i);
        gboolean here = opposite_ways(r, m);
        if (r->command != SUPPLY || ((wanted & HERE) && !here))
            continue;
        if (m->session == NULL && here && r->id == m->id)
            return i;
        if (same_text(r->session, m->session) && !((wanted & OPEN) && c->verdicts[i].own_answer != NOBODY))
            return i;
    }
    return NOBODY;
}

static void judge_supply_response(court *c, int i)
{
    static const int attempts[] = {HERE | OPEN, OPEN, HERE, 0};
    verdict *v = &c->verdicts[i];
    const kx_seen *m = at(c, i);

    for (guint k = 0; k < G_N_ELEMENTS(attempts) && v->response_to == NOBODY; k++)
        v->response_to = find_supply(c, i, attempts[k]);
    if (v->response_to == NOBODY)
        return;
    const kx_seen *request = at(c, v->response_to);
    if (c->verdicts[v->response_to].own_answer == NOBODY)
        c->verdicts[v->response_to].own_answer = i;
    v->keys_mismatch = m->success && m->has_keys && request->has_number_of_keys &&
                       request->number_of_keys != (gint64)m->keys;
}

/* ---- key relays ---- */

static gboolean is_hop_of(const court *c, int i, int relay)
{
    return at(c, i)->command == KEY_RELAY && c->verdicts[i].relay == relay;
}

static int first_of(const court *c, int relay)
{
    int i = 0;

    while (!is_hop_of(c, i, relay))
        i++;
    return i;
}

static gboolean is_completed(const court *c, int relay, int before)
{
    for (int i = 0; i < before; i++)
        if (at(c, i)->command == COMPLETION && c->verdicts[i].relay == relay && c->verdicts[i].ends_relay)
            return TRUE;
    return FALSE;
}

static gboolean same_keys(const court *c, int a, int b)
{
    return same_texts(at(c, a)->key_ids, at(c, b)->key_ids);
}

/* Whether the relay has brought a message's Key IDs to a hop before it. */
static gboolean keys_reached(const court *c, int relay, guint hop, int before)
{
    for (int i = 0; i < before; i++)
        if (is_hop_of(c, i, relay) && c->verdicts[i].hop == hop && same_keys(c, i, before))
            return TRUE;
    return FALSE;
}

/* Its name is used again once it was completed, or answered on this link, but not by what it still has to bring
 * there from the hop before. */
static gboolean is_over(const court *c, int relay, int before)
{
    for (int i = 0; i < before; i++) {
        guint hop = c->verdicts[i].hop;
        if (is_hop_of(c, i, relay) && same_link(at(c, i), at(c, before)) &&
            c->verdicts[i].own_answer != NOBODY &&
            (!keys_reached(c, relay, hop - 1, before) || keys_reached(c, relay, hop, before)))
            return TRUE;
    }
    return is_completed(c, relay, before);
}

/* Of the relays with this name the newest that began with the same Key IDs and is not over, else the newest. */
static int find_relay(const court *c, int number)
{
    int newest = NOBODY;

    for (int relay = c->relays - 1; relay >= 0; relay--) {
        const kx_seen *first = at(c, first_of(c, relay));
        if (!named_alike(first, at(c, number)))
            continue;
        if (same_texts(first->key_ids, at(c, number)->key_ids) && !is_over(c, relay, number))
            return relay;
        if (newest == NOBODY)
            newest = relay;
    }
    return newest != NOBODY && !is_over(c, newest, number) ? newest : NOBODY;
}

static guint find_hop(const court *c, int number, int relay)
{
    guint hops = 0;

    for (int i = 0; i < number; i++)
        if (is_hop_of(c, i, relay)) {
            if (same_link(at(c, i), at(c, number)))
                return c->verdicts[i].hop;
            hops = MAX(hops, c->verdicts[i].hop);
        }
    return hops + 1;
}

/* One hop earlier: the newest message with the same Key IDs, else the newest. */
static int find_previous(const court *c, int number)
{
    const verdict *v = &c->verdicts[number];
    int newest = NOBODY;

    for (int i = number - 1; i >= 0; i--) {
        if (!is_hop_of(c, i, v->relay) || c->verdicts[i].hop + 1 != v->hop)
            continue;
        if (same_texts(at(c, i)->key_ids, at(c, number)->key_ids))
            return i;
        if (newest == NOBODY)
            newest = i;
    }
    return newest;
}

/* The message on the first hop: what leads here step by step with the same Key IDs; where that breaks off, the
 * newest with the same Key IDs, else what leads here with others. */
static int first_hop_of(const court *c, int number)
{
    int relay = c->verdicts[number].relay, i = number;

    for (; c->verdicts[i].previous != NOBODY; i = c->verdicts[i].previous) {
        if (same_keys(c, i, c->verdicts[i].previous))
            continue;
        for (int k = i - 1; k >= 0; k--)
            if (is_hop_of(c, k, relay) && c->verdicts[k].hop == 1 && same_keys(c, k, i))
                return k;
    }
    return i;
}

/* Whether a message of the relay's first hop has these Key IDs. */
static gboolean known_at_first_hop(const court *c, int number)
{
    gboolean any = FALSE;

    for (int i = 0; i < number; i++)
        if (is_hop_of(c, i, c->verdicts[number].relay) && c->verdicts[i].hop == 1 &&
            at(c, i)->key_ids->len > 0) {
            any = TRUE;
            if (same_texts(at(c, i)->key_ids, at(c, number)->key_ids))
                return TRUE;
        }
    return !any || at(c, number)->key_ids->len == 0;
}

static gboolean is_inconsistent(const court *c, int number)
{
    const kx_seen *m = at(c, number), *first = at(c, first_of(c, c->verdicts[number].relay));

    if (c->verdicts[number].hop < 2)
        return FALSE;
    if (m->source != NULL && m->destination != NULL && first->source != NULL && first->destination != NULL &&
        !same_end_points(m, first))
        return TRUE;
    if (m->transit->len > 0 && first->transit->len > 0 && !same_texts(m->transit, first->transit))
        return TRUE;
    return !known_at_first_hop(c, number);
}

static gboolean has_key_id(const kx_seen *m, const char *key_id)
{
    for (guint i = 0; i < m->key_ids->len; i++)
        if (strcmp(g_ptr_array_index(m->key_ids, i), key_id) == 0)
            return TRUE;
    return FALSE;
}

/* Relayed before between the same KMAs: by this relay on this link; or by another relay, or on a link behind this
 * one, and not by this one on a link before. */
static gboolean key_was_used(const court *c, int number, const char *key_id)
{
    gboolean elsewhere = FALSE, on_the_way = FALSE;

    for (int i = 0; i < number; i++) {
        if (at(c, i)->command != KEY_RELAY || !same_end_points(at(c, i), at(c, number)) ||
            !has_key_id(at(c, i), key_id))
            continue;
        if (c->verdicts[i].relay != c->verdicts[number].relay || c->verdicts[i].hop > c->verdicts[number].hop)
            elsewhere = TRUE;
        else if (c->verdicts[i].hop == c->verdicts[number].hop)
            return TRUE;
        else
            on_the_way = TRUE;
    }
    return elsewhere && !on_the_way;
}

static gboolean uses_keys_again(const court *c, int number)
{
    const GPtrArray *ids = at(c, number)->key_ids;

    for (guint k = 0; k < ids->len; k++) {
        for (guint j = 0; j < k; j++)
            if (same_text(g_ptr_array_index(ids, j), g_ptr_array_index(ids, k)) &&
                at(c, number)->source != NULL && at(c, number)->destination != NULL)
                return TRUE;
        if (key_was_used(c, number, g_ptr_array_index(ids, k)))
            return TRUE;
    }
    return FALSE;
}

static void judge_relay(court *c, int i)
{
    verdict *v = &c->verdicts[i];

    v->relay = find_relay(c, i);
    if (v->relay == NOBODY)
        v->relay = c->relays++;
    v->hop = find_hop(c, i, v->relay);
    v->previous = find_previous(c, i);
    v->relay_time = at(c, i)->frame->time - at(c, first_hop_of(c, i))->frame->time;
    v->inconsistent = is_inconsistent(c, i);
    v->key_id_reused = uses_keys_again(c, i);
}

/* ---- completions ---- */

/* The newest 0x1101 in the opposite direction of the connection that the completion can be about. A MessageID names
 * one message only, and so none but the newest that has it. */
static int find_here(const court *c, int completion, gboolean open)
{
    const kx_seen *m = at(c, completion);

    for (int i = completion - 1; i >= 0; i--) {
        const kx_seen *r = at(c, i);
        gboolean answered = c->verdicts[i].own_answer != NOBODY;
        if (r->command != KEY_RELAY || !opposite_ways(r, m))
            continue;
        if (m->request == NULL && m->id == r->id)
            return open && answered ? NOBODY : i;
        if (same_text(m->request, r->request) && !(open && answered))
            return i;
    }
    return NOBODY;
}

static gboolean has_hop_here(const court *c, int completion, int relay)
{
    for (int i = 0; i < completion; i++)
        if (is_hop_of(c, i, relay) && opposite_ways(at(c, i), at(c, completion)))
            return TRUE;
    return FALSE;
}

/* The newest relay without a hop here that the completion can be about. Without a request ID that is one whose
 * first hop has none either, but the same MessageID. */
static int find_elsewhere(const court *c, int completion, gboolean open)
{
    const kx_seen *m = at(c, completion);

    for (int relay = c->relays - 1; relay >= 0; relay--) {
        const kx_seen *first = at(c, first_of(c, relay));
        if (m->request != NULL ? !same_text(m->request, first->request)
                               : first->request != NULL || first->id != m->id)
            continue;
        if (open && (is_completed(c, relay, completion) ||
                     (m->request != NULL && has_hop_here(c, completion, relay))))
            continue;
        return first_of(c, relay);
    }
    return NOBODY;
}

static void judge_completion(court *c, int i)
{
    verdict *v = &c->verdicts[i];
    int here = find_here(c, i, TRUE), elsewhere = find_elsewhere(c, i, TRUE);

    if (here == NOBODY && elsewhere == NOBODY) {
        here = find_here(c, i, FALSE);
        if (here == NOBODY && at(c, i)->request != NULL)
            elsewhere = find_elsewhere(c, i, FALSE);
    }
    v->response_to = here != NOBODY ? here : elsewhere;
    if (v->response_to == NOBODY)
        return;
    v->relay = c->verdicts[v->response_to].relay;
    v->ends_relay = here == NOBODY;
    if (here != NOBODY && c->verdicts[here].own_answer == NOBODY)
        c->verdicts[here].own_answer = i;
}

/* What answers a 0x1101: its own acknowledgement, its hop's first one, or the end of its relay. */
static int find_answer(const court *c, int number)
{
    const verdict *v = &c->verdicts[number];
    int end = NOBODY;

    if (v->own_answer != NOBODY)
        return v->own_answer;
    for (int i = number + 1; i < (int)c->traffic->seen->len; i++) {
        if (at(c, i)->command != COMPLETION || c->verdicts[i].relay != v->relay)
            continue;
        if (!c->verdicts[i].ends_relay && c->verdicts[c->verdicts[i].response_to].hop == v->hop)
            return i;
        if (c->verdicts[i].ends_relay && end == NOBODY)
            end = i;
    }
    return end;
}

/* One hop further: the first message that continues this one, else the first there. */
static int find_next(const court *c, int number)
{
    const verdict *v = &c->verdicts[number];
    int first = NOBODY;

    for (int i = 0; i < (int)c->traffic->seen->len; i++) {
        if (!is_hop_of(c, i, v->relay) || c->verdicts[i].hop != v->hop + 1)
            continue;
        if (c->verdicts[i].previous == number)
            return i;
        if (first == NOBODY)
            first = i;
    }
    return first;
}

/* ---- MessageIDs ---- */

static gboolean is_known(guint command)
{
    return command >= KEY_RELAY && command <= SUPPLY_RESPONSE;
}

/* Whether a message repeats the MessageID of a request it can be the response to. A MessageID that several messages
 * carry stands for the newest of them. Unknown commands may be responses to anything. */
static gboolean is_echo(const court *c, int number)
{
    const kx_seen *m = at(c, number);
    guint asks = m->command == COMPLETION ? KEY_RELAY : m->command == SUPPLY_RESPONSE ? SUPPLY : 0;

    for (int i = number - 1; i >= 0 && (asks != 0 || !is_known(m->command)); i--) {
        const kx_seen *r = at(c, i);
        if (opposite_ways(r, m) && r->id == m->id && !is_echo(c, i))
            return asks == 0 || r->command == asks;
    }
    return FALSE;
}

static gboolean uses_id_again(const court *c, int number)
{
    if (is_echo(c, number))
        return FALSE;
    for (int i = 0; i < number; i++)
        if (same_way(at(c, i), at(c, number)) && at(c, i)->id == at(c, number)->id && !is_echo(c, i))
            return TRUE;
    return FALSE;
}

/* ---- all of them ---- */

static void judge(court *c, int i)
{
    switch (at(c, i)->command) {
    case KEY_RELAY:
        judge_relay(c, i);
        break;
    case COMPLETION:
        judge_completion(c, i);
        break;
    case SUPPLY_RESPONSE:
        judge_supply_response(c, i);
        break;
    default:
        break;
    }
}

static void conclude(court *c, int i)
{
    verdict *v = &c->verdicts[i];
    const kx_seen *m = at(c, i);

    if (m->command == KEY_RELAY) {
        v->response_in = find_answer(c, i);
        v->next = find_next(c, i);
    } else if (m->command == SUPPLY) {
        v->response_in = v->own_answer;
    } else if (v->response_to != NOBODY) {
        v->response_time = m->frame->time - at(c, v->response_to)->frame->time;
    }
    v->missing = (m->command == KEY_RELAY || m->command == SUPPLY) && v->response_in == NOBODY;
    v->unsolicited = (m->command == COMPLETION || m->command == SUPPLY_RESPONSE) && v->response_to == NOBODY;
    v->id_reused = uses_id_again(c, i);
}

verdict *oracle_judge(const traffic_t *traffic)
{
    int count = (int)traffic->seen->len;
    court c = {.traffic = traffic, .verdicts = g_new0(verdict, (gsize)count + 1)};

    for (int i = 0; i < count; i++) {
        verdict *v = &c.verdicts[i];
        v->response_in = v->response_to = v->previous = v->next = v->relay = v->own_answer = NOBODY;
        judge(&c, i);
    }
    for (int i = 0; i < count; i++)
        conclude(&c, i);
    return c.verdicts;
}
