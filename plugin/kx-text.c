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

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Most text is printable ASCII, which needs no escapes; so this looks at eight bytes at a time. A sum's or difference's
 * high bits are those of bytes beyond '~' or before ' '; a byte carries into the next one only if its own is set. */
static bool is_plain(const char *text, size_t length)
{
    uint64_t word, odd = 0;

    for (; length >= sizeof word; length -= sizeof word, text += sizeof word) {
        memcpy(&word, text, sizeof word);
        odd |= word | (word + EACH_BYTE) | (word - EACH_BYTE * ' ');
    }
    for (size_t i = 0; i < length; i++)
        odd |= text[i] < ' ' || text[i] > '~' ? EACH_BYTE * 0x80 : 0;
    return !(odd & EACH_BYTE * 0x80);
}

/* How many of so many bytes are shown: no more than most, and no part of a character. */
static size_t shown_length(const char *text, size_t length, size_t most)
{
    return length > most ? (size_t)(g_utf8_find_prev_char(text, text + most) - text) : length;
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

static void append_escaped(wmem_strbuf_t *out, const char *text, size_t length)
{
    const char *end = text + length;

    for (const char *at = text; at < end; at = g_utf8_next_char(at))
        append_character(out, g_utf8_get_char(at));
}

static void append(wmem_strbuf_t *out, const char *text, size_t most)
{
    size_t length = strlen(text), shown = shown_length(text, length, most);

    if (is_plain(text, shown))
        wmem_strbuf_append_len(out, text, shown);
    else
        append_escaped(out, text, shown);
    if (shown < length)
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

char *kx_text_cut(wmem_allocator_t *pool, const char *text, size_t most)
{
    size_t length = strlen(text);

    return length > most ? wmem_strdup_printf(pool, "%.*s" UTF8_HORIZONTAL_ELLIPSIS,
                                              (int)shown_length(text, length, most), text)
                         : wmem_strdup(pool, text);
}

/* Wireshark escapes those of ASCII itself. */
static bool is_printable(const char *text)
{
    if (is_plain(text, strlen(text)))
        return true;
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
