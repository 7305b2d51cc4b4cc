/* kx-records.h
 * One record a message, in the order of the capture: when and where it was seen, and what it turned out to belong to.
 * Records, hops, batches and so on refer to each other by number; numbers count from 1, and 0 is nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_RECORDS_H
#define KX_RECORDS_H

#include "kx-ends.h"
#include "kx-list.h"

typedef enum {
    KX_RECORD_OTHER,
    KX_RECORD_RELAY,      /* 0x1101; of: its hop */
    KX_RECORD_COMPLETION, /* 0x1102; of: the hop that it answers */
    KX_RECORD_SUPPLY,     /* 0x1103; of: its supply */
    KX_RECORD_RESPONSE    /* 0x1104; of: the supply that it answers */
} kx_record_kind;

/* The halves of the time keep a record at 20 bytes. */
typedef struct {
    uint32_t time_low, time_high;
    uint32_t frame;
    uint32_t of;
    unsigned kind : 3;    /* kx_record_kind */
    unsigned verdict : 2; /* kx_verdict, of responses */
    unsigned opens_frame : 1;
    unsigned again : 1;      /* TCP delivered it before: it counts for nothing */
    unsigned repeats : 1;    /* requests: not the first one sent */
    unsigned end_to_end : 1; /* completions: not the answer to a hop */
    unsigned uncertain : 1;  /* responses: what it answers is the best of several */
    unsigned
        unplaced : 1; /* completions: what they answer is in the capture, or may be, but cannot be told */
    unsigned id_used_again : 1; /* kx-message-ids.c knows where it was used before */
    unsigned reuses : 1;        /* kx-reuse.c knows what */
} kx_record;

extern kx_list kx_records;

static inline kx_record *kx_record_at(uint32_t number)
{
    return (kx_record *)kx_list_at(&kx_records, number);
}

static inline int64_t kx_record_time(uint32_t number)
{
    const kx_record *r = kx_record_at(number);

    return (int64_t)((uint64_t)r->time_high << 32 | r->time_low);
}

/* 0 for nobody. */
static inline uint32_t kx_record_frame(uint32_t number)
{
    return number ? kx_record_at(number)->frame : 0;
}

/* Appends a record of a sighting. Returns its number. */
uint32_t kx_record_add(const kx_sighting *sighting, kx_record_kind kind);

/* The record of a frame's message; 0 if there is none. ordinal: counts the messages of the frame from 0. */
uint32_t kx_record_find(uint32_t frame, unsigned ordinal);

void kx_records_forget(void);

#endif
