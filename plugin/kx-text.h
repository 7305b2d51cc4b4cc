/* kx-text.h
 * Showing text that came from the network where nothing else makes it fit: Info, tables, statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TEXT_H
#define KX_TEXT_H

#include "kx-compat.h"

/* Returns the text with everything that is not printable escaped, shortened to about 64 bytes with an ellipsis. pool:
 * what it is allocated from; NULL: the caller frees it with wmem_free(NULL, ...). text: valid UTF-8. */
char *kx_text_shown(wmem_allocator_t *pool, const char *text);

/* Appends the same to what becomes a column. Wireshark 4.4 and later escape columns themselves, so there the text is
 * only shortened. */
void kx_text_append_for_column(wmem_strbuf_t *column, const char *text);

#endif
