/* kx-stats-sample.h
 * What statistics are told of a message, once it is settled.
 *
 * Where tshark reads a capture in one pass, what belongs together is not settled when a message is handed to the
 * taps. It is put aside then, until the capture was read to its end, before any statistic is drawn.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STATS_SAMPLE_H
#define KX_STATS_SAMPLE_H

#include "kx-report.h"

/* One message. Strings are NULL where it has no such parameter, and live as long as the call that they are handed
 * to. */
typedef struct {
    uint32_t frame;
    unsigned ordinal;
    int64_t time;  /* nanoseconds since the epoch */
    int64_t since; /* nanoseconds since the capture began */
    uint16_t command_code, acts_as;
    kx_verdict verdict;
    bool has_key_data;
    uint64_t findings;             /* kinds: KX_FINDING_BIT() of each, but for those that links tell */
    uint32_t missing, wrong_type;  /* sets of parameters */
    uint32_t length;               /* of the message, header included, in bytes */
    uint32_t key_count;            /* of its Keys, or of the Key IDs of a response */
    uint64_t key_bits;             /* of the Keys whose size is known */
    int64_t keys_asked;            /* Number of keys; its default, or 1, if there is none */
    const char *sender, *receiver; /* nodes: what the table of nodes names them, else their addresses */
    const char *source_kma_id, *destination_kma_id, *transit_kma_ids;
    const char *session_id, *response;
} kx_sample;

#define KX_FINDING_BIT(finding) (UINT64_C(1) << (finding))

/* What is done with samples. */
typedef struct {
    void (*add)(void *statistic, const kx_sample *sample, const kx_links *links);
    void (*finish)(void *statistic); /* after all that were put aside; may be NULL */
} kx_stats_kind;

/* Hands a message to a statistic: at once if the capture was read to its end before and there is nothing to finish,
 * else when it was read. is_window: at once, as the statistic may be gone then. */
void kx_stats_hand(void *statistic, const kx_stats_kind *kind, bool is_window, packet_info *pinfo,
                   const kx_report *report);

/* Registers what puts messages aside. After kx_links_register(): links must outlive it. */
void kx_stats_sample_register(void);

#endif
