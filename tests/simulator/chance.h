/* chance.h
 * Everything random in a simulated network comes from its seed, and is the same on every machine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_CHANCE_H
#define KX_SIMULATOR_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t state;
} sim_chance;

/* Mixes a number so that neighbours have nothing in common (SplitMix64). */
uint64_t sim_mix(uint64_t number);

uint64_t chance_word(sim_chance *chance);

/* From 0 to limit - 1. limit: not 0. */
unsigned chance_below(sim_chance *chance, unsigned limit);

/* From first to last, both included. */
int64_t chance_between(sim_chance *chance, int64_t first, int64_t last);

bool chance_percent(sim_chance *chance, unsigned percent);

#endif
