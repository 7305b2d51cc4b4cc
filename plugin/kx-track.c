/* kx-track.c
 * What a message has to do with the others of the capture (clause 7).
 *
 * Every message has a record, in the order of the capture, so that the second pass finds it by frame and
 * ordinal. Records, relays and hops refer to each other by their index plus one; 0 is nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-track.h"

#include <string.h>

#include <epan/conversation.h>

#include "kx-list.h"
#include "kx-table.h"

/* Hops and namesakes that are looked through; no real capture has so many, and a hostile one gains nothing.
 */
#define LOOK_BACK_MAX 64

#define NO_NUMBER UINT32_MAX

typedef struct {
    int64_t time; /* nanoseconds since the epoch */
    uint32_t frame;
    uint32_t other; /* request: record of its response; response: record of its request */
    uint32_t older; /* 0x1103: the one before it with the same Session ID */
    union {
        uint32_t older_here;   /* 0x1103: likewise in its direction of its connection */
        uint32_t older_on_hop; /* 0x1101: the one before it on its hop; 0x1102: likewise, if it answers one */
    };
    union {
        uint32_t keys_asked_for; /* 0x1103: Number of keys, or NO_NUMBER */
        uint32_t step;           /* 0x1101 */
        uint32_t relay;          /* 0x1102 */
    };
    uint16_t command_code;
    bool keys_mismatch : 1;
    bool opens_frame : 1;   /* the first one of its frame */
    bool id_used_again : 1; /* its MessageID: state.id_users has more */
} record;

/* What only key relays (0x1101) have. */
typedef struct {
    uint64_t key_ids;
    uint32_t hop;
    uint32_t first;      /* record on hop 1 that this one continues */
    uint32_t previous;   /* record on the hop before */
    uint32_t next;       /* record on the hop behind */
    uint32_t reuse;      /* of Key IDs; 0 if there is none */
    uint32_t connection; /* and its direction */
    uint32_t end_points; /* half of their hash, which is enough within a relay */
    bool forward;
    uint8_t inconsistent;
} step;

/* Key IDs of a key relay that were relayed before, as in kx_links. */
typedef struct {
    uint32_t keys, first_key, first_key_in;
} reuse;

/* One KM link of a key relay. */
typedef struct {
    uint32_t relay;
    uint32_t number; /* 1 at the first one seen */
    uint32_t first;  /* record of the first 0x1101 on it */
    uint32_t newest; /* record of the newest one */
    uint32_t answer; /* record of the newest 0x1102 in the opposite direction of its connection */
    uint32_t before; /* the hop before, in order of appearance */
    uint32_t from_port_link,
        to_port_link; /* the link, told by either port: a retry may come from a new port */
} hop;

typedef struct {
    uint64_t end_points, transit;     /* as the first hop names them */
    const char *source, *destination; /* interned; NULL if the first hop does not name it */
    uint32_t first;                   /* record */
    uint32_t last_hop;
    uint32_t completion;    /* record of the 0x1102 that is no hop's answer */
    uint32_t older;         /* the relay before it with the same identity */
    uint32_t older_unnamed; /* the relay before it without request ID, of the same first MessageID */
} relay;

/* Of the structs above; numbers count from 1. */
static kx_list records = {sizeof(record), 0, NULL};
static kx_list steps = {sizeof(step), 0, NULL};
static kx_list reuses = {sizeof(reuse), 0, NULL};
static kx_list hops = {sizeof(hop), 0, NULL};
static kx_list relays = {sizeof(relay), 0, NULL};
static kx_list names = {sizeof(const char *), 0, NULL};

static struct {
    GStringChunk *texts;                 /* KMA IDs, each once */
    kx_table names;                      /* KMA ID -> number in names */
    uint32_t looked_at, looked_at_first; /* the frame last looked for, and its first record */
    kx_table message_ids;                /* connection, direction, MessageID -> newest record */
    kx_table id_users;                   /* record -> record that used its MessageID before it */
    kx_table sessions;    /* Session ID, alone and with connection and direction -> newest record */
    kx_table relay_names; /* Key relay request ID, or end points and Key IDs -> newest relay; without a
                             request ID, its first MessageID too */
    kx_table keys;        /* end points and Key ID -> record on the furthest hop of the newest relay */
} state;

/* Tells apart what is hashed for different purposes. */
enum { SESSION_HERE = 1, SESSION, REQUEST_ID, UNNAMED, END_POINTS, MESSAGE_ID, RECORD, LINK };

static record *record_at(uint32_t number)
{
    return (record *)kx_list_at(&records, number);
}

static step *step_at(uint32_t number)
{
    return (step *)kx_list_at(&steps, number);
}

static hop *hop_at(uint32_t number)
{
    return (hop *)kx_list_at(&hops, number);
}

static relay *relay_at(uint32_t number)
{
    return (relay *)kx_list_at(&relays, number);
}

/* The step of a key relay's record. */
static step *step_of(uint32_t number)
{
    return step_at(record_at(number)->step);
}

static uint64_t hash_text(uint64_t seed, const char *text)
{
    return kx_hash(seed, text, strlen(text));
}

/* ---- where a message travels ---- */

typedef struct {
    uint32_t connection;
    bool forward; /* an arbitrary but lasting name for one of the connection's directions */
    uint32_t from_port_link, to_port_link;
} route;

static uint64_t hash_address(uint64_t seed, const address *a)
{
    return kx_hash(seed, a->data, (size_t)a->len);
}

/* Looked up once for all messages of a segment. */
static uint32_t connection_of(packet_info *pinfo)
{
    kx_frame_state *frame = kx_get_frame_state(pinfo);

    if (!frame->connection)
        frame->connection = find_or_create_conversation(pinfo)->conv_index + 1;
    return frame->connection;
}

static route route_of(packet_info *pinfo)
{
    uint64_t nodes = hash_address(hash_address(LINK, &pinfo->src), &pinfo->dst);
    int order = cmp_address(&pinfo->src, &pinfo->dst);

    return (route){
        .connection = connection_of(pinfo),
        .forward = order != 0 ? order < 0 : pinfo->srcport < pinfo->destport,
        .from_port_link = (uint32_t)kx_hash_number(nodes, (uint64_t)pinfo->srcport << 1),
        .to_port_link = (uint32_t)kx_hash_number(nodes, (uint64_t)pinfo->destport << 1 | 1),
    };
}

static uint64_t hash_direction(uint64_t purpose, const route *way, bool opposite)
{
    return kx_hash_number(purpose, (uint64_t)way->connection << 1 | (way->forward != opposite));
}

/* ---- MessageIDs ---- */

/* The newest message with this MessageID in this direction of the connection, or in the opposite one. */
static uint32_t find_message_id(const kx_message *m, const route *way, bool opposite)
{
    return kx_table_get(&state.message_ids,
                        kx_hash_number(hash_direction(MESSAGE_ID, way, opposite), m->header.message_id));
}

/* The message that used a message's MessageID before it; 0 if there is none. */
static uint32_t earlier_user(uint32_t number)
{
    return record_at(number)->id_used_again ? kx_table_get(&state.id_users, kx_hash_number(RECORD, number))
                                            : 0;
}

/* The newest request of this kind that a response can be told by its MessageID to answer, whatever else used that
 * MessageID behind it; 0 if there is none. */
static uint32_t find_request(const kx_message *m, const route *way, uint16_t command_code)
{
    uint32_t number = find_message_id(m, way, true);

    for (unsigned i = 0; number && i < LOOK_BACK_MAX; i++, number = earlier_user(number))
        if (record_at(number)->command_code == command_code)
            return number;
    return 0;
}

static bool is_request(const record *r)
{
    return r->command_code == KX_KEY_RELAY || r->command_code == KX_KEY_SUPPLY;
}

/* A response that repeats its request's MessageID does not use it again, and for a command that nobody knows
 * it may be the same. */
static bool is_echo(const kx_message *m, const route *way, const record *r)
{
    uint32_t asked = find_message_id(m, way, true);

    if (!asked || !kx_command_code_known(r->command_code))
        return asked;
    /* Table I.1 has each response right behind its request. */
    return record_at(asked)->command_code == r->command_code - 1 && !is_request(r);
}

static void use_message_id(const kx_message *m, const route *way, uint32_t number)
{
    if (is_echo(m, way, record_at(number)))
        return;
    uint32_t *newest = kx_table_put(
        &state.message_ids, kx_hash_number(hash_direction(MESSAGE_ID, way, false), m->header.message_id));
    if (*newest) {
        record_at(number)->id_used_again = true;
        *kx_table_put(&state.id_users, kx_hash_number(RECORD, number)) = *newest;
    }
    *newest = number;
}

/* ---- key supply: 0x1103 and 0x1104 ---- */

static void add_key_supply(const kx_message *m, const route *way, uint32_t number)
{
    record *r = record_at(number);

    r->keys_asked_for =
        m->has_number_of_keys && m->number_of_keys < NO_NUMBER ? (uint32_t)m->number_of_keys : NO_NUMBER;
    if (!m->session_id)
        return;
    uint32_t *newest =
        kx_table_put(&state.sessions, hash_text(hash_direction(SESSION_HERE, way, false), m->session_id));
    r->older_here = *newest;
    *newest = number;
    newest = kx_table_put(&state.sessions, hash_text(SESSION, m->session_id));
    r->older = *newest;
    *newest = number;
}

static uint32_t *older_of(uint32_t number, bool here)
{
    record *r = record_at(number);

    return here ? &r->older_here : &r->older;
}

/* The newest request from one on that has no response yet; 0 if there is none. Answered ones behind the first are
 * forgotten on the way, so that looking takes constant time on average. */
static uint32_t newest_open(uint32_t newest, bool here)
{
    if (!newest || !record_at(newest)->other)
        return newest;
    uint32_t *older = older_of(newest, here);
    while (*older && record_at(*older)->other)
        *older = *older_of(*older, here);
    return *older;
}

static uint32_t find_key_supply(const kx_message *m, const route *way)
{
    if (!m->session_id)
        return find_request(m, way, KX_KEY_SUPPLY);
    uint32_t here =
        kx_table_get(&state.sessions, hash_text(hash_direction(SESSION_HERE, way, true), m->session_id));
    uint32_t anywhere = kx_table_get(&state.sessions, hash_text(SESSION, m->session_id));
    uint32_t request = newest_open(here, true);

    if (!request)
        request = newest_open(anywhere, false);
    if (!request)
        request = here ? here : anywhere;
    return request;
}

static void add_key_supply_response(const kx_message *m, const route *way, uint32_t number)
{
    record *r = record_at(number);

    r->other = find_key_supply(m, way);
    if (!r->other)
        return;
    record *request = record_at(r->other);
    if (!request->other)
        request->other = number;
    r->keys_mismatch = m->verdict == KX_SUCCESS && m->has_keys && request->keys_asked_for != NO_NUMBER &&
                       request->keys_asked_for != m->key_count;
}

/* ---- key relay: 0x1101 ---- */

static uint64_t hash_end_points(const kx_message *m)
{
    if (!m->source_kma_id || !m->destination_kma_id)
        return 0;
    return hash_text(hash_text(END_POINTS, m->source_kma_id), m->destination_kma_id);
}

/* Of the transit nodes; of a very long list, their number and the first ones. 0 if there are none. */
static uint64_t hash_transit(const kx_message *m)
{
    return m->transit_kma_ids ? hash_text(m->transit_count, m->transit_kma_ids) : 0;
}

/* What makes key relays the same one; 0 if it cannot be told. */
static uint64_t hash_relay_name(const kx_message *m)
{
    uint64_t end_points = hash_end_points(m);

    if (m->key_relay_request_id)
        return hash_text(REQUEST_ID, m->key_relay_request_id);
    return end_points && m->key_ids_hash ? kx_hash_number(end_points, m->key_ids_hash) : 0;
}

/* The relay's hop over the same KM link: between the same nodes, and to or from the same port. A retry may come over
 * another connection. */
static uint32_t find_hop(const relay *whole, const route *way)
{
    uint32_t number = whole->last_hop;

    for (unsigned i = 0; number && i < LOOK_BACK_MAX; i++, number = hop_at(number)->before) {
        const hop *h = hop_at(number);
        if (h->from_port_link == way->from_port_link || h->to_port_link == way->to_port_link)
            return number;
    }
    return 0;
}

/* The newest record on a hop that has these Key IDs; 0 if there is none. */
static uint32_t find_keys_on_hop(const hop *h, uint64_t key_ids)
{
    uint32_t number = h->newest;

    for (unsigned i = 0; number && i < LOOK_BACK_MAX; i++, number = record_at(number)->older_on_hop)
        if (step_of(number)->key_ids == key_ids)
            return number;
    return 0;
}

/* Whether a key relay that comes this way can still belong to the relay. One that is completed is over, and so is one
 * that was answered on this link: its name is used again, unless the keys come from the hop before and are new here. */
static bool is_open(const relay *whole, const route *way, uint64_t key_ids)
{
    uint32_t here = find_hop(whole, way);

    if (whole->completion || !here || !hop_at(here)->answer)
        return !whole->completion;
    uint32_t before = hop_at(here)->before;
    return before && find_keys_on_hop(hop_at(before), key_ids) && !find_keys_on_hop(hop_at(here), key_ids);
}

/* Not g_string_chunk_insert_const(): names that share a hash there are easily made. */
static const char *intern(const char *name)
{
    if (!name)
        return NULL;
    uint32_t *number = kx_table_put(&state.names, kx_hash(0, name, strlen(name)));
    if (!*number) {
        const char *copy = g_string_chunk_insert(state.texts, name);
        *number = kx_list_append(&names, &copy);
    }
    return *(const char **)kx_list_at(&names, *number);
}

/* Of the relays with one name, the newest that has these keys and can still go on; else the newest of all, if it
 * can. */
static uint32_t find_relay(uint32_t newest, const kx_message *m, const route *way)
{
    uint32_t number = newest;

    for (unsigned i = 0; number && i < LOOK_BACK_MAX; i++, number = relay_at(number)->older) {
        const relay *whole = relay_at(number);
        if (step_of(whole->first)->key_ids == m->key_ids_hash && is_open(whole, way, m->key_ids_hash))
            return number;
    }
    return newest && is_open(relay_at(newest), way, m->key_ids_hash) ? newest : 0;
}

static uint32_t start_relay(const kx_message *m, uint32_t older, uint32_t number)
{
    relay whole = {.end_points = hash_end_points(m),
                   .transit = hash_transit(m),
                   .source = intern(m->source_kma_id),
                   .destination = intern(m->destination_kma_id),
                   .first = number,
                   .older = older};

    uint32_t started = kx_list_append(&relays, &whole);
    if (!m->key_relay_request_id) {
        uint32_t *newest = kx_table_put(&state.relay_names, kx_hash_number(UNNAMED, m->header.message_id));
        relay_at(started)->older_unnamed = *newest;
        *newest = started;
    }
    return started;
}

static uint32_t relay_of(const kx_message *m, const route *way, uint32_t number)
{
    uint64_t name = hash_relay_name(m);

    if (!name)
        return start_relay(m, 0, number);
    uint32_t newest = kx_table_get(&state.relay_names, name);
    uint32_t found = find_relay(newest, m, way);
    if (found)
        return found;
    uint32_t started = start_relay(m, newest, number);
    *kx_table_put(&state.relay_names, name) = started;
    return started;
}

static uint32_t hop_of(uint32_t relay_number, const route *way)
{
    relay *whole = relay_at(relay_number);
    uint32_t here = find_hop(whole, way);

    if (!here) {
        hop h = {.relay = relay_number,
                 .number = whole->last_hop ? hop_at(whole->last_hop)->number + 1 : 1,
                 .before = whole->last_hop,
                 .from_port_link = way->from_port_link,
                 .to_port_link = way->to_port_link};
        here = whole->last_hop = kx_list_append(&hops, &h);
    }
    return here;
}

/* The same, or else the newest record of all: a relay may come in several messages. */
static uint32_t find_on_hop(const hop *h, uint64_t key_ids)
{
    uint32_t number = find_keys_on_hop(h, key_ids);

    return number ? number : h->newest;
}

/* The continuation of a message on the next hop, if that names another: a retry shares it with what it repeats. Without
 * one, what came first on the next hop. */
static uint32_t find_next(const step *s)
{
    uint32_t number = hop_at(s->hop)->newest, h = relay_at(hop_at(s->hop)->relay)->last_hop;

    for (unsigned i = 0; number && i < LOOK_BACK_MAX; i++, number = record_at(number)->older_on_hop) {
        const step *other = step_of(number);
        if (other->key_ids == s->key_ids && other->next)
            return other->next;
    }
    for (unsigned i = 0; h && i < LOOK_BACK_MAX && hop_at(h)->before != s->hop; i++)
        h = hop_at(h)->before;
    return h && hop_at(h)->before == s->hop ? hop_at(h)->first : 0;
}

static const hop *first_hop(const relay *whole)
{
    return hop_at(step_of(whole->first)->hop);
}

static unsigned compare_with_first(const kx_message *m, const relay *whole, const step *first)
{
    uint64_t end_points = hash_end_points(m);
    unsigned found = KX_SAME_RELAY;

    if (end_points && whole->end_points && end_points != whole->end_points)
        found |= KX_OTHER_END_POINTS;
    if (m->transit_count > 0 && whole->transit && hash_transit(m) != whole->transit)
        found |= KX_OTHER_TRANSIT_NODES;
    if (m->key_ids_hash && first->key_ids && m->key_ids_hash != first->key_ids)
        found |= KX_OTHER_KEY_IDS;
    return found;
}

/* Whether a record on an earlier hop has the same keys: Key IDs name them only together with the end points. */
static bool has_same_keys(uint32_t number, const step *s)
{
    const step *earlier = step_of(number);

    return earlier->key_ids == s->key_ids && earlier->end_points == s->end_points;
}

/* Whether the relay brought these very keys to the hop before or to the first one, and not to this one yet. */
static bool is_further_hop(const hop *h, const step *s)
{
    return s->previous && (has_same_keys(s->previous, s) || has_same_keys(s->first, s)) &&
           !find_keys_on_hop(h, s->key_ids);
}

/* Remembers the Key IDs and finds those that were relayed before: by another relay between the same KMAs, or by
 * this one on this hop or one behind it. Returns their reuse; 0 if there are none. */
static uint32_t use_keys(const kx_message *m, uint32_t number, const hop *h, const step *s)
{
    uint64_t end_points = hash_end_points(m);
    bool further = is_further_hop(h, s);
    reuse found = {0, 0, 0};

    for (uint32_t i = 0; end_points && i < m->key_id_count; i++) {
        uint32_t *used = kx_table_put(&state.keys, kx_hash_pair(end_points, m->key_ids[i]));
        const hop *before = *used ? hop_at(step_of(*used)->hop) : NULL;
        bool other = before && before->relay != h->relay;
        /* What another relay did with the key in between was told at the first hop, and that a capture has the hops in
         * another order tells nothing. */
        if (further && before && (other || before->number > h->number))
            continue;
        bool again = before && !other && before->number >= h->number;
        if ((other || again) && found.keys++ == 0) {
            found.first_key = i;
            found.first_key_in = record_at(before == h ? *used : step_of(*used)->first)->frame;
        }
        if (other || !before || before->number <= h->number)
            *used = number;
    }
    return found.keys ? kx_list_append(&reuses, &found) : 0;
}

static void add_key_relay(const kx_message *m, const route *way, uint32_t number)
{
    uint32_t relay_number = relay_of(m, way, number);
    uint32_t here = hop_of(relay_number, way);
    hop *h = hop_at(here);
    step s = {.hop = here,
              .key_ids = m->key_ids_hash,
              .first = number,
              .connection = way->connection,
              .end_points = (uint32_t)hash_end_points(m),
              .forward = way->forward};

    if (h->before) {
        s.previous = find_on_hop(hop_at(h->before), m->key_ids_hash);
        step *previous = step_of(s.previous);
        s.first = previous->first;
        /* The hop before may lack the message that named these keys at first. */
        if (step_of(s.first)->key_ids != m->key_ids_hash) {
            uint32_t first = find_keys_on_hop(first_hop(relay_at(relay_number)), m->key_ids_hash);
            s.first = first ? first : s.first;
        }
        s.inconsistent = (uint8_t)compare_with_first(m, relay_at(relay_number), step_of(s.first));
        if (!previous->next)
            previous->next = number;
    }
    record_at(number)->older_on_hop = h->newest;
    record_at(number)->step = kx_list_append(&steps, &s);
    step_of(number)->reuse = use_keys(m, number, h, &s);
    h->newest = number;
    if (!h->first)
        h->first = number;
}

/* ---- the end of a key relay: 0x1102 ---- */

/* The newest message of the relay in the opposite direction of the connection that a completion came over; 0 if there
 * is none. open: only one that has no response yet. */
static uint32_t find_asked(const relay *whole, const route *way, bool open)
{
    unsigned looked_at = 0;

    for (uint32_t h = whole->last_hop; h && looked_at < LOOK_BACK_MAX; h = hop_at(h)->before)
        for (uint32_t number = hop_at(h)->newest; number && looked_at++ < LOOK_BACK_MAX;
             number = record_at(number)->older_on_hop) {
            const record *r = record_at(number);
            const step *s = step_at(r->step);
            if (s->connection == way->connection && s->forward != way->forward && !(open && r->other))
                return number;
        }
    return 0;
}

/* Links a completion to a message on a hop. */
static void answer(uint32_t asked, uint32_t number)
{
    hop *h = hop_at(step_of(asked)->hop);

    record_at(number)->other = asked;
    record_at(number)->relay = h->relay;
    record_at(number)->older_on_hop = h->answer;
    h->answer = number;
    if (!record_at(asked)->other)
        record_at(asked)->other = number;
}

/* What answers a message of a hop that has no response of its own: the hop's first answer behind it; 0 if there is
 * none. */
static uint32_t find_answer(const hop *h, uint32_t number)
{
    uint32_t found = 0, answer_number = h->answer;

    for (unsigned i = 0; answer_number > number && i < LOOK_BACK_MAX; i++) {
        found = answer_number;
        answer_number = record_at(answer_number)->older_on_hop;
    }
    return found;
}

static void complete_relay(uint32_t relay_number, uint32_t number)
{
    relay *whole = relay_at(relay_number);

    record_at(number)->other = whole->first;
    record_at(number)->relay = relay_number;
    if (!whole->completion)
        whole->completion = number;
}

/* Relays of one name that a completion may be for. */
#define NAMESAKES_MAX 16

/* The newest key relay without request ID whose first hop has the MessageID and that has not ended; 0 if there is
 * none. */
static uint32_t find_unnamed(uint32_t message_id)
{
    uint32_t number = kx_table_get(&state.relay_names, kx_hash_number(UNNAMED, message_id));

    for (unsigned i = 0; number && i < NAMESAKES_MAX; i++, number = relay_at(number)->older_unnamed)
        if (!relay_at(number)->completion)
            return number;
    return 0;
}

/* A completion without Key relay request ID can only be told by its MessageID: that of an open key relay on its
 * connection, else that of the first hop of a key relay that has no request ID either. */
static void complete_by_message_id(const kx_message *m, const route *way, uint32_t number)
{
    uint32_t asked = find_request(m, way, KX_KEY_RELAY);
    uint32_t unnamed = find_unnamed(m->header.message_id);

    if (asked && (!record_at(asked)->other || !unnamed))
        answer(asked, number);
    else if (unnamed)
        complete_relay(unnamed, number);
}

/* In this order: an acknowledgement of a message of this connection that has none yet; the end of the newest relay that
 * has not ended; another notification about the newest one. */
static void add_completion(const kx_message *m, const route *way, uint32_t number)
{
    if (!m->key_relay_request_id) {
        complete_by_message_id(m, way, number);
        return;
    }
    uint32_t newest = kx_table_get(&state.relay_names, hash_text(REQUEST_ID, m->key_relay_request_id));
    uint32_t open = 0, candidate = newest, asked = 0;

    for (unsigned i = 0; candidate && i < NAMESAKES_MAX; i++, candidate = relay_at(candidate)->older) {
        asked = find_asked(relay_at(candidate), way, true);
        if (asked) {
            answer(asked, number);
            return;
        }
        if (!open && !relay_at(candidate)->completion && !find_asked(relay_at(candidate), way, false))
            open = candidate;
    }
    asked = newest && !open ? find_asked(relay_at(newest), way, false) : 0;
    if (asked)
        answer(asked, number);
    else if (newest)
        complete_relay(open ? open : newest, number);
}

/* ---- records ---- */

static int64_t nanoseconds(const nstime_t *at)
{
    return (int64_t)((uint64_t)at->secs * 1000000000U + (uint64_t)at->nsecs);
}

static nstime_t time_between(const record *from, const record *to)
{
    int64_t difference = (int64_t)((uint64_t)to->time - (uint64_t)from->time);
    nstime_t between = NSTIME_INIT_ZERO;

    between.secs = (time_t)(difference / 1000000000);
    between.nsecs = (int)(difference % 1000000000);
    return between;
}

static uint32_t add_record(packet_info *pinfo, const kx_message *m, unsigned ordinal)
{
    record r = {.opens_frame = ordinal == 0,
                .time = nanoseconds(&pinfo->abs_ts),
                .frame = pinfo->num,
                .command_code = m->header.command_code};
    route way = route_of(pinfo);
    uint32_t number = kx_list_append(&records, &r);

    if (r.command_code == KX_KEY_RELAY)
        add_key_relay(m, &way, number);
    else if (r.command_code == KX_KEY_RELAY_COMPLETION)
        add_completion(m, &way, number);
    else if (r.command_code == KX_KEY_SUPPLY)
        add_key_supply(m, &way, number);
    else if (r.command_code == KX_KEY_SUPPLY_RESPONSE)
        add_key_supply_response(m, &way, number);
    use_message_id(m, &way, number);
    return number;
}

/* The first record of a frame; 0 if there is none. With a read filter, rejected frames have the number of the next
 * accepted one, which is the last of that number. */
static uint32_t find_frame(uint32_t frame)
{
    uint32_t low = 0, high = records.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (record_at(middle + 1)->frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0 && record_at(low)->frame == frame && !record_at(low)->opens_frame)
        low--;
    return low > 0 && record_at(low)->frame == frame ? low : 0;
}

/* The record of a frame's message; 0 if the first pass did not see it. A frame's messages are asked for together, so
 * the frame is looked for once. */
static uint32_t find_record(uint32_t frame, unsigned ordinal)
{
    if (ordinal == 0 || state.looked_at != frame) {
        state.looked_at = frame;
        state.looked_at_first = find_frame(frame);
    }
    uint32_t number = state.looked_at_first + ordinal;

    return state.looked_at_first && number <= records.count && record_at(number)->frame == frame ? number : 0;
}

/* ---- what is known ---- */

static uint32_t frame_of(uint32_t number)
{
    return number ? record_at(number)->frame : 0;
}

static void link_key_relay(uint32_t number, kx_links *links)
{
    const record *r = record_at(number);
    const step *s = step_at(r->step);
    const hop *h = hop_at(s->hop);
    const relay *whole = relay_at(h->relay);
    uint32_t response = r->other;

    if (!response)
        response = find_answer(h, number);
    if (!response)
        response = whole->completion;
    links->response_in = frame_of(response);
    links->relay = h->relay;
    links->hop = h->number;
    links->previous_hop_in = frame_of(s->previous);
    links->next_hop_in = frame_of(s->next ? s->next : find_next(s));
    links->inconsistent = s->inconsistent;
    if (h->number > 1) {
        links->first_hop_in = frame_of(s->first);
        links->relay_time = time_between(record_at(s->first), r);
    }
    if (s->reuse) {
        const reuse *again = (const reuse *)kx_list_at(&reuses, s->reuse);
        links->reused_keys = again->keys;
        links->reused_key = again->first_key;
        links->reused_key_in = again->first_key_in;
    }
}

static void link_completion(uint32_t number, kx_links *links)
{
    const record *r = record_at(number);
    const hop *answered = hop_at(step_of(r->other)->hop);
    const relay *whole = relay_at(r->relay);

    links->relay = r->relay;
    links->answered_hop = whole->completion == number ? 0 : answered->number;
    links->source_kma_id = whole->source;
    links->destination_kma_id = whole->destination;
}

static void link_response(uint32_t number, kx_links *links)
{
    const record *r = record_at(number);

    links->unsolicited = !r->other;
    if (!r->other)
        return;
    links->response_to = frame_of(r->other);
    links->response_time = time_between(record_at(r->other), r);
    links->keys_mismatch = r->keys_mismatch;
    if (r->keys_mismatch)
        links->keys_asked_for = record_at(r->other)->keys_asked_for;
    if (r->command_code == KX_KEY_RELAY_COMPLETION)
        link_completion(number, links);
}

void kx_track(packet_info *pinfo, const kx_message *message, unsigned ordinal, kx_links *links)
{
    bool visited = PINFO_FD_VISITED(pinfo);
    uint32_t number = visited ? find_record(pinfo->num, ordinal) : add_record(pinfo, message, ordinal);

    memset(links, 0, sizeof *links);
    if (!number)
        return;
    const record *r = record_at(number);
    links->message_id_used_in = frame_of(earlier_user(number));
    if (r->command_code == KX_KEY_RELAY)
        link_key_relay(number, links);
    else if (r->command_code == KX_KEY_SUPPLY)
        links->response_in = frame_of(r->other);
    else if (kx_command_code_known(r->command_code))
        link_response(number, links);
    if (is_request(r))
        links->response_missing = visited && !links->response_in;
}

/* ---- life time ---- */

static void start(void)
{
    state.texts = g_string_chunk_new(1024);
    state.looked_at = 0;
}

static void forget(void)
{
    kx_list *lists[] = {&records, &steps, &reuses, &hops, &relays, &names};
    kx_table *tables[] = {&state.message_ids, &state.id_users, &state.sessions,
                          &state.relay_names, &state.keys,     &state.names};

    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
        kx_list_clear(lists[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++)
        kx_table_clear(tables[i]);
    g_string_chunk_free(state.texts);
    state.texts = NULL;
}

void kx_track_register(void)
{
    register_init_routine(start);
    register_cleanup_routine(forget);
}
