/* kx-queues.c
 * Hops and batches in the order in which they may be answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-queues.h"

#include "kx-list.h"
#include "kx-table.h"

typedef struct {
    uint32_t head, tail; /* entries */
} queue;

typedef struct {
    uint32_t item, next;
} entry;

static kx_list queues = {sizeof(queue), 0, NULL};
static kx_list entries = {sizeof(entry), 0, NULL};
static kx_table by_key;

static entry *entry_at(uint32_t number)
{
    return (entry *)kx_list_at(&entries, number);
}

void kx_queue_add(uint64_t key, uint32_t item)
{
    uint32_t *number = kx_table_put(&by_key, key);
    uint32_t added = kx_list_append(&entries, &(entry){item, 0});

    if (*number == 0) {
        *number = kx_list_append(&queues, &(queue){added, added});
        return;
    }
    queue *q = (queue *)kx_list_at(&queues, *number);
    entry_at(q->tail)->next = added;
    q->tail = added;
}

void kx_queue_look(uint64_t key, unsigned most, kx_queue_is_past *is_past, kx_queue_visit *visit, void *data)
{
    uint32_t number = kx_table_get(&by_key, key), at;

    if (number == 0)
        return;
    queue *q = (queue *)kx_list_at(&queues, number);
    while (q->head != q->tail && is_past(entry_at(q->head)->item, data))
        q->head = entry_at(q->head)->next;
    for (at = q->head; at && most > 0; at = entry_at(at)->next, most--)
        visit(entry_at(at)->item, data);
    if (at)
        visit(entry_at(q->tail)->item, data);
}

void kx_queues_forget(void)
{
    kx_list_clear(&queues);
    kx_list_clear(&entries);
    kx_table_clear(&by_key);
}
