/* kx-records.c
 * One record a message, in the order of the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-records.h"

kx_list kx_records = {sizeof(kx_record), 0, NULL};

/* The frame last looked for, and the newest one, and their first records. */
static uint32_t looked_at, looked_at_first;
static uint32_t newest_frame, newest_first;

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
    uint32_t number = kx_list_append(&kx_records, &r);
    if (s->ordinal == 0) {
        newest_frame = s->frame;
        newest_first = number;
    }
    return number;
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
        looked_at_first = frame == newest_frame ? newest_first : find_frame(frame);
    }
    uint32_t number = looked_at_first + ordinal;

    return looked_at_first && number <= kx_records.count && kx_record_at(number)->frame == frame ? number : 0;
}

void kx_records_forget(void)
{
    kx_list_clear(&kx_records);
    newest_frame = newest_first = looked_at = looked_at_first = 0;
}
