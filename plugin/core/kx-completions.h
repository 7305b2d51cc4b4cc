/* kx-completions.h
 * Which key relay a notification of its completion (0x1102, clause 7.1) answers: one hop of it, or all from end to
 * end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_COMPLETIONS_H
#define KX_COMPLETIONS_H

#include "kx-choices.h"

/* Takes note of a 0x1102. The hop that it answers, or the first hop of what it answers from end to end, is in the
 * record then. counts_on: its MessageID is the next one of its sender's own counter. */
void kx_completions_see(const kx_sighting *sighting, const kx_way *way, uint32_t number, bool counts_on);

/* A 0x1101 was seen: answers that came too early, as clocks differ, may be to it. */
void kx_completions_reconsider(uint32_t relay_record);

/* Whether an answer that says nothing of what it answers came to where a hop came from, or where its chain
 * begins, within
 * the time-out after it: it may be to that. */
bool kx_completions_may_be_mute(const kx_hop *hop);

/* The Response of a failure; NULL if it has none. Lives as long as the capture. */
const char *kx_completions_failure(uint32_t number);

/* The answer that a batch has from end to end: its own, or one that it shares; 0 if there is none. */
uint32_t kx_completions_of_batch(uint32_t batch);

/* clock_skew: nanoseconds. */
void kx_completions_start(int64_t clock_skew);
void kx_completions_forget(void);

#endif
