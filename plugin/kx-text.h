/* kx-text.h
 * Showing text that came from the network where nothing else makes it fit: Info, labels, expert infos, tables,
 * statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_TEXT_H
#define KX_TEXT_H

#include "kx-compat.h"

/* With a few words before or after it, so long a text fits into a line of any Wireshark, which else cuts it, maybe
 * inside a character. */
#define KX_LINE_MAX 200

/* Appends the text with everything that is not printable escaped, shortened to about 64 bytes with an ellipsis. text:
 * valid UTF-8. */
void kx_text_append(wmem_strbuf_t *out, const char *text);

/* Returns the same. pool: what it is allocated from; NULL: the caller frees it with wmem_free(NULL, ...). */
char *kx_text_shown(wmem_allocator_t *pool, const char *text);

/* Returns the same, shortened to so many bytes instead. */
char *kx_text_shown_to(wmem_allocator_t *pool, const char *text, size_t most);

/* Returns a text of which all is printable already, shortened in the same way. */
char *kx_text_cut(wmem_allocator_t *pool, const char *text, size_t most);

/* Labels an item of a string, whose text this is, where Wireshark would show what is not printable: versions since 4.4
 * leave what reverses the text after it. pool: for the label, until it is copied. */
void kx_text_label(wmem_allocator_t *pool, proto_item *item, const char *text);

#endif
