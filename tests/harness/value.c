/* One spelling for values that tshark's output formats and versions spell differently.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "value.h"

#include <string.h>

typedef char *(*normalize_t)(const char *shown);

/* The character that a C escape's letter stands for is at the same place below. */
static const char escape_letters[] = "abfnrtv";
static const char escape_meanings[] = "\a\b\f\n\r\t\v";

/* Returns whether the character shows nothing, or disturbs what stands beside it (bidirectional controls). */
static gboolean is_invisible(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return TRUE;
    default:
        return FALSE;
    }
}

static void append_invisible(GString *out, gunichar c)
{
    g_string_append_printf(out, c < 0x80 ? "\\x%x" : "\\u%04x", c);
}

/* Returns how many bytes were taken. */
static gsize append_next(GString *out, const char *text)
{
    gunichar c = g_utf8_get_char_validated(text, -1);
    const char *letter = *text == '\\' && text[1] != '\0' ? strchr(escape_letters, text[1]) : NULL;

    if (letter) {
        append_invisible(out, (guchar)escape_meanings[letter - escape_letters]);
        return 2;
    }
    if (c == (gunichar)-1 || c == (gunichar)-2) {
        append_invisible(out, (guchar)*text);
        return 1;
    }
    if (is_invisible(c))
        append_invisible(out, c);
    else
        g_string_append_unichar(out, c);
    return (gsize)(g_utf8_next_char(text) - text);
}

char *value_escape(const char *text)
{
    GString *out = g_string_new(NULL);

    while (*text != '\0')
        text += append_next(out, text);
    return g_string_free(out, FALSE);
}

/* Wireshark 4.0 prints 1 and 0, later versions True and False. */
static char *normalize_boolean(const char *shown)
{
    static const char *const spellings[][2] = {
        {"0", "false"}, {"1", "true"}, {"False", "false"}, {"True", "true"}};

    for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++)
        if (g_ascii_strcasecmp(shown, spellings[i][0]) == 0)
            return g_strdup(spellings[i][1]);
    return g_strdup(shown);
}

static char *normalize_seconds(const char *shown)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    char *end;
    double seconds = g_ascii_strtod(shown, &end);

    if (end == shown || *end != '\0')
        return g_strdup(shown);
    return g_strdup(g_ascii_formatd(buffer, sizeof buffer, "%.9f", seconds));
}

static const struct {
    const char *type;
    normalize_t normalize;
} normalizers[] = {
    {"FT_BOOLEAN", normalize_boolean},
    {"FT_RELATIVE_TIME", normalize_seconds},
};

static gboolean is_integer(const char *type)
{
    return g_str_has_prefix(type, "FT_UINT") || g_str_has_prefix(type, "FT_INT") ||
           strcmp(type, "FT_FRAMENUM") == 0;
}

char *value_comparable(const char *type, const char *shown)
{
    char *end;
    gint64 number;

    if (strcmp(type, "FT_NONE") == 0)
        return g_strdup("1");
    number = g_ascii_strtoll(shown, &end, 0);
    if (!is_integer(type) || end == shown || *end != '\0')
        return value_normalize(type, shown);
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

char *value_normalize(const char *type, const char *shown)
{
    for (gsize i = 0; i < G_N_ELEMENTS(normalizers); i++)
        if (strcmp(normalizers[i].type, type) == 0)
            return normalizers[i].normalize(shown);
    return value_escape(shown);
}
