/* kx-list.c
 * A list that grows without moving its elements and without room to spare.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-list.h"

#include <string.h>

#include <glib.h>

static uint32_t chunk_count(const kx_list *list)
{
    return (list->count + KX_LIST_CHUNK - 1) / KX_LIST_CHUNK;
}

/* The array of chunks has room for a power of two of them. */
static void add_chunk(kx_list *list)
{
    uint32_t count = chunk_count(list);

    if ((count & (count - 1)) == 0)
        list->chunks = g_renew(char *, list->chunks, count ? count * 2 : 1);
    list->chunks[count] = (char *)g_malloc((gsize)KX_LIST_CHUNK * list->element_size);
}

uint32_t kx_list_append(kx_list *list, const void *element)
{
    if (list->count % KX_LIST_CHUNK == 0)
        add_chunk(list);
    list->count++;
    memcpy(kx_list_at(list, list->count), element, list->element_size);
    return list->count;
}

void kx_list_clear(kx_list *list)
{
    uint32_t count = chunk_count(list);

    for (uint32_t i = 0; i < count; i++)
        g_free(list->chunks[i]);
    g_free(list->chunks);
    list->chunks = NULL;
    list->count = 0;
}
