/* kx-reuse.c
 * Key IDs and keys that were used twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-reuse.h"

#include "kx-batches.h"
#include "kx-supplies.h"
#include "kx-table.h"

static kx_table relayed;  /* end points and Key ID -> record that relayed it for its newest batch */
static kx_table data;     /* Key -> record that relayed it first */
static kx_table supplied; /* ends and Key ID -> record that supplied it first */
static kx_table reusing;  /* record -> number in reuses */
static kx_list reuses = {sizeof(kx_reuses), 0, NULL};

static void note(kx_reuse *r, uint32_t index, uint32_t before)
{
    if (r->times++ == 0) {
        r->first = index;
        r->first_in = before;
    }
}

static void keep(const kx_reuses *found, uint32_t number)
{
    if (!found->key_ids.times && !found->key_data.times && !found->supplied.times)
        return;
    kx_record_at(number)->reuses = 1;
    *kx_table_put(&reusing, kx_hash_number(0, number)) = kx_list_append(&reuses, found);
}

const kx_reuses *kx_reuse_of(uint32_t number)
{
    if (!kx_record_at(number)->reuses)
        return NULL;
    return (const kx_reuses *)kx_list_at(&reuses, kx_table_get(&reusing, kx_hash_number(0, number)));
}

static uint32_t batch_of(uint32_t record)
{
    return kx_hop_at(kx_record_at(record)->of)->batch;
}

static uint64_t hash_end_points(uint32_t record)
{
    const kx_relay *r = kx_relay_at(kx_batch_at(batch_of(record))->relay);

    return kx_hash_number(r->source, r->destination);
}

/* Returns the record that relayed the Key ID before; 0 if there is none. */
static uint32_t see_key_id(kx_reuses *found, const kx_message *m, uint64_t end_points, uint32_t i,
                           uint32_t number)
{
    uint32_t *user = kx_table_put(&relayed, kx_hash_pair(end_points, m->key_ids[i])), before = *user;
    uint32_t batch = batch_of(number), earlier = before ? batch_of(before) : 0;

    if (earlier == batch)
        return before;
    if (before)
        note(&found->key_ids, i, before);
    if (!before || kx_batch_at(earlier)->relay != kx_batch_at(batch)->relay)
        kx_batch_at(batch)->keys++;
    *user = number;
    return before;
}

/* Whether one of the keys before it in its message is the same. */
static bool stands_before(const kx_message *m, uint32_t i)
{
    for (uint32_t other = 0; other < i; other++)
        if (m->key_data[other] == m->key_data[i])
            return m->key_ids[other] != m->key_ids[i];
    return false;
}

/* The same data under the same Key ID is the reuse of a Key ID. before: the record that relayed the Key ID, 0 if
 * none. */
static void see_data(kx_reuses *found, const kx_message *m, uint32_t i, uint32_t before, uint32_t number)
{
    uint32_t *user = kx_table_put(&data, m->key_data[i]);

    if (!*user)
        *user = number;
    else if (*user == number
                 ? !found->key_data.times && stands_before(m, i)
                 : batch_of(*user) != batch_of(number) && (!before || batch_of(before) != batch_of(*user)))
        note(&found->key_data, i, *user);
}

void kx_reuse_see_relay(const kx_message *m, uint32_t number)
{
    kx_reuses found = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
    uint64_t end_points = hash_end_points(number);

    for (uint32_t i = 0; i < m->key_id_count; i++) {
        uint32_t before = see_key_id(&found, m, end_points, i, number);
        if (m->key_data && m->key_data[i])
            see_data(&found, m, i, before, number);
    }
    keep(&found, number);
}

static uint64_t hash_way(const kx_way *way)
{
    return kx_hash_number(way->indistinct ? way->connection : 0, (uint64_t)way->from << 32 | way->to);
}

void kx_reuse_see_response(const kx_message *m, const kx_way *way, uint32_t number)
{
    kx_reuses found = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
    uint32_t supply = kx_record_at(number)->of;

    for (uint32_t i = 0; i < m->key_id_count; i++) {
        uint32_t *user = kx_table_put(&supplied, kx_hash_pair(hash_way(way), m->key_ids[i]));
        uint32_t before = *user ? kx_record_at(*user)->of : 0;
        if (supply && before && supply != before)
            note(&found.supplied, i, *user);
        if (*user && supply == before)
            continue;
        *user = number;
        if (supply)
            kx_supply_at(supply)->keys++;
    }
    keep(&found, number);
}

void kx_reuse_forget(void)
{
    kx_table *tables[] = {&relayed, &data, &supplied, &reusing};

    for (unsigned i = 0; i < sizeof tables / sizeof *tables; i++)
        kx_table_clear(tables[i]);
    kx_list_clear(&reuses);
}
