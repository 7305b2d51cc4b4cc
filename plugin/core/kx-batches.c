/* kx-batches.c
 * What is kept of key relays: hops of batches of relays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-batches.h"

#include "kx-table.h"

kx_list kx_hops = {sizeof(kx_hop), 0, NULL};
kx_list kx_batches = {sizeof(kx_batch), 0, NULL};
kx_list kx_relays = {sizeof(kx_relay), 0, NULL};

static int64_t timeout; /* nanoseconds; 0: for ever */

static kx_table resent; /* hop, and MessageID or connection it was sent again with */

enum { MESSAGE_ID, CONNECTION };

bool kx_relays_apart(uint32_t record, uint32_t other)
{
    int64_t between = (int64_t)((uint64_t)kx_record_time(other) - (uint64_t)kx_record_time(record));

    return timeout && (between > timeout || between < -timeout);
}

static uint64_t hash_resent(uint32_t hop, uint64_t what, uint32_t number)
{
    return kx_hash_number(what, (uint64_t)hop << 32 | number);
}

bool kx_hop_has_message_id(uint32_t hop, uint32_t message_id)
{
    const kx_hop *h = kx_hop_at(hop);

    return h->message_id == message_id ||
           (h->repeated && kx_table_get(&resent, hash_resent(hop, MESSAGE_ID, message_id)));
}

bool kx_hop_is_on(uint32_t hop, uint32_t connection)
{
    const kx_hop *h = kx_hop_at(hop);

    return h->connection == connection ||
           (h->repeated && kx_table_get(&resent, hash_resent(hop, CONNECTION, connection)));
}

uint32_t kx_batches_add_hop(const kx_hop *hop)
{
    uint32_t number = kx_list_append(&kx_hops, hop);
    kx_hop *h = kx_hop_at(number);

    kx_end_facts *from = kx_end_at(h->from), *to = kx_end_at(h->to);

    h->older_from = from->newest_from;
    h->older_to = to->newest_to;
    from->newest_from = to->newest_to = number;
    kx_record_at(h->first)->of = number;
    return number;
}

void kx_batches_repeat_hop(uint32_t hop, uint32_t message_id, uint32_t connection, uint32_t record)
{
    kx_hop *h = kx_hop_at(hop);

    h->newest = record;
    h->repeated = 1;
    if (message_id != h->message_id)
        *kx_table_put(&resent, hash_resent(hop, MESSAGE_ID, message_id)) = 1;
    if (connection != h->connection)
        *kx_table_put(&resent, hash_resent(hop, CONNECTION, connection)) = 1;
    kx_record_at(record)->of = hop;
    kx_record_at(record)->repeats = 1;
}

void kx_batches_start(int64_t link_timeout)
{
    timeout = link_timeout;
}

void kx_batches_forget(void)
{
    kx_list *lists[] = {&kx_hops, &kx_batches, &kx_relays};

    for (unsigned i = 0; i < sizeof lists / sizeof *lists; i++)
        kx_list_clear(lists[i]);
    kx_table_clear(&resent);
}
