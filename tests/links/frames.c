/* frames.c
 * Where and when the frames of a capture travelled, as `tshark -T pdml` tells it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frames.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    GHashTable *frames;
    frame_info *open;
} parser;

static void frame_info_free(gpointer data)
{
    frame_info *frame = data;

    g_free(frame->from);
    g_free(frame->to);
    g_free(frame);
}

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (; *names; names++, values++)
        if (strcmp(*names, name) == 0)
            return *values;
    return "";
}

/* "1767225600.000010000" */
static gint64 nanoseconds(const char *text)
{
    char *rest;
    gint64 whole = g_ascii_strtoll(text, &rest, 10), part = 0;
    int digits = 0;

    if (*rest == '.')
        for (rest++; digits < 9 && g_ascii_isdigit(rest[0]); rest++, digits++)
            part = part * 10 + (*rest - '0');
    for (; digits < 9; digits++)
        part *= 10;
    return whole * G_GINT64_CONSTANT(1000000000) + part;
}

/* The outermost layer that names it counts: a tunnel is where the frame travelled. */
static void set_text(char **where, const char *text)
{
    if (!*where)
        *where = g_strdup(text);
}

static guint number_of(const char *show)
{
    return (guint)strtoul(show, NULL, 10);
}

static void take(frame_info *frame, const char *name, const char *show, const char *value)
{
    if (strcmp(name, "num") == 0)
        frame->number = number_of(show);
    else if (strcmp(name, "timestamp") == 0)
        frame->time = nanoseconds(value);
    else if (strcmp(name, "tcp.stream") == 0)
        frame->stream = number_of(show) + 1;
    else if (strcmp(name, "ip.src") == 0 || strcmp(name, "ipv6.src") == 0)
        set_text(&frame->from, show);
    else if (strcmp(name, "ip.dst") == 0 || strcmp(name, "ipv6.dst") == 0)
        set_text(&frame->to, show);
    else if (strcmp(name, "tcp.srcport") == 0 || strcmp(name, "exported_pdu.src_port") == 0)
        frame->from_port = number_of(show);
    else if (strcmp(name, "tcp.dstport") == 0 || strcmp(name, "exported_pdu.dst_port") == 0)
        frame->to_port = number_of(show);
    else if (strcmp(name, "exported_pdu.orig_fno") == 0)
        frame->original = number_of(show);
    else if (g_str_has_prefix(name, "tls."))
        frame->in_tls = TRUE;
}

static void on_start(GMarkupParseContext *context G_GNUC_UNUSED, const char *tag, const char **names,
                     const char **values, gpointer user_data, GError **error G_GNUC_UNUSED)
{
    parser *p = user_data;

    if (strcmp(tag, "packet") == 0)
        p->open = g_new0(frame_info, 1);
    else if (strcmp(tag, "field") == 0 && p->open)
        take(p->open, attribute(names, values, "name"), attribute(names, values, "show"),
             attribute(names, values, "value"));
}

static void on_end(GMarkupParseContext *context G_GNUC_UNUSED, const char *tag, gpointer user_data,
                   GError **error G_GNUC_UNUSED)
{
    parser *p = user_data;

    if (strcmp(tag, "packet") != 0)
        return;
    g_hash_table_replace(p->frames, GUINT_TO_POINTER(p->open->number), p->open);
    p->open = NULL;
}

GHashTable *frames_parse(const char *pdml, GError **error)
{
    static const GMarkupParser callbacks = {.start_element = on_start, .end_element = on_end};
    g_autoptr(GHashTable) frames = g_hash_table_new_full(NULL, NULL, NULL, frame_info_free);
    parser p = {.frames = frames};
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&callbacks, G_MARKUP_TREAT_CDATA_AS_TEXT, &p, NULL);

    if (!g_markup_parse_context_parse(context, pdml, -1, error) ||
        !g_markup_parse_context_end_parse(context, error))
        return NULL;
    return g_steal_pointer(&frames);
}
