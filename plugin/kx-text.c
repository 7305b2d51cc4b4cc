/* kx-text.c
 * Showing text that came from the network where nothing else makes it fit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-text.h"

#include <string.h>

#include <epan/strutil.h>
#include <wsutil/str_util.h>
#include <wsutil/utf8_entities.h>

#define SHOWN_MAX 64

char *kx_text_shown(wmem_allocator_t *pool, const char *text)
{
    size_t length = strlen(text), shown = length;

    if (length > SHOWN_MAX)
        shown = (size_t)(g_utf8_find_prev_char(text, text + SHOWN_MAX) - text);
    /* Through void, because its argument's type differs between Wireshark versions. */
    char *printable = format_text(pool, (const void *)text, shown);
    if (shown == length)
        return printable;
    char *cut = wmem_strconcat(pool, printable, UTF8_HORIZONTAL_ELLIPSIS, NULL);
    wmem_free(pool, printable);
    return cut;
}
