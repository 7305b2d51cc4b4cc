/* kx-lookalike.h
 * What other protocols send that looks like a Kx header: what the heuristic must not touch.
 *
 * Plain bytes in, verdicts out, like kx-framing.h. A function may be wrong about one in thousands of Kx messages:
 * that costs a connection its first message, as the second one is recognised.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LOOKALIKE_H
#define KX_LOOKALIKE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a whole segment, of KX_HEADER_LENGTH bytes or few more, may be another protocol's message. */
bool kx_lookalike_segment(const uint8_t *bytes, uint32_t length);

/* Whether a segment of any size counts its own bytes where Kx has Version and MessageID. bytes: at least
 * KX_HEADER_LENGTH. */
bool kx_lookalike_counted(const uint8_t *bytes, uint32_t length);

/* Whether what may be a header's beginning, at an offset, is the end of a value whose length stands before it. */
bool kx_lookalike_value(const uint8_t *bytes, uint32_t at);

/* Whether a header and the beginning of its payload, inside other bytes, may be within a batch of another protocol's
 * records. bytes: at least KX_HEADER_LENGTH. */
bool kx_lookalike_record(const uint8_t *bytes);

#endif
