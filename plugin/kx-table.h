/* kx-table.h
 * Remembering what was seen under a name, at a few bytes an entry: an open-addressed table from 64-bit keyed
 * hashes to small records. The names themselves are not kept: two of them that share a hash cannot be
 * constructed without the key, which is drawn at random when the program starts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TABLE_H
#define KX_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Mixes bytes into a hash. seed: 0 or the hash of what comes before; the parts' lengths count too. Never
 * returns 0. */
uint64_t kx_hash(uint64_t seed, const void *bytes, size_t length);

/* Mixes two hashes that are not of the same thing. Never returns 0. */
static inline uint64_t kx_hash_pair(uint64_t one, uint64_t other)
{
    uint64_t both = (one << 32 | one >> 32) ^ other;
    return both ? both : 1;
}

/* kx_hash() of a number. */
uint64_t kx_hash_number(uint64_t seed, uint64_t number);

typedef struct {
    uint64_t hash;  /* 0: unused */
    uint32_t value; /* the user's, 0 at first */
    uint32_t extra; /* likewise */
} kx_entry;

/* Starts empty if all zero. */
typedef struct {
    kx_entry *entries;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t count;
} kx_table;

/* Returns the entry of a hash; NULL if there is none. It stays where it is until the next kx_table_put(). */
kx_entry *kx_table_get(const kx_table *table, uint64_t hash);

/* Returns the entry of a hash, which is added with value and extra 0 if there is none. added: set to whether
 * it was; may be NULL. */
kx_entry *kx_table_put(kx_table *table, uint64_t hash, bool *added);

/* Frees the entries; the table is empty then. */
void kx_table_clear(kx_table *table);

#endif
