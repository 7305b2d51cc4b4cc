/* kx-loss.c
 * What is dissected behind a gap in a capture: segments missing, a start in the middle of a stream, a snap
 * length. Measures how many of the messages that lie wholly behind the gap are found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "conversation.h"
#include "cutting.h"
#include "observed.h"
#include "program.h"
#include "traffic.h"

enum {
    STREAMS = 110,
    MESSAGES = 14,
    LINKS = 60,
    EVERYTHING = 262144,
    HEADERS = 14 + 20 + 20,
    HEADER_OF_KX = 10
};

typedef enum { NOTHING, HOLE, START } fault;

/* A way to lose bytes, to cut what is sent, and to dissect it. */
typedef struct {
    const char *name;
    fault fault;
    guint32 snaplen;
    cut_style style;
    gboolean known_port;
    double floor;       /* the least part of the messages behind the gap that must be found, in percent */
    double later_floor; /* the same for those behind the first one found */
} variant;

/* What is found, and why not all: a connection is claimed when a segment, or several short ones together, show a
 * header whose neighbourhood leaves no doubt. Where a header lies across segments, they are past by then, and nothing
 * puts them together any more: behind a start, or a hole in the first message, that one message is lost. After 64
 * segments that showed nothing, it takes two messages, and those before them are lost. On a known
 * port nothing needs to be claimed. And what is apart (see stream) nothing can put together. */
static const variant variants[] = {
    {"hole, segments of any size", HOLE, EVERYTHING, CUT_MIXED, FALSE, 99, 100},
    {"hole, a segment for each message", HOLE, EVERYTHING, CUT_MESSAGES, FALSE, 100, 100},
    {"hole, up to 1460 bytes", HOLE, EVERYTHING, CUT_MEDIUM, FALSE, 99, 100},
    {"hole, up to 24 bytes", HOLE, EVERYTHING, CUT_SMALL, FALSE, 98.5, 100},
    {"hole, up to 24 bytes, known port", HOLE, EVERYTHING, CUT_SMALL, TRUE, 100, 100},
    {"start, segments of any size", START, EVERYTHING, CUT_MIXED, FALSE, 99, 100},
    {"start, up to 1460 bytes", START, EVERYTHING, CUT_MEDIUM, FALSE, 97, 100},
    {"start, up to 24 bytes", START, EVERYTHING, CUT_SMALL, FALSE, 80, 100},
    {"start, up to 24 bytes, known port", START, EVERYTHING, CUT_SMALL, TRUE, 100, 100},
    {"snap length 1000", NOTHING, HEADERS + 1000, CUT_MEDIUM, FALSE, 80, 100},
    {"snap length 1000, known port", NOTHING, HEADERS + 1000, CUT_MEDIUM, TRUE, 80, 100},
};

static const variant whole = {"whole", NOTHING, EVERYTHING, CUT_MESSAGES, TRUE, 0, 0};

/* One stream, and which bytes of it the capture holds. */
typedef struct {
    turn *sent;
    guint8 *captured;  /* for each byte */
    guint8 *apart;     /* for each byte: a segment begins here that the snap length cuts. Wireshark's TCP puts
                          such a one together with no other */
    guint32 first_gap; /* offset of the first byte that is missing; G_MAXUINT32: none is */
} stream;

typedef struct {
    tshark_t *tshark;
    const char *folder;
    guint64 seed;
    gboolean verbose, failed;
    guint gaps;
    stream streams[STREAMS];
    observed *uncut;
} run;

/* Of the messages that a capture holds every byte of. */
typedef struct {
    guint before, before_found; /* in front of the gap */
    guint behind, behind_found;
    guint apart;              /* of those behind: not found, as TCP does not put it together */
    guint later, later_found; /* of those behind but not apart: after the first found one of their stream */
    guint gaps, wrong, invented;
} count;

/* ---- captures ---- */

static void mark(stream *s, const segment *piece, guint32 snaplen)
{
    guint32 kept = MIN(piece->to - piece->from, snaplen - HEADERS);

    memset(s->captured + piece->from, 1, kept);
    if (piece->from + kept < piece->to)
        s->apart[piece->from] = 1;
    if (piece->from + kept < piece->to)
        s->first_gap = MIN(s->first_gap, piece->from + kept);
}

/* Up to three segments in a row are missing; of a start, all from the first one on. */
static void choose_gap(random_t *random, const variant *v, guint segments, guint *from, guint *to)
{
    *from = *to = 0;
    if (v->fault == NOTHING || segments < 2)
        return;
    *from = v->fault == HOLE ? random_between(random, 0, segments - 2) : 0;
    *to = v->fault == HOLE ? MIN(segments - 1, *from + (guint)(random_next(random) % 3) + 1)
                           : random_between(random, 1, segments - 1);
}

static void write_stream(traffic *out, random_t *random, const variant *v, stream *s, guint number)
{
    cutting how = {v->style, FALSE, FALSE, HEADER_OF_KX, 0};
    g_autoptr(GArray) segments = cut_turn(random, s->sent, &how);
    guint gap_from, gap_to;
    tcp connection;

    memset(s->captured, 0, s->sent->bytes->len);
    memset(s->apart, 0, s->sent->bytes->len);
    s->first_gap = G_MAXUINT32;
    choose_gap(random, v, segments->len, &gap_from, &gap_to);
    if (v->fault == START)
        connection = traffic_join(number, (guint8)(number % LINKS), SERVER_PORT);
    else
        traffic_open(out, &connection, number, (guint8)(number % LINKS), SERVER_PORT);
    for (guint i = 0; i < segments->len; i++) {
        const segment *piece = &g_array_index(segments, segment, i);
        if (i >= gap_from && i < gap_to) {
            s->first_gap = MIN(s->first_gap, piece->from);
            continue;
        }
        traffic_send(out, &connection, FALSE, piece, s->sent->bytes->data + piece->from);
        mark(s, piece, v->snaplen);
    }
}

static observed *observe(run *r, guint number, const variant *v, GError **error)
{
    const char *const preferences[] = {"-o", v->known_port ? "kx.tcp.port:7100" : "kx.tcp.port:", NULL};
    g_autofree char *name = g_strdup_printf("loss-%u.pcap", number);
    g_autofree char *path = g_build_filename(r->folder, name, NULL);
    random_t random = {r->seed + number};
    traffic out = {capture_open(path, v->snaplen, TRUE, error), 0};

    if (!out.capture)
        return NULL;
    for (guint i = 0; i < STREAMS; i++)
        write_stream(&out, &random, v, &r->streams[i], i);
    return capture_commit(out.capture, error) ? observed_new(r->tshark, path, preferences, error) : NULL;
}

/* ---- counting ---- */

static gboolean is_captured(const stream *s, guint32 from, guint32 to)
{
    return !memchr(s->captured + from, 0, to - from);
}

/* Found is what shows all that it shows in the capture that lacks nothing. */
static gboolean is_found(run *r, const observed *o, guint32 id, count *c)
{
    const observed_message *expected = observed_find(r->uncut, id), *m = observed_find(o, id);

    if (m && strcmp(m->text, expected->text) != 0) {
        c->wrong++;
        if (r->verbose)
            printf("frame %u: message %08x is\n%snot\n%s", m->frame, id, m->text, expected->text);
        return FALSE;
    }
    return m != NULL;
}

/* found_one: whether one was found in its stream before. */
static void count_behind(count *c, gboolean found, gboolean apart, gboolean found_one)
{
    c->behind++;
    c->behind_found += found;
    c->apart += apart && !found;
    if (found_one && !(apart && !found)) {
        c->later++;
        c->later_found += found;
    }
}

static void count_stream(run *r, const observed *o, guint number, count *c)
{
    const stream *s = &r->streams[number];
    gboolean found_one = FALSE;
    guint32 from = 0;

    c->gaps += s->first_gap != G_MAXUINT32;
    for (guint i = 0; i < s->sent->ids->len; i++) {
        guint32 id = g_array_index(s->sent->ids, guint32, i), to = g_array_index(s->sent->ends, guint32, i);
        gboolean behind = from > s->first_gap;
        if (is_captured(s, from, to)) {
            gboolean found = is_found(r, o, id, c),
                     apart = memchr(s->apart + from + 1, 1, to - from - 1) != NULL;
            c->before += !behind;
            c->before_found += !behind && found;
            if (behind)
                count_behind(c, found, apart, found_one);
            if (!found && r->verbose)
                printf("stream %u (gap at %u): message %08x at %u to %u, %s%s, not found\n", number,
                       s->first_gap, id, from, to, behind ? "behind" : "before", apart ? ", apart" : "");
            found_one |= behind && found;
        }
        from = to;
    }
}

static void count_invented(run *r, const observed *o, count *c)
{
    for (guint i = 0; i < o->messages->len; i++) {
        const observed_message *m = (const observed_message *)g_ptr_array_index(o->messages, i);
        c->invented += !observed_find(r->uncut, m->id);
        if (r->verbose && !observed_find(r->uncut, m->id))
            printf("frame %u: invented:\n%s", m->frame, m->text);
    }
}

static double percent(guint part, guint all)
{
    return all ? 100.0 * part / all : 100.0;
}

static void report(run *r, const variant *v, const observed *o)
{
    count c = {0};

    for (guint i = 0; i < STREAMS; i++)
        count_stream(r, o, i, &c);
    count_invented(r, o, &c);
    double rate = percent(c.behind_found, c.behind);
    printf("%-34s %3u gaps; behind: %4u of %4u (%6.2f%%), %3u apart; after the first found: %4u of %4u; "
           "before: %4u of %4u; %u wrong, %u invented\n",
           v->name, c.gaps, c.behind_found, c.behind, rate, c.apart, c.later_found, c.later, c.before_found,
           c.before, c.wrong, c.invented);
    r->gaps += c.gaps;
    if (rate < v->floor || percent(c.later_found, c.later) < v->later_floor) {
        fprintf(stderr, "%s: less found than %.1f%% and %.1f%%\n", v->name, v->floor, v->later_floor);
        r->failed = TRUE;
    }
    if (c.wrong > 0 || c.invented > 0) {
        fprintf(stderr, "%s: messages that were not sent\n", v->name);
        r->failed = TRUE;
    }
}

static gboolean run_all(run *r, GError **error)
{
    random_t random = {r->seed};

    for (guint i = 0; i < STREAMS; i++) {
        stream *s = &r->streams[i];
        s->sent = turn_of_notifications(&random, MESSAGES, i % 20 ? 2500 : 65535);
        s->captured = g_new0(guint8, s->sent->bytes->len);
        s->apart = g_new0(guint8, s->sent->bytes->len);
    }
    r->uncut = observe(r, 0, &whole, error);
    for (guint i = 0; r->uncut && i < G_N_ELEMENTS(variants); i++) {
        observed *o = observe(r, i + 1, &variants[i], error);
        if (!o)
            return FALSE;
        report(r, &variants[i], o);
        observed_free(o);
    }
    printf("%u gaps\n", r->gaps);
    return r->uncut != NULL;
}

/* The seed of a run of one's own; kx-loss names it if it fails. */
static gint64 seed;
static gboolean verbose;

static const GOptionEntry options[] = {
    {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "repeats a run", "N"},
    {"verbose", 0, 0, G_OPTION_ARG_NONE, &verbose, "names what is not found", NULL},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static gboolean measure(kx_program *program, GError **error)
{
    static run r;

    r.tshark = program->tshark;
    r.folder = program->folder;
    r.seed = (guint64)seed;
    r.verbose = verbose;
    if (run_all(&r, error) && !r.failed)
        return TRUE;
    fprintf(stderr, "repeat with --seed %" G_GINT64_FORMAT "\n", seed);
    return FALSE;
}

int main(int argc, char **argv)
{
    seed = g_get_real_time() & 0xffffffff;
    return program_main(argc, argv, "Measures what is found after gaps", options, measure);
}
