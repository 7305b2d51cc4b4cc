/* Reproducible pseudo-random numbers for key data and identifiers.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "random.h"

uint64_t random_next(random_t *random)
{
    uint64_t mixed = random->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

void random_fill(random_t *random, uint8_t *bytes, size_t length)
{
    while (length > 0) {
        uint64_t bits = random_next(random);
        for (unsigned i = 0; i < sizeof bits && length > 0; i++, length--) {
            *bytes++ = (uint8_t)(bits >> (8 * i));
        }
    }
}

uint64_t random_hash(uint64_t seed, const char *text)
{
    random_t random = {seed};
    for (; *text != '\0'; text++) {
        random.state ^= (uint8_t)*text;
        random.state = random_next(&random);
    }
    return random_next(&random);
}
