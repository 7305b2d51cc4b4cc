/* bench-heuristic.c
 * Random segments through the heuristic's predicate: how many it claims, and what one call costs.
 *
 * usage: bench-heuristic [MILLIONS [SEED]]
 * Half of the segments have 10 bytes, half 64. Exits with 1 if any is claimed, or more than chance explains
 * are left undecided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kx-framing.h"
#include "kx-standard.h"
#include "random.h"

#define MILLION     1000000u
#define SEGMENT_MAX 64
#define BATCH       1000u

typedef struct {
    uint64_t segments, yes, unsure;
    double seconds;
} result;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void judge(result *r, const uint8_t *segment, uint32_t length)
{
    switch (kx_framing_claims(segment, length)) {
    case KX_CLAIM_YES:
        r->yes++;
        break;
    case KX_CLAIM_UNSURE:
        r->unsure++;
        break;
    case KX_CLAIM_NO:
        break;
    }
}

/* Judges a batch of segments, which were made before: that takes longer than judging. */
static void judge_batch(result *r, const uint8_t (*batch)[SEGMENT_MAX], uint32_t length)
{
    double begin = now();

    for (unsigned i = 0; i < BATCH; i++)
        judge(r, batch[i], length);
    r->seconds += now() - begin;
    r->segments += BATCH;
}

/* code: put where a header has its CommandCode, or 0 for none: what passes the first rule tries the others. */
static result measure(uint64_t segments, uint32_t length, uint16_t code, random_t *random)
{
    static uint8_t batch[BATCH][SEGMENT_MAX];
    result r = {0, 0, 0, 0};

    while (r.segments < segments) {
        for (unsigned i = 0; i < BATCH; i++) {
            random_fill(random, batch[i], length);
            if (code) {
                batch[i][KX_OFFSET_COMMAND_CODE] = (uint8_t)(code >> 8);
                batch[i][KX_OFFSET_COMMAND_CODE + 1] = (uint8_t)code;
            }
        }
        judge_batch(&r, batch, length);
    }
    return r;
}

static void report(const char *what, const result *r)
{
    printf("%s: %" PRIu64 " segments, %" PRIu64 " claimed, %" PRIu64 " undecided, %.1f ns each\n", what,
           r->segments, r->yes, r->unsure, r->seconds * 1e9 / (double)r->segments);
}

int main(int argc, char **argv)
{
    uint64_t millions = argc > 1 ? strtoull(argv[1], NULL, 10) : 100;
    random_t random = {argc > 2 ? strtoull(argv[2], NULL, 10) : 1};
    uint64_t half = millions * MILLION / 2;

    result ten = measure(half, KX_HEADER_LENGTH, 0, &random);
    result long_ones = measure(half, SEGMENT_MAX, 0, &random);
    result coded = measure(half / 10, SEGMENT_MAX, KX_KEY_RELAY, &random);
    report("10 random bytes", &ten);
    report("64 random bytes", &long_ones);
    report("64 random bytes with a known CommandCode", &coded);
    /* Ten bytes cannot show more than the CommandCode: 4 of 65,536 are right. Of longer segments with a right
     * one, 1 in 33,000 goes on like an object: 2 in 10^9 of all. */
    double expected = (double)half * 4 / 65536;
    return ten.yes || long_ones.yes || (double)ten.unsure > 1.5 * expected + 10;
}
