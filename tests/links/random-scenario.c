/* random-scenario.c
 * Scenarios for kx-capture in which many key relays and sessions run at the same time over many connections.
 *
 * Every relay and session is a story: a list of messages whose order is fixed. The scenario shuffles many
 * stories into each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "random-scenario.h"

#define NODES     5
#define PARALLEL  2  /* connections between two nodes that have the same client */
#define AT_ONCE   12 /* stories */
#define POOL      6  /* IDs that are used again and again */
#define KEYS_MAX  3
#define ROUTE_MAX 4

typedef struct {
    guint connection; /* index */
    guint from;       /* node */
    char *rest;       /* members of the message, from "id" on */
} event;

typedef struct {
    GRand *rand;
    guint unique;                                     /* for IDs that nobody else has */
    guint32 next_id[NODES * NODES * PARALLEL][NODES]; /* MessageID by connection and sender */
} author;

/* ---- chance ---- */

static guint below(author *a, guint limit)
{
    return (guint)g_rand_int_range(a->rand, 0, (gint32)limit);
}

static gboolean percent(author *a, guint chance)
{
    return below(a, 100) < chance;
}

/* ---- where messages go ---- */

static guint connection_of(guint client, guint server, guint parallel)
{
    return (client * NODES + server) * PARALLEL + parallel;
}

static guint any_connection(author *a, guint one, guint other)
{
    guint parallel = below(a, PARALLEL);

    return percent(a, 50) ? connection_of(one, other, parallel) : connection_of(other, one, parallel);
}

/* A parallel one: same nodes, same client. */
static guint other_connection(guint connection)
{
    return connection ^ 1;
}

/* ---- messages ---- */

static void event_free(gpointer data)
{
    event *e = data;

    g_free(e->rest);
    g_free(e);
}

/* Mostly a new MessageID, sometimes one that this side has used before. */
static guint32 new_id(author *a, guint connection, guint from)
{
    guint32 *next = &a->next_id[connection][from];

    if (*next > 0 && percent(a, 3))
        return below(a, *next) + 1;
    return ++*next;
}

static void tell(GPtrArray *story, guint connection, guint from, guint32 id, const char *command,
                 const char *payload)
{
    event *e = g_new(event, 1);

    e->connection = connection;
    e->from = from;
    e->rest = g_strdup_printf("\"id\": %u, \"command\": \"%s\", \"payload\": {%s}", id, command, payload);
    g_ptr_array_add(story, e);
}

/* ---- sessions ---- */

static char *session_name(author *a)
{
    return percent(a, 25) ? g_strdup_printf("session-pool-%u", below(a, POOL))
                          : g_strdup_printf("session-%u", a->unique++);
}

static char *supply(author *a, const char *session)
{
    return percent(a, 70)
               ? g_strdup_printf("\"Session ID\": \"%s\", \"Number of keys\": %u", session, below(a, 3))
               : g_strdup_printf("\"Session ID\": \"%s\"", session);
}

static char *supply_response(author *a, const char *session)
{
    GString *text = g_string_new(session != NULL ? NULL : "\"Key ID\": \"k\"");

    if (session != NULL)
        g_string_append_printf(text, "\"Session ID\": \"%s\", \"Key ID\": %s", session,
                               percent(a, 80) ? "\"k\"" : "[\"k\", \"l\"]");
    g_string_append_printf(text, ", \"Response\": \"%s\"", percent(a, 80) ? "success" : "failure");
    return g_string_free(text, FALSE);
}

static void answer_session(author *a, GPtrArray *story, const char *session, guint connection, guint from,
                           guint32 asked)
{
    gboolean elsewhere = percent(a, 10), unnamed = !elsewhere && percent(a, 10);
    g_autofree char *payload = supply_response(a, unnamed ? NULL : session);

    if (elsewhere)
        connection = other_connection(connection);
    tell(story, connection, from, unnamed || percent(a, 30) ? asked : new_id(a, connection, from),
         "key supply response", payload);
}

static GPtrArray *tell_session(author *a)
{
    GPtrArray *story = g_ptr_array_new_with_free_func(event_free);
    guint from = below(a, NODES), to = (from + 1 + below(a, NODES - 1)) % NODES;
    guint connection = any_connection(a, from, to), asks = percent(a, 15) ? 2 : 1;
    guint answers = percent(a, 10) ? 0 : percent(a, 10) ? 2 : 1;
    g_autofree char *session = session_name(a);
    guint32 asked = 0;

    for (guint i = 0; i < asks; i++) {
        g_autofree char *payload = supply(a, session);
        asked = new_id(a, connection, from);
        if (percent(a, 95))
            tell(story, connection, from, asked, "key supply notification", payload);
    }
    for (guint i = 0; i < answers; i++)
        answer_session(a, story, session, connection, to, asked);
    return story;
}

/* ---- key relays ---- */

typedef struct {
    guint nodes[ROUTE_MAX];
    guint length; /* of nodes */
    guint links[ROUTE_MAX - 1];
    guint batches;
    guint keys[KEYS_MAX]; /* of a batch: the number of its Key ID */
    char *request;        /* NULL: it has none */
    gboolean acknowledged;
    guint32 asked; /* MessageID of the newest 0x1101 */
    guint32 first; /* of the first one */
} plan;

static char *request_member(const plan *p)
{
    return p->request != NULL ? g_strdup_printf(", \"Key relay request ID\": \"%s\"", p->request)
                              : g_strdup("");
}

static char *relay_payload(author *a, const plan *p, guint batch, gboolean contradicts)
{
    g_autofree char *request = request_member(p);
    guint destination = contradicts && percent(a, 50) ? NODES : p->nodes[p->length - 1];
    guint key = contradicts ? a->unique++ : p->keys[batch];

    return g_strdup_printf("\"Source KMA ID\": \"KMA-%u\", \"Destination KMA ID\": \"KMA-%u\", "
                           "\"Keys\": [{\"Key ID\": \"key-%u\", \"Key\": \"${key:16}\"}]%s",
                           p->nodes[0], destination, key, request);
}

static void send_batch(author *a, GPtrArray *story, plan *p, guint link, guint batch)
{
    guint connection = p->links[link], from = p->nodes[link];
    gboolean contradicts = link > 0 && p->request != NULL && percent(a, 4);
    g_autofree char *payload = relay_payload(a, p, batch, contradicts);

    p->asked = new_id(a, connection, from);
    if (link == 0 && batch == 0)
        p->first = p->asked;
    tell(story, connection, from, p->asked, "key relay", payload);
    if (percent(a, 7)) {
        p->asked = new_id(a, connection, from);
        tell(story, connection, from, p->asked, "key relay", payload);
    }
    if (percent(a, 7)) {
        connection = p->links[link] = other_connection(connection);
        p->asked = new_id(a, connection, from);
        tell(story, connection, from, p->asked, "key relay", payload);
    }
}

static void complete(author *a, GPtrArray *story, const plan *p, guint connection, guint from, guint32 asked)
{
    g_autofree char *request = request_member(p);
    g_autofree char *payload =
        g_strdup_printf("\"Response\": \"%s\"%s", percent(a, 90) ? "success" : "no route", request);

    tell(story, connection, from, p->request == NULL || percent(a, 20) ? asked : new_id(a, connection, from),
         "key relay completion", payload);
}

static plan make_plan(author *a)
{
    plan p = {.length = 2 + below(a, ROUTE_MAX - 1), .batches = percent(a, 20) ? 2 + below(a, 2) : 1};
    guint start = below(a, NODES);

    for (guint i = 0; i < p.length; i++)
        p.nodes[i] = (start + i) % NODES;
    for (guint i = 0; i + 1 < p.length; i++)
        p.links[i] = any_connection(a, p.nodes[i], p.nodes[i + 1]);
    for (guint i = 0; i < p.batches; i++)
        p.keys[i] = percent(a, 10) ? below(a, POOL) : 100 + a->unique++;
    if (percent(a, 80))
        p.request = percent(a, 15) ? g_strdup_printf("request-pool-%u", below(a, POOL))
                                   : g_strdup_printf("request-%u", a->unique++);
    p.acknowledged = percent(a, 40);
    return p;
}

static GPtrArray *tell_relay(author *a)
{
    GPtrArray *story = g_ptr_array_new_with_free_func(event_free);
    plan p = make_plan(a);
    guint last = p.length - 1;

    for (guint link = 0; link < last; link++) {
        for (guint batch = 0; batch < p.batches; batch++)
            send_batch(a, story, &p, link, batch);
        if (p.acknowledged && percent(a, 95))
            complete(a, story, &p, p.links[link], p.nodes[link + 1], p.asked);
    }
    if (percent(a, 85))
        complete(a, story, &p, any_connection(a, p.nodes[last], p.nodes[0]), p.nodes[last], p.first);
    g_free(p.request);
    return story;
}

/* ---- the scenario ---- */

static void write_connections(GString *text)
{
    const char *separator = "";

    for (guint client = 0; client < NODES; client++)
        for (guint server = 0; server < NODES; server++)
            for (guint i = 0; client != server && i < PARALLEL; i++) {
                g_string_append_printf(
                    text,
                    "%s\"c%u\": {\"client\": \"n%u\", \"server\": \"n%u\", \"port\": 7100, "
                    "\"acks\": false}",
                    separator, connection_of(client, server, i), client, server);
                separator = ",\n";
            }
}

static void write_event(author *a, GString *text, const event *e, gboolean first)
{
    g_string_append_printf(text, "%s{\"connection\": \"c%u\", \"from\": \"n%u\", \"delay\": 0.%04u, %s%s}",
                           first ? "" : ",\n", e->connection, e->from, below(a, 100),
                           percent(a, 15) ? "\"coalesce\": true, " : "", e->rest);
}

static void write_messages(author *a, GString *text, guint stories)
{
    GPtrArray *open[AT_ONCE] = {NULL};
    guint running = 0;
    gboolean first = TRUE;

    while (stories > 0 || running > 0) {
        guint i = below(a, AT_ONCE);
        if (open[i] == NULL && stories > 0) {
            open[i] = percent(a, 50) ? tell_relay(a) : tell_session(a);
            stories--;
            running++;
        }
        if (open[i] == NULL)
            continue;
        if (open[i]->len > 0) {
            write_event(a, text, g_ptr_array_index(open[i], 0), first);
            g_ptr_array_remove_index(open[i], 0);
            first = FALSE;
        } else {
            g_clear_pointer(&open[i], g_ptr_array_unref);
            running--;
        }
    }
}

char *random_scenario(guint32 seed, guint stories)
{
    author a = {.rand = g_rand_new_with_seed(seed)};
    GString *text = g_string_new("{\"nodes\": {");

    for (guint i = 0; i < NODES; i++)
        g_string_append_printf(text, "%s\"n%u\": \"192.0.2.%u\"", i > 0 ? ", " : "", i, i + 1);
    g_string_append(text, "},\n\"connections\": {");
    write_connections(text);
    g_string_append(text, "},\n\"messages\": [");
    write_messages(&a, text, stories);
    g_string_append(text, "]}\n");
    g_rand_free(a.rand);
    return g_string_free(text, FALSE);
}
