/* memory.c
 * Memory in blocks that are used again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "memory.h"

#include <stdarg.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)1 << 18)

void *memory_take(sim_memory *memory, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    g_assert(size <= BLOCK_SIZE);
    if (!memory->blocks)
        memory->blocks = g_ptr_array_new_with_free_func(g_free);
    if (memory->taken + size > BLOCK_SIZE) {
        memory->block++;
        memory->taken = 0;
    }
    if (memory->block == memory->blocks->len)
        g_ptr_array_add(memory->blocks, g_malloc(BLOCK_SIZE));
    char *taken = (char *)g_ptr_array_index(memory->blocks, memory->block) + memory->taken;
    memory->taken += size;
    return memset(taken, 0, size);
}

const char *memory_print(sim_memory *memory, const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    int length = g_vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    g_assert(length >= 0 && (size_t)length < sizeof text);
    return memcpy(memory_take(memory, (size_t)length + 1), text, (size_t)length + 1);
}

void memory_reset(sim_memory *memory)
{
    memory->block = 0;
    memory->taken = 0;
}
