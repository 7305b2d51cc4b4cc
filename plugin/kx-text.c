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

/* How many of the text's bytes are shown. */
static size_t shown_length(const char *text)
{
    size_t length = strlen(text);

    return length > SHOWN_MAX ? (size_t)(g_utf8_find_prev_char(text, text + SHOWN_MAX) - text) : length;
}

static const char *ellipsis_for(const char *text, size_t shown)
{
    return text[shown] ? UTF8_HORIZONTAL_ELLIPSIS : "";
}

char *kx_text_shown(wmem_allocator_t *pool, const char *text)
{
    size_t shown = shown_length(text);
    /* Through void, because its argument's type differs between Wireshark versions. */
    char *printable = format_text(pool, (const void *)text, shown);
    char *whole = wmem_strconcat(pool, printable, ellipsis_for(text, shown), NULL);

    wmem_free(pool, printable);
    return whole;
}

/* Most text is short and needs no escapes. */
static bool is_plain(const char *text)
{
    size_t i = 0;

    while (i < SHOWN_MAX && text[i] >= ' ' && text[i] <= '~' && text[i] != '\\')
        i++;
    return text[i] == '\0';
}

void kx_text_append_for_column(wmem_strbuf_t *column, const char *text)
{
    if (is_plain(text)) {
        wmem_strbuf_append(column, text);
    } else if (KX_COLUMNS_ARE_ESCAPED) {
        size_t shown = shown_length(text);
        wmem_strbuf_append_len(column, text, shown);
        wmem_strbuf_append(column, ellipsis_for(text, shown));
    } else {
        char *printable = kx_text_shown(NULL, text);
        wmem_strbuf_append(column, printable);
        wmem_free(NULL, printable);
    }
}
