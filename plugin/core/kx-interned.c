/* kx-interned.c
 * Texts of a capture that many messages share, each kept once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-interned.h"

#include <string.h>

#include <glib.h>

#include "kx-list.h"
#include "kx-table.h"

static kx_list texts = {sizeof(const char *), 0, NULL};
static kx_table numbers;
static GStringChunk *chunk;

/* The longest beginning that ends between characters. */
static size_t kept_length(const char *text, size_t length)
{
    if (length <= KX_INTERNED_MAX)
        return length;
    length = KX_INTERNED_MAX;
    while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

uint32_t kx_interned_number(const char *text)
{
    if (!text)
        return 0;
    size_t length = strlen(text);
    uint32_t *number = kx_table_put(&numbers, kx_hash(0, text, length));

    if (*number == 0) {
        if (!chunk)
            chunk = g_string_chunk_new(1024);
        const char *copy = g_string_chunk_insert_len(chunk, text, (gssize)kept_length(text, length));
        *number = kx_list_append(&texts, &copy);
    }
    return *number;
}

const char *kx_interned_text(uint32_t number)
{
    return number ? *(const char **)kx_list_at(&texts, number) : NULL;
}

void kx_interned_forget(void)
{
    kx_list_clear(&texts);
    kx_table_clear(&numbers);
    if (chunk)
        g_string_chunk_free(chunk);
    chunk = NULL;
}
