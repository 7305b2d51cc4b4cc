/* kx-table.h
 * Remembering what was seen under a name, at a few bytes an entry: an open-addressed table from 64-bit keyed
 * hashes to numbers. The names themselves are not kept: two of them that share a hash cannot be
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

/* Starts empty if all zero. Two arrays, as a struct of both members would have padding. */
typedef struct {
    uint64_t *hashes; /* 0: unused */
    uint32_t *values;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t count;
} kx_table;

/* Returns the value of a hash; 0 if there is none. */
uint32_t kx_table_get(const kx_table *table, uint64_t hash);

/* Returns where the value of a hash is kept; it is 0 if the hash is new. It stays there until the next
 * kx_table_put(). */
uint32_t *kx_table_put(kx_table *table, uint64_t hash);

/* Frees the entries; the table is empty then. */
void kx_table_clear(kx_table *table);

#endif
