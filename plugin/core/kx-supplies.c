/* kx-supplies.c
 * Key supply notifications and the responses to them, by Session ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-supplies.h"

#include <string.h>

#include "kx-message-ids.h"
#include "kx-table.h"

/* No more supplies of one Session ID are looked at. */
#define LOOK_MAX 64

/* A response that came too early, and what it is looked for with. */
typedef struct {
    uint64_t session;
    kx_way way;
    uint32_t record;
    uint32_t older; /* the one before it with the same Session ID */
    uint32_t keys;  /* Key IDs, if it is successful */
} early_response;

kx_list kx_supplies = {sizeof(kx_supply), 0, NULL};

static kx_list early = {sizeof(early_response), 0, NULL};
static kx_table early_of; /* Session ID -> newest of them */
static kx_table sessions; /* Session ID -> newest supply */
static int64_t timeout, skew;
static bool mute; /* there are responses that do not even say what they answer */

static uint64_t hash_session(const kx_message *m)
{
    return m->session_id ? kx_hash(0, m->session_id, strlen(m->session_id)) : 0;
}

static int64_t between(uint32_t record, uint32_t later)
{
    return (int64_t)((uint64_t)kx_record_time(later) - (uint64_t)kx_record_time(record));
}

static bool is_old(const kx_supply *s, uint32_t now)
{
    return timeout && between(s->newest, now) > timeout;
}

static bool is_final(uint32_t record)
{
    return record && kx_record_at(record)->verdict != KX_INTERIM;
}

/* ---- requests ---- */

static uint32_t find_first_sent(const kx_way *way, uint32_t number, uint32_t newest)
{
    for (unsigned i = 0; newest && i < LOOK_MAX; i++, newest = kx_supply_at(newest)->older) {
        const kx_supply *s = kx_supply_at(newest);
        if (s->from == way->from && s->to == way->to)
            return is_final(s->answer) && is_old(s, number) ? 0 : newest;
    }
    return 0;
}

static uint32_t asked_for(const kx_message *m)
{
    if (!m->has_number_of_keys && m->default_number_of_keys)
        return m->default_number_of_keys;
    if (!m->has_number_of_keys || m->number_of_keys < 0)
        return KX_SUPPLY_NO_NUMBER;
    return m->number_of_keys < KX_SUPPLY_BIG_NUMBER ? (uint32_t)m->number_of_keys : KX_SUPPLY_BIG_NUMBER;
}

static uint32_t add_supply(const kx_message *m, const kx_way *way, uint32_t number, uint32_t older)
{
    kx_supply s = {.first = number,
                   .newest = number,
                   .from = way->from,
                   .to = way->to,
                   .connection = way->connection,
                   .message_id = m->header.message_id,
                   .older = older,
                   .asked = asked_for(m),
                   .nameless = !m->session_id,
                   .times = 1};

    return kx_list_append(&kx_supplies, &s);
}

void kx_supplies_see_request(const kx_sighting *sighting, const kx_way *way, uint32_t number)
{
    const kx_message *m = sighting->message;
    kx_record *r = kx_record_at(number);

    if (!m->session_id) {
        r->of = add_supply(m, way, number, 0);
        return;
    }
    uint32_t *newest = kx_table_put(&sessions, hash_session(m));
    uint32_t first = find_first_sent(way, number, *newest);
    if (!first) {
        r->of = *newest = add_supply(m, way, number, *newest);
        return;
    }
    r->of = first;
    r->repeats = 1;
    kx_supply_at(first)->newest = number;
    kx_supply_at(first)->times++;
}

/* ---- responses ---- */

/* What of several supplies is answered is told by, in this order: */
enum { YOUNG = 16, SAME_CONNECTION = 8, SAME_NODES = 4, UNANSWERED = 2, OPEN = 1 };

static unsigned rank_of(const kx_supply *s, const kx_way *way, uint32_t number)
{
    bool same_nodes = s->from == way->to && s->to == way->from;
    bool is_interim = kx_record_at(number)->verdict == KX_INTERIM;
    unsigned place = !same_nodes ? 0 : s->connection == way->connection ? SAME_CONNECTION : SAME_NODES;

    return (is_old(s, number) ? 0 : YOUNG) | place | (is_final(s->answer) ? 0 : OPEN) |
           (is_interim && !s->answer ? UNANSWERED : 0);
}

/* The oldest open one that fits best, or else the newest; nodes that do not fit must leave no choice. */
static uint32_t find_supply(uint64_t session, const kx_way *way, uint32_t number)
{
    uint32_t at = kx_table_get(&sessions, session), best = 0;
    unsigned best_rank = 0, count = 0;

    for (; at && count < LOOK_MAX; count++, at = kx_supply_at(at)->older) {
        unsigned rank = rank_of(kx_supply_at(at), way, number);
        if (best && (rank < best_rank || (rank == best_rank && !(rank & OPEN))))
            continue;
        best = at;
        best_rank = rank;
    }
    return (best_rank & (SAME_CONNECTION | SAME_NODES)) || count == 1 ? best : 0;
}

/* Between other nodes than those of the request, it may be another session of that name. */
static void answer(uint32_t supply, const kx_way *way, uint32_t number)
{
    kx_supply *s = kx_supply_at(supply);
    kx_record *r = kx_record_at(number);

    r->of = supply;
    r->uncertain = s->from != way->to || s->to != way->from;
    if (!s->answer || (!is_final(s->answer) && is_final(number)))
        s->answer = number;
    if (r->verdict == KX_SUCCESS)
        s->successful = number;
    s->successes += r->verdict == KX_SUCCESS;
}

/* What has the Session ID of a response that nobody can place may be what it answers. */
static void doubt_session(uint64_t session, uint32_t number)
{
    uint32_t at = kx_table_get(&sessions, session);

    for (unsigned i = 0; at && i < LOOK_MAX; i++, at = kx_supply_at(at)->older) {
        if (is_old(kx_supply_at(at), number))
            continue;
        kx_supply_at(at)->doubtful = true;
        kx_record_at(number)->unplaced = 1;
    }
}

void kx_supplies_see_response(const kx_sighting *sighting, const kx_way *way, uint32_t number)
{
    const kx_message *m = sighting->message;
    early_response e = {.session = hash_session(m), .way = *way, .record = number};
    uint32_t asked = e.session ? 0 : kx_message_ids_asked(way, m->header.message_id);

    if (e.session)
        asked = find_supply(e.session, way, number);
    else
        asked = asked && kx_record_at(asked)->kind == KX_RECORD_SUPPLY ? kx_record_at(asked)->of : 0;
    if (asked) {
        answer(asked, way, number);
    } else if (e.session) {
        doubt_session(e.session, number);
        uint32_t *newest = kx_table_put(&early_of, e.session);
        e.older = *newest;
        e.keys = m->verdict == KX_SUCCESS ? m->key_id_count : 0;
        *newest = kx_list_append(&early, &e);
    } else {
        mute = true;
        kx_record_at(number)->unplaced = 1;
    }
}

bool kx_supplies_are_doubtful(const kx_supply *s)
{
    return s->doubtful || (s->nameless && mute);
}

void kx_supplies_reconsider(const kx_message *m, uint32_t number)
{
    uint32_t at = early.count ? kx_table_get(&early_of, hash_session(m)) : 0;

    for (unsigned i = 0; at && i < LOOK_MAX; i++) {
        const early_response *e = (const early_response *)kx_list_at(&early, at);
        if (between(e->record, number) > skew)
            return;
        uint32_t supply = kx_record_at(e->record)->of ? 0 : find_supply(e->session, &e->way, e->record);
        if (supply) {
            answer(supply, &e->way, e->record);
            kx_supply_at(supply)->keys += e->keys;
        }
        at = e->older;
    }
}

/* A request that was sent several times may be answered as often, with keys of its own each time. */
bool kx_supplies_mismatch(uint32_t record)
{
    uint32_t number = kx_record_at(record)->of;
    const kx_supply *s = number ? kx_supply_at(number) : NULL;

    if (!s || s->successful != record || kx_record_at(record)->uncertain || s->asked == KX_SUPPLY_NO_NUMBER ||
        s->keys == s->asked)
        return false;
    return s->times == 1 || s->successes == 1 || s->asked == 0 || s->keys % s->asked != 0 ||
           s->keys / s->asked > s->times || s->keys == 0;
}

/* ---- life time ---- */

void kx_supplies_start(int64_t link_timeout, int64_t clock_skew)
{
    mute = false;
    timeout = link_timeout;
    skew = clock_skew;
}

void kx_supplies_forget(void)
{
    kx_list_clear(&kx_supplies);
    kx_list_clear(&early);
    kx_table_clear(&early_of);
    kx_table_clear(&sessions);
}
