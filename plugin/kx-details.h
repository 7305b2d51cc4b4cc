/* kx-details.h
 * What only statistics want to know of a message's parameters: lists, in order. Kept while somebody listens; everything
 * here does nothing with NULL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_DETAILS_H
#define KX_DETAILS_H

#include "kx-compat.h"

/* A key file, or a Key ID of a response. */
typedef struct {
    const char *id; /* NULL: it has none */
    bool has_bits;  /* the size of the Key is known */
    uint32_t bits;
} kx_key_detail;

/* Lives in the packet's pool. */
typedef struct kx_details {
    wmem_allocator_t *pool;
    wmem_array_t *keys;    /* of kx_key_detail */
    wmem_array_t *transit; /* of const char *: Transit KMA IDs */
    bool has_size_of_key;
    int64_t size_of_key;
} kx_details;

kx_details *kx_details_new(wmem_allocator_t *pool);

/* Begins a key. What is set then is this one's. text: length bytes of UTF-8, which are copied. */
void kx_details_add_key(kx_details *details);
void kx_details_set_key_id(kx_details *details, const char *text, size_t length);
void kx_details_set_key_bits(kx_details *details, uint32_t bits);

void kx_details_add_transit(kx_details *details, const char *text, size_t length);
void kx_details_set_size_of_key(kx_details *details, int64_t size);

static inline unsigned kx_details_key_count(const kx_details *details)
{
    return wmem_array_get_count(details->keys);
}

static inline const kx_key_detail *kx_details_key(const kx_details *details, unsigned index)
{
    return (const kx_key_detail *)wmem_array_index(details->keys, index);
}

#endif
