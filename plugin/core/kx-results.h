/* kx-results.h
 * How key relays ended: what batches share of each other's answers, and the result of a relay. Known once the capture
 * was read to its end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_RESULTS_H
#define KX_RESULTS_H

#include <stdbool.h>
#include <stdint.h>

/* After kx_hops_settle(). */
void kx_results_settle(void);

/* Whether the record of a key relay is that of the first message of a batch, which is not a part of another.
 * Settled. */
bool kx_results_begins_batch(uint32_t record);

#endif
