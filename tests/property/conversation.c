/* conversation.c
 * Random Kx conversations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "conversation.h"

#include <string.h>

enum {
    HEADER = 10,
    PAYLOAD_MAX = 65535,
    KEY_RELAY = 0x1101,
    COMPLETION = 0x1102,
    SUPPLY = 0x1103,
    RESPONSE = 0x1104
};

static guint32 counter; /* of messages */

guint random_between(random_t *random, guint low, guint high)
{
    return low + (guint)(random_next(random) % (high - low + 1));
}

static turn *turn_new(guint connection, gboolean server)
{
    turn *t = g_new(turn, 1);

    *t = (turn){connection, server, g_byte_array_new(), g_array_new(FALSE, FALSE, sizeof(guint32)),
                g_array_new(FALSE, FALSE, sizeof(guint32))};
    return t;
}

void turn_free(turn *t)
{
    g_byte_array_unref(t->bytes);
    g_array_unref(t->ids);
    g_array_unref(t->ends);
    g_free(t);
}

/* An odd factor makes all of them different, and of bytes that count for much: 0x11 too. */
static guint32 next_id(void)
{
    return ++counter * 0x9e3779b1u;
}

static void add_message(turn *t, guint code, const GString *payload)
{
    guint32 id = next_id();
    const guint8 header[HEADER] = {0,
                                   1,
                                   (guint8)(id >> 24),
                                   (guint8)(id >> 16),
                                   (guint8)(id >> 8),
                                   (guint8)id,
                                   (guint8)(code >> 8),
                                   (guint8)code,
                                   (guint8)(payload->len >> 8),
                                   (guint8)payload->len};

    g_assert(payload->len <= PAYLOAD_MAX);
    g_byte_array_append(t->bytes, header, sizeof header);
    g_byte_array_append(t->bytes, (const guint8 *)payload->str, (guint)payload->len);
    g_array_append_val(t->ids, id);
    g_array_append_val(t->ends, t->bytes->len);
}

/* ---- payloads ---- */

/* Characters of every length, escapes, and JSON's own signs. */
static const char *const snippets[] = {"a",
                                       "Z9",
                                       "\xc3\xa9",
                                       "\xe9\x8d\xb5",
                                       "\xf0\x9f\x94\x91",
                                       " ",
                                       "\\\"",
                                       "{",
                                       "}",
                                       "[1]",
                                       "\\u0011\\u0001",
                                       "\\n",
                                       ",",
                                       ":",
                                       "\\ud83d\\udd11",
                                       "\\\\",
                                       "/",
                                       "-"};

static void add_text(GString *to, random_t *random, guint count)
{
    for (; count > 0; count--)
        g_string_append(to, snippets[random_between(random, 0, G_N_ELEMENTS(snippets) - 1)]);
}

static void add_space(GString *to, random_t *random)
{
    static const char *const spaces[] = {"", "", "", " ", "\n", "\r\n\t"};

    g_string_append(to, spaces[random_between(random, 0, G_N_ELEMENTS(spaces) - 1)]);
}

static GString *object_begin(random_t *random, const char *name, const char *value)
{
    GString *payload = g_string_new(NULL);

    add_space(payload, random);
    g_string_append_printf(payload, "{\"%s\":", name);
    add_space(payload, random);
    g_string_append_printf(payload, "\"%s\"", value);
    return payload;
}

static void object_end(GString *payload, random_t *random)
{
    if (payload->len + 4 < PAYLOAD_MAX)
        add_space(payload, random);
    g_string_append_c(payload, '}');
    if (payload->len < PAYLOAD_MAX)
        g_string_append(payload, random_between(random, 0, 9) ? "" : "\n");
}

static void add_text_member(GString *payload, random_t *random, const char *name, guint count)
{
    g_string_append_printf(payload, ",\"%s\":\"", name);
    add_text(payload, random, count);
    g_string_append_c(payload, '"');
}

/* Fills up to a random size, in one case of eight to the largest. */
static void fill(GString *payload, random_t *random, guint largest)
{
    guint size = random_between(random, 0, 7) ? random_between(random, 0, MIN(largest, 900)) : largest;

    if (payload->len + 30 > size)
        return;
    g_string_append(payload, ",\"Extension\":[{\"fill\":\"");
    for (guint rest = size - (guint)payload->len - 4; rest > 0; rest--)
        g_string_append_c(payload, 'f');
    g_string_append(payload, "\"}]");
}

static void add_keys(GString *payload, random_t *random, const char *name)
{
    guint count = random_between(random, 1, 4);

    g_string_append(payload, ",\"Keys\":[");
    for (guint i = 0; i < count; i++) {
        guint8 key[48];
        guint length = random_between(random, 1, sizeof key);
        random_fill(random, key, length);
        g_autofree char *data = g_base64_encode(key, length);
        g_string_append_printf(payload, "%s{\"Key ID\":\"%s-%u\",\"Key\":\"%s\"}", i ? "," : "", name, i,
                               data);
    }
    g_string_append_c(payload, ']');
}

static GString *key_relay(random_t *random, const char *request, guint largest)
{
    GString *payload = object_begin(random, "Key relay request ID", request);

    g_string_append(payload,
                    ",\"Source KMA ID\":\"KMA-\xe6\x9d\xb1\xe4\xba\xac\",\"Destination KMA ID\":\"KMA-2\"");
    add_keys(payload, random, request);
    fill(payload, random, largest);
    object_end(payload, random);
    return payload;
}

static GString *completion(random_t *random, const char *request)
{
    GString *payload = object_begin(random, "Key relay request ID", request);

    g_string_append(payload,
                    random_between(random, 0, 3) ? ",\"Response\":\"success\"" : ",\"Response\":\"no key\"");
    object_end(payload, random);
    return payload;
}

static GString *key_supply(random_t *random, const char *session, guint largest)
{
    GString *payload = object_begin(random, "Session ID", session);

    g_string_append_printf(payload, ",\"Number of keys\":%u", random_between(random, 1, 2));
    fill(payload, random, largest);
    object_end(payload, random);
    return payload;
}

static GString *supply_response(random_t *random, const char *session)
{
    GString *payload = object_begin(random, "Session ID", session);

    g_string_append(payload, ",\"Response\":\"success\"");
    add_text_member(payload, random, "Key ID", random_between(random, 1, 12));
    object_end(payload, random);
    return payload;
}

/* What the standard does not list: another command, or an object that holds nothing. */
static GString *other(random_t *random)
{
    GString *payload = g_string_new("{");

    if (random_between(random, 0, 1)) {
        g_string_append(payload, "\"x\":1");
        add_text_member(payload, random, "y", random_between(random, 0, 40));
    }
    g_string_append_c(payload, '}');
    return payload;
}

static void add_and_free(turn *t, guint code, GString *payload)
{
    add_message(t, code, payload);
    g_string_free(payload, TRUE);
}

/* ---- conversations ---- */

static char *new_name(random_t *random, const char *prefix)
{
    GString *name = g_string_new(NULL);

    g_string_printf(name, "%s-%u-", prefix, counter);
    add_text(name, random, random_between(random, 0, 5));
    return g_string_free(name, FALSE);
}

static void add_supplies(GPtrArray *turns, random_t *random, guint largest)
{
    guint connection = random_between(random, 0, CONNECTIONS - 1), count = random_between(random, 1, 6);
    turn *ask = turn_new(connection, FALSE), *answer = turn_new(connection, TRUE);

    for (guint i = 0; i < count; i++) {
        g_autofree char *session = new_name(random, "session");
        add_and_free(ask, SUPPLY, key_supply(random, session, largest));
        if (random_between(random, 0, 5))
            add_and_free(answer, RESPONSE, supply_response(random, session));
        if (random_between(random, 0, 5) == 0)
            add_and_free(answer, random_between(random, 0, 1) ? 0x1105 : 0x2201, other(random));
    }
    g_ptr_array_add(turns, ask);
    g_ptr_array_add(turns, answer);
}

static void add_relays(GPtrArray *turns, random_t *random, guint largest)
{
    turn *hops[CONNECTIONS], *end = turn_new(0, TRUE);
    guint count = random_between(random, 1, 3);

    for (guint i = 0; i < CONNECTIONS; i++)
        hops[i] = turn_new(i, FALSE);
    for (guint i = 0; i < count; i++) {
        g_autofree char *request = new_name(random, "relay");
        for (guint hop = 0; hop < CONNECTIONS; hop++)
            add_and_free(hops[hop], KEY_RELAY, key_relay(random, request, largest));
        add_and_free(end, COMPLETION, completion(random, request));
    }
    for (guint i = 0; i < CONNECTIONS; i++)
        g_ptr_array_add(turns, hops[i]);
    g_ptr_array_add(turns, end);
}

GPtrArray *conversation_new(random_t *random, guint largest)
{
    GPtrArray *turns = g_ptr_array_new_with_free_func((GDestroyNotify)turn_free);

    for (guint rounds = random_between(random, 1, 3); rounds > 0; rounds--)
        if (random_between(random, 0, 1))
            add_supplies(turns, random, largest);
        else
            add_relays(turns, random, largest);
    return turns;
}

turn *turn_of_notifications(random_t *random, guint count, guint largest)
{
    turn *t = turn_new(0, FALSE);

    for (; count > 0; count--) {
        g_autofree char *name = new_name(random, "id");
        if (random_between(random, 0, 1))
            add_and_free(t, SUPPLY, key_supply(random, name, largest));
        else
            add_and_free(t, KEY_RELAY, key_relay(random, name, largest));
    }
    return t;
}
