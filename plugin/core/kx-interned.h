/* kx-interned.h
 * Texts of a capture that many messages share, each kept once: KMA IDs, lists of them, the reasons of failures. A
 * long one is kept by its beginning; it is still told from others by a keyed hash of the whole.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_INTERNED_H
#define KX_INTERNED_H

#include <stdint.h>

/* So many bytes of a text are kept. */
#define KX_INTERNED_MAX 255

/* The number of a text, from 1 on; 0 for NULL. text: UTF-8, copied. */
uint32_t kx_interned_number(const char *text);

/* The text of a number, or its beginning; NULL for 0. Lives until kx_interned_forget(). */
const char *kx_interned_text(uint32_t number);

/* Forgets all texts. */
void kx_interned_forget(void);

#endif
