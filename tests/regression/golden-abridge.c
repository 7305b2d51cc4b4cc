/* Shortens what nobody would review: a payload made to be hostile has thousands of fields, or one of 64 KB.
 *
 * What is left out is still compared: by its SHA-256.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "golden.h"

#include <string.h>

/* A message of more lines than LINES_KEPT shows the first and the last of them. */
#define LINES_KEPT  300u
#define LINES_FIRST 100u
#define LINES_LAST  50u

/* The same in a line, in bytes. The end has the position. */
#define BYTES_KEPT  600u
#define BYTES_FIRST 300u
#define BYTES_LAST  60u

static void append_digest(GString *out, guint64 count, const char *unit, GChecksum *checksum)
{
    g_string_append_printf(out, "... %" G_GUINT64_FORMAT " %s, SHA-256 %.16s ...", count, unit,
                           g_checksum_get_string(checksum));
}

/* Returns the nearest place at or before `at` where a character begins. */
static gsize character_boundary(const char *line, gsize at)
{
    while (at > 0 && ((guchar)line[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static void append_line(GString *out, const char *line)
{
    gsize length = strlen(line);
    gsize first = character_boundary(line, MIN(length, BYTES_FIRST));
    gsize last = length > BYTES_LAST ? character_boundary(line, length - BYTES_LAST) : length;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    if (length <= BYTES_KEPT) {
        g_string_append_printf(out, "%s\n", line);
        return;
    }
    g_checksum_update(checksum, (const guchar *)line + first, (gssize)(last - first));
    g_string_append_len(out, line, (gssize)first);
    append_digest(out, last - first, "bytes", checksum);
    g_string_append_printf(out, "%s\n", line + last);
}

static void append_lines(GString *out, char **lines, guint count)
{
    for (guint i = 0; i < count; i++)
        append_line(out, lines[i]);
}

/* Lines below one message. */
static void append_body(GString *out, char **lines, guint count)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    if (count <= LINES_KEPT) {
        append_lines(out, lines, count);
        return;
    }
    append_lines(out, lines, LINES_FIRST);
    for (guint i = LINES_FIRST; i < count - LINES_LAST; i++) {
        g_checksum_update(checksum, (const guchar *)lines[i], -1);
        g_checksum_update(checksum, (const guchar *)"\n", 1);
    }
    g_string_append(out, "    ");
    append_digest(out, count - LINES_FIRST - LINES_LAST, "lines", checksum);
    g_string_append_c(out, '\n');
    append_lines(out, lines + count - LINES_LAST, LINES_LAST);
}

/* Returns how many lines from the first on are below a message. */
static guint body_length(char **lines)
{
    guint count = 0;

    while (lines[count] && g_str_has_prefix(lines[count], "    "))
        count++;
    return count;
}

char *golden_abridge(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);

    for (char **line = lines; *line;) {
        guint count = body_length(line);
        append_body(out, line, count);
        line += count;
        /* Splitting made an empty string behind the last line end. */
        if (count == 0 && (**line != '\0' || line[1]))
            append_line(out, *line);
        line += count == 0;
    }
    return g_string_free(out, FALSE);
}
