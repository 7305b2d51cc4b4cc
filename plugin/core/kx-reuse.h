/* kx-reuse.h
 * Key IDs and keys that were used twice (clause 9: a key is used once).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REUSE_H
#define KX_REUSE_H

#include "kx-records.h"

/* How often something of a message was used before, of what first, and in which record. */
typedef struct {
    uint32_t times;
    uint32_t first;    /* index of the Key ID */
    uint32_t first_in; /* record */
} kx_reuse;

typedef struct {
    kx_reuse key_ids;
    kx_reuse key_data;
    kx_reuse supplied;
} kx_reuses;

/* Takes note of the Key IDs and Keys of a 0x1101 whose batch is known, or of the Key IDs of a 0x1104 that
 * succeeded. */
void kx_reuse_see_relay(const kx_message *message, uint32_t number);
void kx_reuse_see_response(const kx_message *message, const kx_way *way, uint32_t number);

/* What a record used again; NULL if nothing. */
const kx_reuses *kx_reuse_of(uint32_t number);

void kx_reuse_forget(void);

#endif
