/* kx-text.c
 * Showing text that came from the network where nothing else makes it fit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-text.h"

#include <string.h>

#include <wsutil/utf8_entities.h>

#define SHOWN_MAX 64

/* The field's name stands before it. */
#define LABEL_TEXT_MAX (KX_LINE_MAX - 40)

/* How many of the text's bytes are shown: no more than most, and no part of a character. */
static size_t shown_length(const char *text, size_t most)
{
    size_t length = strlen(text);

    return length > most ? (size_t)(g_utf8_find_prev_char(text, text + most) - text) : length;
}

/* Most text is short and needs no escapes. */
static bool is_plain(const char *text, size_t most)
{
    size_t i = 0;

    while (i < most && text[i] >= ' ' && text[i] <= '~')
        i++;
    return text[i] == '\0';
}

/* Not format_text(): what it escapes, and what columns do, differs between Wireshark versions, and later ones leave
 * what reverses the text behind it. */
static void append_character(wmem_strbuf_t *out, gunichar c)
{
    static const char letters[] = "abtnvfr"; /* of the escapes from \a on */

    bool breaks_line = c == 0x2028 || c == 0x2029;

    if (g_unichar_isprint(c) && !breaks_line)
        wmem_strbuf_append_unichar(out, c);
    else if (c >= '\a' && c <= '\r')
        wmem_strbuf_append_printf(out, "\\%c", letters[c - '\a']);
    else
        wmem_strbuf_append_printf(out, c < 0x80 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

static void append(wmem_strbuf_t *out, const char *text, size_t most)
{
    if (is_plain(text, most)) {
        wmem_strbuf_append(out, text);
        return;
    }
    const char *end = text + shown_length(text, most);
    for (const char *at = text; at < end; at = g_utf8_next_char(at))
        append_character(out, g_utf8_get_char(at));
    if (*end)
        wmem_strbuf_append(out, UTF8_HORIZONTAL_ELLIPSIS);
}

void kx_text_append(wmem_strbuf_t *out, const char *text)
{
    append(out, text, SHOWN_MAX);
}

char *kx_text_shown_to(wmem_allocator_t *pool, const char *text, size_t most)
{
    wmem_strbuf_t *shown = wmem_strbuf_new(pool, NULL);

    append(shown, text, most);
    return wmem_strbuf_finalize(shown);
}

char *kx_text_shown(wmem_allocator_t *pool, const char *text)
{
    return kx_text_shown_to(pool, text, SHOWN_MAX);
}

/* Wireshark escapes those of ASCII itself. */
static bool is_printable(const char *text)
{
    for (const char *at = text; *at; at = g_utf8_next_char(at))
        if ((uint8_t)*at >= 0x80 && !g_unichar_isprint(g_utf8_get_char(at)))
            return false;
    return true;
}

void kx_text_label(wmem_allocator_t *pool, proto_item *item, const char *text)
{
    if (!item || !PTREE_DATA(item)->visible || is_printable(text))
        return;
    proto_item_set_text(item, "%s: %s", PITEM_FINFO(item)->hfinfo->name,
                        kx_text_shown_to(pool, text, LABEL_TEXT_MAX));
}
