/* kx-message-ids.c
 * Which MessageIDs were used before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-message-ids.h"

#include "kx-table.h"

static kx_table users;  /* connection, direction and MessageID -> newest record */
static kx_table again;  /* record -> number in uses */
static kx_table newest; /* sender, or connection and direction -> newest MessageID */

/* A counter goes on by no more than this: some of its messages went elsewhere, or were not captured. */
#define COUNTED_MAX 8

/* Of a MessageID that was used before. */
typedef struct {
    uint32_t message_id;
    uint32_t earlier; /* record */
} use;

static kx_list uses = {sizeof(use), 0, NULL};

static uint64_t hash_direction(const kx_way *way, bool opposite)
{
    return kx_hash_number(0, (uint64_t)way->connection << 1 | (way->forward != opposite));
}

static uint32_t find(const kx_way *way, uint32_t message_id, bool opposite)
{
    return kx_table_get(&users, kx_hash_number(hash_direction(way, opposite), message_id));
}

uint32_t kx_message_ids_asked(const kx_way *way, uint32_t message_id)
{
    return find(way, message_id, true);
}

/* What answers a kind of request; OTHER stands for any, as nobody knows what it is. */
static bool may_answer(kx_record_kind kind, kx_record_kind asked)
{
    if (kind == KX_RECORD_OTHER)
        return true;
    return (kind == KX_RECORD_COMPLETION && asked == KX_RECORD_RELAY) ||
           (kind == KX_RECORD_RESPONSE && asked == KX_RECORD_SUPPLY);
}

static bool is_echo(const kx_way *way, uint32_t message_id, uint32_t number)
{
    uint32_t asked = kx_message_ids_asked(way, message_id);

    return asked &&
           may_answer((kx_record_kind)kx_record_at(number)->kind, (kx_record_kind)kx_record_at(asked)->kind);
}

/* The same request again, or one more answer to it. */
static bool says_the_same(uint32_t number, uint32_t before)
{
    const kx_record *r = kx_record_at(number), *b = kx_record_at(before);

    return r->kind == b->kind && r->of && r->of == b->of && (r->repeats || r->verdict != KX_NO_VERDICT);
}

void kx_message_ids_use(const kx_way *way, uint32_t message_id, uint32_t number)
{
    if (is_echo(way, message_id, number))
        return;
    uint32_t *user = kx_table_put(&users, kx_hash_number(hash_direction(way, false), message_id));

    if (*user && !says_the_same(number, *user)) {
        kx_record_at(number)->id_used_again = 1;
        *kx_table_put(&again, kx_hash_number(0, number)) = kx_list_append(&uses, &(use){message_id, *user});
    }
    *user = number;
}

uint32_t kx_message_ids_earlier(uint32_t number, uint32_t *message_id)
{
    if (!kx_record_at(number)->id_used_again)
        return 0;
    const use *u = (const use *)kx_list_at(&uses, kx_table_get(&again, kx_hash_number(0, number)));

    *message_id = u->message_id;
    return u->earlier;
}

static bool follows(uint32_t *last, uint32_t message_id)
{
    bool next = message_id - *last - 1 < COUNTED_MAX;

    *last = message_id;
    return next;
}

bool kx_message_ids_counts_on(const kx_way *way, uint32_t message_id)
{
    bool on_connection = follows(kx_table_put(&newest, hash_direction(way, false)), message_id);
    bool at_all = follows(&kx_end_at(way->from)->message_id, message_id);

    return on_connection || at_all;
}

void kx_message_ids_forget(void)
{
    kx_table_clear(&users);
    kx_table_clear(&again);
    kx_list_clear(&uses);
    kx_table_clear(&newest);
}
