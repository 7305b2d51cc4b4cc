/* kx-transit.c
 * Lists of transit nodes, each kept once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-transit.h"

#include "kx-interned.h"
#include "kx-list.h"
#include "kx-table.h"

/* Of longer lists, only the whole can be told from others. */
#define RESTS_MAX 32

typedef struct {
    uint64_t hash;
    uint32_t text; /* interned */
    uint32_t count;
    uint32_t
        rests; /* the first of count hashes: of the list, of the list without its first node, and so on; or 0 */
} transit_list;

static kx_list lists = {sizeof(transit_list), 0, NULL};
static kx_list rests = {sizeof(uint64_t), 0, NULL};
static kx_table numbers;

static const transit_list *list_at(uint32_t number)
{
    return (const transit_list *)kx_list_at(&lists, number);
}

/* From the last node to the first, so that each rest has its hash on the way. hashes: count of them, or NULL. */
static uint64_t hash_rests(const kx_message *m, uint64_t *hashes)
{
    uint64_t hash = 0;

    for (uint32_t i = m->transit_count; i-- > 0;) {
        hash = kx_hash_number(hash, m->transit[i]);
        if (hashes)
            hashes[i] = hash;
    }
    return hash;
}

static uint32_t add_list(const kx_message *m, uint64_t hash)
{
    transit_list added = {hash, kx_interned_number(m->transit_kma_ids), m->transit_count, 0};
    uint64_t hashes[RESTS_MAX];

    if (m->transit_count <= RESTS_MAX) {
        hash_rests(m, hashes);
        added.rests = rests.count + 1;
        for (uint32_t i = 0; i < m->transit_count; i++)
            kx_list_append(&rests, &hashes[i]);
    }
    return kx_list_append(&lists, &added);
}

uint32_t kx_transit_number(const kx_message *m)
{
    if (m->transit_count == 0 || !m->transit)
        return 0;
    uint64_t hash = hash_rests(m, NULL);
    uint32_t *number = kx_table_put(&numbers, hash);

    if (*number == 0)
        *number = add_list(m, hash);
    return *number;
}

bool kx_transit_is_rest(uint32_t whole, uint32_t rest)
{
    if (whole == 0 || rest == 0)
        return false;
    const transit_list *w = list_at(whole), *r = list_at(rest);

    return w->rests && r->count < w->count &&
           *(const uint64_t *)kx_list_at(&rests, w->rests + w->count - r->count) == r->hash;
}

bool kx_transit_goes_with(uint32_t first, uint32_t later)
{
    return first == 0 || later == 0 || first == later || kx_transit_is_rest(first, later);
}

const char *kx_transit_text(uint32_t number)
{
    return number ? kx_interned_text(list_at(number)->text) : NULL;
}

uint32_t kx_transit_count(uint32_t number)
{
    return number ? list_at(number)->count : 0;
}

void kx_transit_forget(void)
{
    kx_list_clear(&lists);
    kx_list_clear(&rests);
    kx_table_clear(&numbers);
}
