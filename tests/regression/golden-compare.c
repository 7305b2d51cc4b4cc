/* Tells where the text of an expected file and that of a run differ.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "golden.h"

#include <string.h>

/* Beyond this many pairs of lines the first differences are told without aligning the rest. */
#define ALIGNED_PAIRS (16u * 1024 * 1024)

typedef struct {
    char **line;
    guint count;
} lines_t;

/* A run of lines that differ, and where it stands. */
typedef struct {
    GPtrArray *missing, *extra; /* const char * */
    const char *frame, *message;
} hunk_t;

/* Lines of the text without blank lines and comments. */
static lines_t split(const char *text)
{
    lines_t lines = {.line = g_strsplit(text, "\n", -1)};

    for (char **line = lines.line; *line; line++) {
        if (**line == '\0' || **line == '#')
            g_free(*line);
        else
            lines.line[lines.count++] = *line;
    }
    lines.line[lines.count] = NULL;
    return lines;
}

/* Length of the part of a line that names what it shows: "kx.version", "! kx.resync", "info", "message 1/2".
 */
static gsize name_length(const char *line)
{
    gsize mark = g_str_has_prefix(line, "! ") ? 2 : 0;

    if (g_str_has_prefix(line, "message"))
        return strcspn(line, ":");
    return mark + strcspn(line + mark, " :");
}

static const char *stripped(const char *line)
{
    return line + strspn(line, " ");
}

static gboolean same_name(const char *a, const char *b)
{
    gsize length = name_length(stripped(a));

    return length == name_length(stripped(b)) && strncmp(stripped(a), stripped(b), length) == 0;
}

static char *place(const hunk_t *hunk)
{
    if (!hunk->message)
        return g_strdup(hunk->frame ? hunk->frame : "beginning");
    /* The label of the message is none of its place: "message 1/2: QKDN Kx ..." */
    return g_strdup_printf("%s, %.*s", hunk->frame, (int)strcspn(stripped(hunk->message), ":"),
                           stripped(hunk->message));
}

/* Takes the first of the lines that shows the same as `line`; NULL: none does. */
static const char *take_counterpart(GPtrArray *lines, const char *line)
{
    for (guint i = 0; i < lines->len; i++)
        if (same_name(g_ptr_array_index(lines, i), line))
            return g_ptr_array_remove_index(lines, i);
    return NULL;
}

static void flush(report_t *report, hunk_t *hunk)
{
    g_autofree char *where = place(hunk);

    for (guint i = 0; i < hunk->missing->len; i++) {
        const char *line = g_ptr_array_index(hunk->missing, i);
        const char *counterpart = take_counterpart(hunk->extra, line);
        if (counterpart)
            report_fail(report, "%s:\n    expected %s\n    got      %s", where, stripped(line),
                        stripped(counterpart));
        else
            report_fail(report, "%s:\n    missing  %s", where, stripped(line));
    }
    for (guint i = 0; i < hunk->extra->len; i++)
        report_fail(report, "%s:\n    extra    %s", where, stripped(g_ptr_array_index(hunk->extra, i)));
    g_ptr_array_set_size(hunk->missing, 0);
    g_ptr_array_set_size(hunk->extra, 0);
}

static gboolean has_counterpart(const GPtrArray *lines, const char *line)
{
    for (guint i = 0; i < lines->len; i++)
        if (same_name(g_ptr_array_index(lines, i), line))
            return TRUE;
    return FALSE;
}

/* Headings end a hunk, so that what is below them is told with the right place; except for a heading that
 * differs. */
static void enter(report_t *report, hunk_t *hunk, const char *line)
{
    gboolean is_frame = g_str_has_prefix(line, "frame ");

    if ((!is_frame && !g_str_has_prefix(line, "  message")) || has_counterpart(hunk->missing, line))
        return;
    flush(report, hunk);
    hunk->frame = is_frame ? line : hunk->frame;
    hunk->message = is_frame ? NULL : line;
}

/* Longest common subsequences of all pairs of tails: cell (i, k) is of a[i..] and b[k..]. */
static guint32 *common_tails(const lines_t *a, const lines_t *b)
{
    gsize width = (gsize)b->count + 1;
    guint32 *table = g_new0(guint32, (a->count + 1) * width);

    for (guint i = a->count; i-- > 0;)
        for (guint k = b->count; k-- > 0;)
            table[i * width + k] = strcmp(a->line[i], b->line[k]) == 0
                                       ? table[(i + 1) * width + k + 1] + 1
                                       : MAX(table[(i + 1) * width + k], table[i * width + k + 1]);
    return table;
}

static void walk(report_t *report, hunk_t *hunk, const lines_t *a, const lines_t *b)
{
    g_autofree guint32 *table = common_tails(a, b);
    gsize width = (gsize)b->count + 1;
    guint i = 0, k = 0;

    while (i < a->count || k < b->count) {
        if (i < a->count && k < b->count && strcmp(a->line[i], b->line[k]) == 0) {
            flush(report, hunk);
            enter(report, hunk, a->line[i]);
            i++, k++;
        } else if (k == b->count ||
                   (i < a->count && table[(i + 1) * width + k] >= table[i * width + k + 1])) {
            enter(report, hunk, a->line[i]);
            g_ptr_array_add(hunk->missing, a->line[i++]);
        } else {
            enter(report, hunk, b->line[k]);
            g_ptr_array_add(hunk->extra, b->line[k++]);
        }
    }
    flush(report, hunk);
}

/* Leaves out the tail that both have in common, and the head, whose headings are entered. */
static void walk_middle(report_t *report, hunk_t *hunk, lines_t a, lines_t b)
{
    while (a.count > 0 && b.count > 0 && strcmp(a.line[0], b.line[0]) == 0) {
        enter(report, hunk, a.line[0]);
        a = (lines_t){a.line + 1, a.count - 1};
        b = (lines_t){b.line + 1, b.count - 1};
    }
    while (a.count > 0 && b.count > 0 && strcmp(a.line[a.count - 1], b.line[b.count - 1]) == 0)
        a.count--, b.count--;
    if ((guint64)a.count * b.count > ALIGNED_PAIRS)
        a.count = b.count = MIN(MIN(a.count, b.count), 4096);
    walk(report, hunk, &a, &b);
}

void golden_compare(report_t *report, const char *expected, const char *got)
{
    lines_t a = split(expected), b = split(got);
    hunk_t hunk = {.missing = g_ptr_array_new(), .extra = g_ptr_array_new()};

    walk_middle(report, &hunk, a, b);
    g_ptr_array_unref(hunk.missing);
    g_ptr_array_unref(hunk.extra);
    g_strfreev(a.line);
    g_strfreev(b.line);
}
