/* kx-records.c
 * One record a message, in the order of the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-records.h"

#include "kx-table.h"

kx_list kx_records = {sizeof(kx_record), 0, NULL};

static kx_table ends; /* whatever tells ends apart -> number */
static uint32_t end_count;

/* The frame last looked for, and its first record. */
static uint32_t looked_at, looked_at_first;

uint32_t kx_record_add(const kx_sighting *s, kx_record_kind kind)
{
    kx_record r = {
        .time_low = (uint32_t)(uint64_t)s->time,
        .time_high = (uint32_t)((uint64_t)s->time >> 32),
        .frame = s->frame,
        .kind = kind,
        .verdict = s->message->verdict,
        .opens_frame = s->ordinal == 0,
        .again = s->again,
    };

    looked_at = 0;
    return kx_list_append(&kx_records, &r);
}

/* The first record of a frame; 0 if there is none. With a read filter, rejected frames have the number of the next
 * accepted one, which is the last of that number. */
static uint32_t find_frame(uint32_t frame)
{
    uint32_t low = 0, high = kx_records.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (kx_record_at(middle + 1)->frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0 && kx_record_at(low)->frame == frame && !kx_record_at(low)->opens_frame)
        low--;
    return low > 0 && kx_record_at(low)->frame == frame ? low : 0;
}

/* A frame's messages are asked for together, so the frame is looked for once. */
uint32_t kx_record_find(uint32_t frame, unsigned ordinal)
{
    if (looked_at != frame) {
        looked_at = frame;
        looked_at_first = find_frame(frame);
    }
    uint32_t number = looked_at_first + ordinal;

    return looked_at_first && number <= kx_records.count && kx_record_at(number)->frame == frame ? number : 0;
}

enum { NODE, LISTENER, CLIENT };

static uint32_t end_number(uint64_t hash)
{
    uint32_t *number = kx_table_put(&ends, hash);

    if (*number == 0)
        *number = ++end_count;
    return *number;
}

static uint32_t indistinct_end(const kx_sighting *s, const kx_end *end, bool sends)
{
    if (end->listens)
        return KX_END_LISTENS | end_number(kx_hash_number(kx_hash_number(LISTENER, end->node), end->port));
    return end_number(kx_hash_number(CLIENT, (uint64_t)s->connection << 1 | (s->forward == sends ? 1 : 0)));
}

kx_way kx_way_of(const kx_sighting *s)
{
    kx_way way = {.connection = s->connection, .forward = s->forward, .indistinct = s->indistinct};

    if (s->indistinct) {
        way.from = indistinct_end(s, &s->from, true);
        way.to = indistinct_end(s, &s->to, false);
    } else {
        way.from = end_number(kx_hash_number(NODE, s->from.node));
        way.to = end_number(kx_hash_number(NODE, s->to.node));
    }
    return way;
}

void kx_records_forget(void)
{
    kx_list_clear(&kx_records);
    kx_table_clear(&ends);
    end_count = looked_at = looked_at_first = 0;
}
