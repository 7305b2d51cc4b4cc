/* kx-table.c
 * Remembering what was seen under a name, at a few bytes an entry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-table.h"

#include <string.h>

#include <glib.h>

#define CAPACITY_MIN 64

/* SipHash-1-3 (Aumasson, Bernstein): short, fast on short input, and keyed. */
typedef struct {
    uint64_t v0, v1, v2, v3;
} sip;

static inline uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

static uint64_t key_half(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int();
}

uint64_t kx_hash(uint64_t seed, const void *bytes, size_t length)
{
    static uint64_t key0, key1;

    if (key0 == 0) {
        key0 = key_half() | 1;
        key1 = key_half();
    }

    const uint8_t *at = (const uint8_t *)bytes;
    uint64_t last = (uint64_t)length << 56;
    sip s = {key0 ^ UINT64_C(0x736f6d6570736575), key1 ^ UINT64_C(0x646f72616e646f6d),
             key0 ^ UINT64_C(0x6c7967656e657261), key1 ^ UINT64_C(0x7465646279746573)};

    sip_word(&s, seed);
    for (; length >= 8; length -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        sip_word(&s, word);
    }
    if (length > 0) {
        uint64_t rest = 0;
        memcpy(&rest, at, length);
        last ^= rest;
    }
    sip_word(&s, last);
    s.v2 ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    uint64_t hash = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
    return hash ? hash : 1;
}

uint64_t kx_hash_number(uint64_t seed, uint64_t number)
{
    return kx_hash(seed, &number, sizeof number);
}

/* The entry of a hash, or the unused one where it would go. There is always an unused one. */
static kx_entry *probe(kx_entry *entries, uint32_t capacity, uint64_t hash)
{
    uint32_t i = (uint32_t)hash & (capacity - 1);

    while (entries[i].hash != 0 && entries[i].hash != hash)
        i = (i + 1) & (capacity - 1);
    return &entries[i];
}

static void grow(kx_table *table)
{
    uint32_t capacity = table->capacity ? table->capacity * 2 : CAPACITY_MIN;
    kx_entry *entries = g_new0(kx_entry, capacity);

    for (uint32_t i = 0; i < table->capacity; i++)
        if (table->entries[i].hash != 0)
            *probe(entries, capacity, table->entries[i].hash) = table->entries[i];
    g_free(table->entries);
    table->entries = entries;
    table->capacity = capacity;
}

kx_entry *kx_table_get(const kx_table *table, uint64_t hash)
{
    if (table->capacity == 0)
        return NULL;
    kx_entry *entry = probe(table->entries, table->capacity, hash);
    return entry->hash ? entry : NULL;
}

kx_entry *kx_table_put(kx_table *table, uint64_t hash, bool *added)
{
    if (table->count >= table->capacity / 4 * 3)
        grow(table);
    kx_entry *entry = probe(table->entries, table->capacity, hash);
    bool is_new = entry->hash == 0;

    if (is_new) {
        entry->hash = hash;
        table->count++;
    }
    if (added)
        *added = is_new;
    return entry;
}

void kx_table_clear(kx_table *table)
{
    g_free(table->entries);
    *table = (kx_table){NULL, 0, 0};
}
