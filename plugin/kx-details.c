/* kx-details.c
 * What only statistics want to know of a message's parameters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-details.h"

#include "kx-standard.h"

kx_details *kx_details_new(wmem_allocator_t *pool)
{
    kx_details *d = wmem_new0(pool, kx_details);

    d->pool = pool;
    d->keys = wmem_array_new(pool, sizeof(kx_key_detail));
    d->transit = wmem_array_new(pool, sizeof(const char *));
    return d;
}

static kx_key_detail *newest_key(kx_details *d)
{
    unsigned count = d ? kx_details_key_count(d) : 0;

    return count ? (kx_key_detail *)wmem_array_index(d->keys, count - 1) : NULL;
}

void kx_details_add_key(kx_details *d)
{
    kx_key_detail key = {NULL, false, 0};

    if (d)
        wmem_array_append_one(d->keys, key);
}

void kx_details_set_key_id(kx_details *d, const char *text, size_t length)
{
    kx_key_detail *key = newest_key(d);

    if (key)
        key->id = wmem_strndup(d->pool, text, length);
}

void kx_details_set_key_bits(kx_details *d, uint32_t bits)
{
    kx_key_detail *key = newest_key(d);

    if (key) {
        key->has_bits = true;
        key->bits = bits;
    }
}

void kx_details_add_transit(kx_details *d, const char *text, size_t length)
{
    const char *copy = d ? wmem_strndup(d->pool, text, length) : NULL;

    if (d)
        wmem_array_append_one(d->transit, copy);
}

void kx_details_set_size_of_key(kx_details *d, int64_t size)
{
    if (!d)
        return;
    d->has_size_of_key = true;
    d->size_of_key = size;
}
