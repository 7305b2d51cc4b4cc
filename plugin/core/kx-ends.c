/* kx-ends.c
 * The ends of ways, by number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-ends.h"

#include "kx-table.h"

static kx_list facts = {sizeof(kx_end_facts), 0, NULL};
static kx_table numbers; /* whatever tells ends apart -> number */

enum { NODE, LISTENER, CLIENT };

/* Most messages come from a few nodes, which are looked up here first. */
#define KNOWN_NODES 64
static struct {
    uint64_t node;
    uint32_t number;
} known[KNOWN_NODES];

static uint32_t number_of(uint64_t hash)
{
    uint32_t *number = kx_table_put(&numbers, hash);

    if (*number == 0)
        *number = kx_list_append(&facts, &(kx_end_facts){0, 0, 0, 0, 0, 0});
    return *number;
}

static uint32_t node_number(uint64_t node)
{
    unsigned at = (unsigned)(node % KNOWN_NODES);

    if (known[at].number == 0 || known[at].node != node) {
        known[at].node = node;
        known[at].number = number_of(kx_hash_number(NODE, node));
    }
    return known[at].number;
}

static uint32_t indistinct_end(const kx_sighting *s, const kx_end *end, bool sends)
{
    if (end->listens)
        return KX_END_LISTENS | number_of(kx_hash_number(kx_hash_number(LISTENER, end->node), end->port));
    return number_of(kx_hash_number(CLIENT, (uint64_t)s->connection << 1 | (s->forward == sends ? 1 : 0)));
}

kx_way kx_way_of(const kx_sighting *s)
{
    kx_way way = {.connection = s->connection, .forward = s->forward, .indistinct = s->indistinct};

    way.from = s->indistinct ? indistinct_end(s, &s->from, true) : node_number(s->from.node);
    way.to = s->indistinct ? indistinct_end(s, &s->to, false) : node_number(s->to.node);
    return way;
}

kx_end_facts *kx_end_at(uint32_t end)
{
    return (kx_end_facts *)kx_list_at(&facts, end & ~KX_END_LISTENS);
}

void kx_ends_forget(void)
{
    kx_list_clear(&facts);
    kx_table_clear(&numbers);
    for (unsigned i = 0; i < KNOWN_NODES; i++)
        known[i].number = 0;
}
