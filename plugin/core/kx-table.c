/* kx-table.c
 * Remembering what was seen under a name, at a few bytes an entry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-table.h"

#include <string.h>

#include <glib.h>

#define CAPACITY_MIN 64

/* Drawn at random when the program starts. */
static uint64_t keys[4];

static uint64_t random_word(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int();
}

static void draw_keys(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++)
        keys[i] = random_word();
    keys[0] |= 1;
}

/* Both halves of the product: with a factor that nobody knows, nobody can construct two others of one result. */
static inline uint64_t fold_product(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t cross = a1 * b0 + (a0 * b0 >> 32), middle = a0 * b1 + (uint32_t)cross;
    return (a1 * b1 + (cross >> 32) + (middle >> 32)) ^ (middle << 32 | (uint32_t)(a0 * b0));
#endif
}

static inline uint64_t load_64(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint32_t load_32(const uint8_t *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* Fewer than 8 bytes. Together with their number, the result tells them apart. */
static inline uint64_t load_few(const uint8_t *at, size_t length)
{
    if (length >= 4)
        return (uint64_t)load_32(at) << 32 | load_32(at + length - 4);
    if (length == 0)
        return 0;
    return (uint64_t)at[0] << 16 | (uint64_t)at[length / 2] << 8 | at[length - 1];
}

static inline uint64_t hash_finish(uint64_t hash, uint64_t last)
{
    hash = fold_product(hash ^ keys[2], last ^ keys[3]);
    return hash ? hash : 1;
}

uint64_t kx_hash(uint64_t seed, const void *bytes, size_t length)
{
    const uint8_t *at = (const uint8_t *)bytes;
    size_t left = length;

    if (keys[0] == 0)
        draw_keys();
    uint64_t hash = fold_product(seed ^ keys[0], length ^ keys[1]);
    for (; left >= 16; left -= 16, at += 16)
        hash = fold_product(load_64(at) ^ keys[1], load_64(at + 8) ^ hash);
    if (left >= 8) {
        hash = fold_product(load_64(at) ^ keys[1], hash);
        at += 8;
        left -= 8;
    }
    return hash_finish(hash, load_few(at, left));
}

uint64_t kx_hash_number(uint64_t seed, uint64_t number)
{
    if (keys[0] == 0)
        draw_keys();
    return hash_finish(fold_product(seed ^ keys[0], keys[1]), number);
}

/* The place of a hash, or the unused one where it would go. There is always an unused one. */
static uint32_t probe(const kx_table *table, uint64_t hash)
{
    uint32_t at = (uint32_t)hash & (table->capacity - 1);

    while (table->hashes[at] != 0 && table->hashes[at] != hash)
        at = (at + 1) & (table->capacity - 1);
    return at;
}

static void reseat(kx_table *table, uint32_t at)
{
    uint64_t hash = table->hashes[at];
    uint32_t value = table->values[at];

    table->hashes[at] = 0;
    table->values[at] = 0;
    at = probe(table, hash);
    table->hashes[at] = hash;
    table->values[at] = value;
}

/* Doubles the capacity in place, so that there are never two tables in memory. */
static void grow(kx_table *table)
{
    uint32_t old = table->capacity, added = old ? old : CAPACITY_MIN, unused = 0;

    table->capacity = old + added;
    table->hashes = g_renew(uint64_t, table->hashes, table->capacity);
    table->values = g_renew(uint32_t, table->values, table->capacity);
    memset(table->hashes + old, 0, added * sizeof *table->hashes);
    memset(table->values + old, 0, added * sizeof *table->values);
    while (unused < old && table->hashes[unused] != 0)
        unused++;
    /* Moved in this order, no entry goes behind its old place in either half, and so none ends up behind one that is
     * still to move. */
    for (uint32_t i = 1; i < old; i++) {
        uint32_t at = (unused + i) & (old - 1);
        if (table->hashes[at] != 0)
            reseat(table, at);
    }
}

uint32_t kx_table_get(const kx_table *table, uint64_t hash)
{
    return table->capacity ? table->values[probe(table, hash)] : 0;
}

uint32_t *kx_table_put(kx_table *table, uint64_t hash)
{
    if (table->count >= table->capacity / 4 * 3)
        grow(table);
    uint32_t at = probe(table, hash);

    if (table->hashes[at] == 0) {
        table->hashes[at] = hash;
        table->count++;
    }
    return &table->values[at];
}

void kx_table_clear(kx_table *table)
{
    g_free(table->hashes);
    g_free(table->values);
    *table = (kx_table){NULL, NULL, 0, 0};
}
