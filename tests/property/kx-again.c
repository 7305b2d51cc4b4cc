/* kx-again.c
 * A message that TCP delivers again is known: in captures whose frames are doubled, late, out of turn and lost in one
 * of two places, every message but its first delivery is kx.seen_before, in the first pass and in the second alike.
 *
 * usage: kx-again --tshark PROGRAM --plugins FOLDER [--seed N] [--keep FOLDER]
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conversation.h"
#include "cutting.h"
#include "observed.h"
#include "traffic.h"
#include "tree.h"

enum { CONVERSATIONS = 25, COMPLAINTS_MAX = 10, MICROSECOND = 1000, MILLISECOND = 1000000 };

/* What becomes of a capture. A frame's copy comes later by a time of its own between two. */
typedef struct {
    const char *name;
    cut_style style;
    gboolean joined;      /* the capture began later than the connections */
    gboolean interleaved; /* connections take turns frame by frame; else each sends all it has in bursts */
    gint64 earliest, latest;
    guint copied;  /* percent of the frames */
    guint lost;    /* percent of either capture's frames */
    gboolean tame; /* Wireshark's TCP loses nothing of it */
} variant;

static const variant variants[] = {
    {"mirrored, same time", CUT_MESSAGES, TRUE, FALSE, 0, 0, 100, 0, TRUE},
    {"mirrored, with handshakes", CUT_MESSAGES, FALSE, TRUE, 35 * MICROSECOND, 35 * MICROSECOND, 100, 0,
     TRUE},
    {"mirrored, right after", CUT_MESSAGES, TRUE, FALSE, 3 * MICROSECOND, 3 * MICROSECOND, 100, 0, TRUE},
    {"mirrored, bursts", CUT_MESSAGES, TRUE, FALSE, 35 * MICROSECOND, 35 * MICROSECOND, 100, 0, TRUE},
    {"merged from both ends", CUT_MESSAGES, TRUE, TRUE, 400 * MICROSECOND, 400 * MICROSECOND, 100, 0, TRUE},
    {"merged, clocks apart", CUT_MESSAGES, TRUE, TRUE, 5 * MILLISECOND, 5 * MILLISECOND, 100, 0, TRUE},
    {"merged, in each other's gaps", CUT_MESSAGES, TRUE, TRUE, 55 * MICROSECOND, 55 * MICROSECOND, 100, 10,
     FALSE},
    {"retransmitted", CUT_MESSAGES, TRUE, TRUE, 10 * MICROSECOND, 300 * MILLISECOND, 30, 0, TRUE},
    {"out of turn", CUT_MESSAGES, TRUE, TRUE, 0, 2 * MILLISECOND, 100, 0, TRUE},
    {"mirrored, messages share segments", CUT_LARGE, TRUE, FALSE, 25 * MICROSECOND, 25 * MICROSECOND, 100, 0,
     FALSE},
    {"mirrored, cut anywhere", CUT_MEDIUM, TRUE, FALSE, 25 * MICROSECOND, 25 * MICROSECOND, 100, 0, FALSE},
    {"merged, cut anywhere", CUT_MIXED, TRUE, TRUE, 400 * MICROSECOND, 400 * MICROSECOND, 100, 0, FALSE},
};

typedef struct {
    gint64 time;
    guint order; /* of those of one time */
    GBytes *bytes;
} frame;

typedef struct {
    tshark_t *tshark;
    char *folder;
    guint64 seed;
    GPtrArray *conversations; /* of GPtrArray * of turn * */
    guint messages, again, complaints;
} run;

static void complain(run *r, const char *name, const char *what, guint32 id)
{
    if (r->complaints++ < COMPLAINTS_MAX)
        fprintf(stderr, "%s: message %08x %s\n", name, id, what);
}

/* ---- captures ---- */

/* Once or twice: in a copied capture, Wireshark's TCP takes what follows for a fast retransmission. */
static void acknowledge(traffic *out, random_t *random, tcp *connection, gboolean server)
{
    segment nothing = {connection->sent[server], connection->sent[server], FALSE};

    for (guint i = random_between(random, 1, 2); i > 0; i--)
        traffic_send(out, connection, server, &nothing, NULL);
}

static void send_turn(traffic *out, random_t *random, tcp *connection, const turn *t, cut_style style)
{
    cutting how = {style, FALSE, FALSE, 10, 0};
    guint32 base = connection->sent[t->server];
    g_autoptr(GArray) segments = cut_turn(random, t, &how);

    for (guint i = 0; i < segments->len; i++) {
        segment s = g_array_index(segments, segment, i);
        const guint8 *bytes = t->bytes->data + s.from;
        s.from += base;
        s.to += base;
        traffic_send(out, connection, t->server, &s, bytes);
        if (random_between(random, 0, 3) == 0)
            acknowledge(out, random, connection, !t->server);
    }
}

/* Of the conversation's turns, the first one that is left. Returns FALSE at its end. */
static gboolean send_next(traffic *out, random_t *random, const GPtrArray *turns, guint *next,
                          tcp *connections, cut_style style)
{
    if (*next == turns->len)
        return FALSE;
    const turn *t = (const turn *)g_ptr_array_index(turns, (*next)++);
    send_turn(out, random, &connections[t->connection], t, style);
    return TRUE;
}

/* With a handshake, Wireshark's TCP knows the round trip's time, and what it takes for out of order. */
static void begin(traffic *out, tcp *connection, guint number, gboolean joined)
{
    if (joined)
        *connection = traffic_join(number, (guint8)number, SERVER_PORT);
    else
        traffic_open(out, connection, number, (guint8)number, SERVER_PORT);
}

static void write_conversations(run *r, traffic *out, random_t *random, const variant *v)
{
    tcp connections[CONVERSATIONS][CONNECTIONS];
    guint next[CONVERSATIONS] = {0};

    for (guint i = 0; i < CONVERSATIONS; i++)
        for (guint c = 0; c < CONNECTIONS; c++)
            begin(out, &connections[i][c], CONNECTIONS * i + c, v->joined);
    for (gboolean more = TRUE; more;) {
        more = FALSE;
        for (guint i = 0; i < CONVERSATIONS; i++) {
            const GPtrArray *turns = (const GPtrArray *)g_ptr_array_index(r->conversations, i);
            while (send_next(out, random, turns, &next[i], connections[i], v->style)) {
                more = TRUE;
                if (v->interleaved)
                    break;
            }
        }
    }
}

static void clear_frame(gpointer data)
{
    g_bytes_unref(((frame *)data)->bytes);
}

static GArray *read_frames(const char *path, GError **error)
{
    char reason[PCAP_ERRBUF_SIZE];
    pcap_t *capture = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, reason);
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(frame));
    struct pcap_pkthdr *header;
    const guint8 *bytes;

    g_array_set_clear_func(frames, clear_frame);
    if (!capture)
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s", reason);
    while (capture && pcap_next_ex(capture, &header, &bytes) == 1) {
        frame f = {header->ts.tv_sec * G_GINT64_CONSTANT(1000000000) + header->ts.tv_usec, frames->len,
                   g_bytes_new(bytes, header->caplen)};
        g_array_append_val(frames, f);
    }
    if (capture)
        pcap_close(capture);
    return frames;
}

static int compare_frames(gconstpointer one, gconstpointer other)
{
    const frame *a = (const frame *)one, *b = (const frame *)other;

    return a->time != b->time ? (a->time < b->time ? -1 : 1) : (int)a->order - (int)b->order;
}

/* A frame is lost in one place at most. */
static void copy_frames(GArray *frames, random_t *random, const variant *v)
{
    g_autoptr(GArray) lost = g_array_new(FALSE, FALSE, sizeof(guint));
    guint count = frames->len;

    for (guint i = 0; i < count; i++) {
        frame copy = g_array_index(frames, frame, i);
        gboolean missing = random_between(random, 1, 100) <= v->lost;
        if (missing)
            g_array_append_val(lost, i);
        if (random_between(random, 1, 100) > v->copied ||
            (!missing && random_between(random, 1, 100) <= v->lost))
            continue;
        copy.time += v->earliest + (gint64)(random_next(random) % (guint64)(v->latest - v->earliest + 1));
        g_bytes_ref(copy.bytes);
        g_array_append_val(frames, copy);
    }
    while (lost->len > 0) {
        g_array_remove_index(frames, g_array_index(lost, guint, lost->len - 1));
        g_array_set_size(lost, lost->len - 1);
    }
    g_array_sort(frames, compare_frames);
}

static gboolean write_frames(const char *path, const GArray *frames, GError **error)
{
    capture_t *capture = capture_open(path, 262144, TRUE, error);

    for (guint i = 0; capture && i < frames->len; i++) {
        const frame *f = &g_array_index(frames, frame, i);
        gsize length;
        const guint8 *bytes = (const guint8 *)g_bytes_get_data(f->bytes, &length);
        capture_write(capture, f->time, bytes, length);
    }
    return capture && capture_commit(capture, error);
}

static gboolean write_capture(run *r, const char *path, guint number, const variant *v, GError **error)
{
    random_t random = {r->seed + number};
    traffic out = {capture_open(path, 262144, TRUE, error), 0};

    if (!out.capture)
        return FALSE;
    write_conversations(r, &out, &random, v);
    g_autoptr(GArray) frames = capture_commit(out.capture, error) ? read_frames(path, error) : NULL;
    if (!frames || frames->len == 0)
        return FALSE;
    copy_frames(frames, &random, v);
    return write_frames(path, frames, error);
}

/* ---- what is shown ---- */

static void check_messages(run *r, const variant *v, const observed *o)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < o->messages->len; i++) {
        const observed_message *m = (const observed_message *)g_ptr_array_index(o->messages, i);
        gboolean again = strstr(m->text, "kx.seen_before: ") != NULL,
                 first = g_hash_table_add(seen, GUINT_TO_POINTER(m->id));
        if (again == first)
            complain(r, v->name, first ? "is new" : "was seen before", m->id);
        r->again += again;
    }
    r->messages += g_hash_table_size(seen);
    for (guint i = 0; v->tame && i < r->conversations->len; i++) {
        const GPtrArray *turns = (const GPtrArray *)g_ptr_array_index(r->conversations, i);
        for (guint j = 0; j < turns->len; j++) {
            const turn *t = (const turn *)g_ptr_array_index(turns, j);
            for (guint k = 0; k < t->ids->len; k++)
                if (!observed_find(o, g_array_index(t->ids, guint32, k)))
                    complain(r, v->name, "is not shown", g_array_index(t->ids, guint32, k));
        }
    }
}

static char *list(run *r, const char *capture, const char *preference, gboolean twice, GError **error)
{
    const char *const arguments[] = {"-o",
                                     preference,
                                     "-r",
                                     capture,
                                     "-Y",
                                     "kx",
                                     "-T",
                                     "fields",
                                     "-e",
                                     "frame.number",
                                     "-e",
                                     "kx.message_id",
                                     "-e",
                                     "kx.seen_before",
                                     twice ? "-2" : NULL,
                                     NULL};

    return tshark_run(r->tshark, arguments, error);
}

static gboolean check_passes(run *r, const variant *v, const char *path, const char *preference,
                             GError **error)
{
    g_autofree char *capture = tshark_share(r->tshark, path, error);
    g_autofree char *once = capture ? list(r, capture, preference, FALSE, error) : NULL;
    g_autofree char *twice = once ? list(r, capture, preference, TRUE, error) : NULL;

    if (twice && strcmp(once, twice) != 0)
        complain(r, v->name, "and the like differ between the passes", 0);
    return twice != NULL;
}

static gboolean check_capture(run *r, const variant *v, const char *path, const char *preference,
                              GError **error)
{
    const char *const preferences[] = {"-o", preference, NULL};
    observed *o = observed_new(r->tshark, path, preferences, error);

    if (!o)
        return FALSE;
    check_messages(r, v, o);
    observed_free(o);
    return check_passes(r, v, path, preference, error);
}

/* As Wireshark's TCP is by default, it hands over fast retransmissions only; else also what is out of order. */
static gboolean check(run *r, guint number, GError **error)
{
    const variant *v = &variants[number];
    g_autofree char *name = g_strdup_printf("again-%u.pcap", number);
    g_autofree char *path = g_build_filename(r->folder, name, NULL);
    guint before = r->again;

    if (!write_capture(r, path, number, v, error) ||
        !check_capture(r, v, path, "tcp.no_subdissector_on_error:TRUE", error) ||
        !check_capture(r, v, path, "tcp.no_subdissector_on_error:FALSE", error))
        return FALSE;
    printf("%-36s %5u again\n", v->name, r->again - before);
    return TRUE;
}

static gboolean run_all(run *r, GError **error)
{
    random_t random = {r->seed};
    gboolean done = TRUE;

    r->conversations = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < CONVERSATIONS; i++)
        g_ptr_array_add(r->conversations, conversation_new(&random, 2500));
    for (guint i = 0; done && i < G_N_ELEMENTS(variants); i++)
        done = check(r, i, error);
    g_ptr_array_unref(r->conversations);
    printf("%u messages, %u more seen again\n", r->messages, r->again);
    return done;
}

int main(int argc, char **argv)
{
    run r = {0};
    char *program = NULL, *plugins = NULL, *keep = NULL;
    gint64 seed = g_get_real_time() & 0xffffffff;
    const GOptionEntry options[] = {
        {"tshark", 0, 0, G_OPTION_ARG_STRING, &program, "the program", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_STRING, &plugins, "with the plugin", "FOLDER"},
        {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "repeats a run", "N"},
        {"keep", 0, 0, G_OPTION_ARG_STRING, &keep, "for the captures", "FOLDER"},
        G_OPTION_ENTRY_NULL};
    g_autoptr(GOptionContext) context = g_option_context_new("- makes sure that what is seen again is known");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || !program || !plugins) {
        fprintf(stderr, "kx-again: %s\n", error ? error->message : "--tshark and --plugins are needed");
        return 2;
    }
    r.seed = (guint64)seed;
    r.folder = keep ? keep : g_dir_make_tmp("kx-again-XXXXXX", &error);
    r.tshark = r.folder ? tshark_new(program, plugins, &error) : NULL;
    gboolean done = r.tshark && run_all(&r, &error);
    tshark_free(r.tshark);
    if (!keep && r.folder)
        tree_remove(r.folder);
    if (!done)
        fprintf(stderr, "kx-again: %s\n", error->message);
    if (done && r.again == 0)
        fprintf(stderr, "kx-again: nothing was seen again: the captures show nothing\n");
    if (!done || r.complaints > 0)
        fprintf(stderr, "repeat with --seed %" G_GINT64_FORMAT "\n", seed);
    return done && r.complaints == 0 && r.again > 0 ? 0 : 1;
}
