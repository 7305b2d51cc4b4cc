/* memory.h
 * Memory that lives as long as a simulated network; the next one gets the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_MEMORY_H
#define KX_SIMULATOR_MEMORY_H

#include <glib.h>
#include <stddef.h>

/* Starts empty if all zero. */
typedef struct {
    GPtrArray *blocks;
    guint block;  /* the one in use */
    size_t taken; /* of it, in bytes */
} sim_memory;

/* Zeroed memory, aligned for anything the simulator keeps. size: small, in bytes. */
void *memory_take(sim_memory *memory, size_t size);

#define MEMORY_NEW(memory, type, count) ((type *)memory_take(memory, sizeof(type) * (count)))

const char *memory_print(sim_memory *memory, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What was taken is not used any longer. */
void memory_reset(sim_memory *memory);

#endif
