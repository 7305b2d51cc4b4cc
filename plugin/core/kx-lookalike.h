/* kx-lookalike.h
 * What other protocols send that looks like a Kx header: what the heuristic must not touch.
 *
 * Plain bytes in, verdicts out, like kx-framing.h. A function may be wrong about one in thousands of Kx messages: that
 * costs a connection its first message, as the second one is recognised.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LOOKALIKE_H
#define KX_LOOKALIKE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a whole segment, of KX_HEADER_LENGTH bytes or few more, may be another protocol's message. */
bool kx_lookalike_segment(const uint8_t *bytes, uint32_t length);

/* Whether a header and the beginning of its payload, inside other bytes, may be within a batch of another protocol's
 * records. bytes: at least KX_HEADER_LENGTH. */
bool kx_lookalike_record(const uint8_t *bytes);

#endif
