/* chance.c
 * Reproducible chance.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "chance.h"

uint64_t sim_mix(uint64_t number)
{
    number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
    return number ^ (number >> 31);
}

uint64_t chance_word(sim_chance *chance)
{
    chance->state += UINT64_C(0x9e3779b97f4a7c15);
    return sim_mix(chance->state);
}

unsigned chance_below(sim_chance *chance, unsigned limit)
{
    return (unsigned)(chance_word(chance) % limit);
}

int64_t chance_between(sim_chance *chance, int64_t first, int64_t last)
{
    return first + (int64_t)(chance_word(chance) % (uint64_t)(last - first + 1));
}

bool chance_percent(sim_chance *chance, unsigned percent)
{
    return chance_below(chance, 100) < percent;
}
