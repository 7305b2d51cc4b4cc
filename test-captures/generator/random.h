/* Reproducible pseudo-random numbers for key data and identifiers.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_RANDOM_H
#define KX_CAPTURE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Not for real keys: a capture has to come out the same, byte for byte, on every machine and with
 * every version of every library. That rules out rand() and GRand, and this is SplitMix64. */
typedef struct {
    uint64_t state;
} random_t;

/** Returns the next 64 pseudo-random bits of a sequence that its state fixes. */
uint64_t random_next(random_t *random);

/** Fills @p bytes with @p length pseudo-random bytes. */
void random_fill(random_t *random, uint8_t *bytes, size_t length);

/** Returns a hash of the zero-terminated @p text that depends on @p seed. */
uint64_t random_hash(uint64_t seed, const char *text);

#endif
