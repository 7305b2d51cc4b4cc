/* kx-list.h
 * A list that grows without moving its elements and without room to spare: a capture holds millions of messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIST_H
#define KX_LIST_H

#include <stddef.h>
#include <stdint.h>

/* Elements are allocated so many at a time. */
#define KX_LIST_CHUNK 512

/* Starts with nothing but the size of an element, in bytes. */
typedef struct {
    uint32_t element_size;
    uint32_t count;
    char **chunks;
} kx_list;

/* Copies an element to the end of the list. Returns its number, which is the list's count: 1 for the first one. */
uint32_t kx_list_append(kx_list *list, const void *element);

/* The element with a number from 1 to list->count. It stays where it is until kx_list_clear(). */
static inline void *kx_list_at(const kx_list *list, uint32_t number)
{
    uint32_t index = number - 1;

    return list->chunks[index / KX_LIST_CHUNK] + (size_t)(index % KX_LIST_CHUNK) * list->element_size;
}

/* Frees the elements; the list is empty then. */
void kx_list_clear(kx_list *list);

#endif
