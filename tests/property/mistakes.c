/* mistakes.c
 * Retransmissions that this Wireshark's TCP mistakes, whatever is dissected above it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mistakes.h"

#include <stdio.h>
#include <string.h>

#include "traffic.h"

#define MONGO_PORT 27017
#define DECODE_AS  "tcp.port==27017,mongo"

/* Three messages of MongoDB, one behind the other. The four bytes of the length, least first, are their first ones, and
 * the same function as ours puts them together. */
enum { MESSAGES = 3, FIRST = 60, SECOND = 76, END = 92, LENGTH_AT = 0, CODE_AT = 12, SEGMENTS_MAX = 7 };

/* Each message has a frame of its own in which its last byte comes. */
typedef struct {
    guint mistake; /* 0: none is possible */
    const char *name;
    gboolean reorder;
    guint32 segments[SEGMENTS_MAX][2]; /* from, to; ends with an empty one, or where it is full */
} trial;

static const trial trials[] = {
    {0, "none", FALSE, {{0, FIRST}, {FIRST, 61}, {61, SECOND}, {SECOND, END}}},
    {MISTAKE_KEEP_ALIVES,
     "keep-alives",
     FALSE,
     {{0, FIRST}, {FIRST, 61}, {FIRST, 61}, {61, SECOND}, {SECOND, END}}},
    {MISTAKE_WAITS,
     "waits",
     FALSE,
     {{0, FIRST}, {FIRST, 61}, {61, 62}, {61, 62}, {62, SECOND}, {SECOND, END}}},
    {MISTAKE_STALLS,
     "stalls",
     TRUE,
     {{0, 20}, {20, 30}, {30, 40}, {0, 20}, {40, FIRST}, {FIRST, SECOND}, {SECOND, END}}},
};

static void write_message(guint8 *bytes, guint8 from, guint8 to)
{
    static const guint8 code[] = {1000 & 0xff, 1000 >> 8};

    bytes[from + LENGTH_AT] = (guint8)(to - from);
    memcpy(bytes + from + CODE_AT, code, sizeof code);
}

static gboolean write_trial(const trial *t, const char *path, GError **error)
{
    traffic out = {capture_open(path, END + 100, TRUE, error), 0};
    guint8 bytes[END] = {0};
    tcp connection;

    if (!out.capture)
        return FALSE;
    write_message(bytes, 0, FIRST);
    write_message(bytes, FIRST, SECOND);
    write_message(bytes, SECOND, END);
    traffic_open(&out, &connection, 0, 0, MONGO_PORT);
    for (guint i = 0; i < SEGMENTS_MAX && t->segments[i][1] > 0; i++) {
        const segment s = {t->segments[i][0], t->segments[i][1], TRUE};
        traffic_send(&out, &connection, FALSE, &s, bytes + s.from);
    }
    return capture_commit(out.capture, error);
}

/* Returns a line for each frame with a message; NULL on failure. */
static char *dissect(tshark_t *tshark, const trial *t, const char *path, GError **error)
{
    g_autofree char *shared = tshark_share(tshark, path, error);
    const char *reorder =
        t->reorder ? "tcp.reassemble_out_of_order:TRUE" : "tcp.reassemble_out_of_order:FALSE";
    const char *arguments[] = {"-2", "-r",    shared, "-d",     DECODE_AS, "-o",           reorder,
                               "-Y", "mongo", "-T",   "fields", "-e",      "frame.number", NULL};

    return shared ? tshark_run(tshark, arguments, error) : NULL;
}

static guint count_lines(const char *text)
{
    guint lines = 0;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static gboolean run(tshark_t *tshark, const trial *t, const char *folder, guint *mistakes, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "mistakes.pcap", NULL);
    g_autofree char *frames = write_trial(t, path, error) ? dissect(tshark, t, path, error) : NULL;

    if (!frames)
        return FALSE;
    if (count_lines(frames) == MESSAGES)
        return TRUE;
    if (t->mistake == 0) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                    "MongoDB without retransmissions is in these frames:\n%s", frames);
        return FALSE;
    }
    *mistakes |= t->mistake;
    printf("Wireshark's TCP mistakes retransmissions, which are left out: %s\n", t->name);
    return TRUE;
}

gboolean mistakes_find(tshark_t *tshark, const char *folder, guint *mistakes, GError **error)
{
    *mistakes = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(trials); i++)
        if (!run(tshark, &trials[i], folder, mistakes, error))
            return FALSE;
    return TRUE;
}
