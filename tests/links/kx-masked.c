/* kx-masked.c
 * Exports captures as "Kx, key data masked", and checks that no key is left in the file and everything else is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memmem */
#include "program.h"
#include "secrets.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 20

typedef struct {
    const char *subject;
    const traffic_t *before, *after;
    guint failures;
} comparison;

static void fail(comparison *c, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void fail(comparison *c, const char *format, ...)
{
    va_list arguments;

    if (++c->failures > SHOWN_MAX)
        return;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_print("%s: %s\n", c->subject, text);
}

/* ---- what a message shows ---- */

static const char *const frame_fields[] = {"kx.response_in", "kx.response_to", "kx.relay.next_hop_in",
                                           "kx.relay.previous_hop_in", NULL};

/* In the new file every message is a frame of its own. Its number stands for the frame it was in. */
static char *original_frame(const comparison *c, const char *number)
{
    const frame_info *frame =
        g_hash_table_lookup(c->after->frames, GUINT_TO_POINTER(strtoul(number, NULL, 10)));

    return g_strdup_printf("%u", frame != NULL ? frame->original : 0);
}

/* One line a field or expert info. Of an expert info its name alone: texts name frames. */
static void add_line(const comparison *c, GPtrArray *lines, const struct record *record, gboolean exported)
{
    if (record->kind == RECORD_EXPERT) {
        g_ptr_array_add(lines, g_strdup(record->name != NULL ? record->name : "a nameless expert info"));
    } else if (record->kind == RECORD_FIELD && strcmp(record->name, "kx.key.data") != 0) {
        g_autofree char *value = exported && g_strv_contains(frame_fields, record->name)
                                     ? original_frame(c, record->value)
                                     : g_strdup(record->value);
        g_ptr_array_add(lines, g_strdup_printf("%s = %s", record->name, value));
    }
}

static GPtrArray *lines_of(const comparison *c, const kx_seen *m, gboolean exported)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < m->dissected->records->len; i++)
        add_line(c, lines, g_ptr_array_index(m->dissected->records, i), exported);
    return lines;
}

static gboolean take(GPtrArray *lines, const char *line)
{
    for (guint i = 0; i < lines->len; i++)
        if (strcmp(g_ptr_array_index(lines, i), line) == 0) {
            g_ptr_array_remove_index(lines, i);
            return TRUE;
        }
    return FALSE;
}

/* ---- what may differ ---- */

static gboolean has_prefix(const char *line, const char *field)
{
    return g_str_has_prefix(line, field) && line[strlen(field)] == ' ';
}

/* A Key that is shown as a parameter like others, because it stands where none is due: all that differs is a
 * filler. */
static gboolean is_masked(const char *before, const char *after)
{
    if (!has_prefix(before, "kx.parameter.value") || strlen(before) != strlen(after))
        return FALSE;
    for (; *before != '\0'; before++, after++)
        if (*before != *after && strchr("x0*1", *after) == NULL)
            return FALSE;
    return TRUE;
}

/* Where JSON could not be read any further everything is masked but the byte at fault, and a word or a number that
 * was fine up to there is at fault itself. */
static gboolean is_moved_fault(const char *before, const char *after)
{
    return has_prefix(before, "kx.payload.fault_offset") && has_prefix(after, "kx.payload.fault_offset");
}

/* What is exported has addresses and ports, but no TCP: connections one after another on the same ports are one. */
static gboolean is_another_connection(const comparison *c, const kx_seen *m, const char *line)
{
    if (strcmp(line, "kx.message_id.reused") != 0)
        return FALSE;
    for (guint i = 0; i < c->before->seen->len; i++) {
        const kx_seen *other = g_ptr_array_index(c->before->seen, i);
        if (other == m)
            return FALSE;
        if (other->id == m->id && other->frame->stream != m->frame->stream &&
            other->frame->from_port == m->frame->from_port && other->frame->to_port == m->frame->to_port)
            return TRUE;
    }
    return FALSE;
}

/* Takes away a line that stands for the lost one. */
static gboolean take_altered(GPtrArray *after, const char *before)
{
    for (guint i = 0; i < after->len; i++) {
        const char *line = g_ptr_array_index(after, i);
        if (is_masked(before, line) || is_moved_fault(before, line)) {
            g_ptr_array_remove_index(after, i);
            return TRUE;
        }
    }
    return FALSE;
}

/* Takes away from `before` what stands in `after`, too, and there as well. */
static void take_common(GPtrArray *before, GPtrArray *after)
{
    for (guint i = 0; i < before->len;)
        if (take(after, g_ptr_array_index(before, i)))
            g_ptr_array_remove_index(before, i);
        else
            i++;
}

static void compare_lines(comparison *c, const kx_seen *was, const kx_seen *is)
{
    g_autoptr(GPtrArray) before = lines_of(c, was, FALSE), after = lines_of(c, is, TRUE);

    take_common(before, after);
    for (guint i = 0; i < before->len; i++)
        if (!take_altered(after, g_ptr_array_index(before, i)))
            fail(c, "frame %u: lost: %s", was->dissected->frame, (char *)g_ptr_array_index(before, i));
    for (guint i = 0; i < after->len; i++)
        if (!is_another_connection(c, was, g_ptr_array_index(after, i)))
            fail(c, "frame %u: new: %s", was->dissected->frame, (char *)g_ptr_array_index(after, i));
}

/* ---- one message ---- */

static void compare_frames(comparison *c, const frame_info *was, const frame_info *is)
{
    if (is->original != was->number)
        fail(c, "frame %u is said to be frame %u", was->number, is->original);
    if (is->time != was->time)
        fail(c, "frame %u: another time", was->number);
    if (g_strcmp0(is->from, was->from) != 0 || g_strcmp0(is->to, was->to) != 0 ||
        is->from_port != was->from_port || is->to_port != was->to_port)
        fail(c, "frame %u: another address or port", was->number);
}

static void compare(comparison *c)
{
    const GPtrArray *before = c->before->seen, *after = c->after->seen;

    if (before->len != after->len)
        fail(c, "%u messages became %u", before->len, after->len);
    for (guint i = 0; i < MIN(before->len, after->len); i++) {
        const kx_seen *was = g_ptr_array_index(before, i), *is = g_ptr_array_index(after, i);
        compare_frames(c, was->frame, is->frame);
        compare_lines(c, was, is);
    }
}

/* ---- what the file holds ---- */

static void search(comparison *c, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) secrets = secrets_of(c->before);
    g_autofree char *bytes = NULL;
    GBytes *found;
    gsize length;

    if (!g_file_get_contents(path, &bytes, &length, &error)) {
        fail(c, "%s", error->message);
        return;
    }
    if (memmem(bytes, length, "CLIENT_", 7) != NULL)
        fail(c, "the file holds TLS secrets");
    guint count = secrets_count(secrets, bytes, length, &found);
    if (count > 0) {
        gsize size;
        const char *secret = g_bytes_get_data(found, &size);
        g_autofree char *begin = g_strndup(secret, MIN(size, 100));
        g_autofree char *text = g_strescape(begin, NULL);
        fail(c, "the file holds %u key values, \"%s\" for one", count, text);
    }
    g_print("%s: %u messages, %u forms of keys looked for, %u failures\n", c->subject, c->before->seen->len,
            secrets->len, c->failures);
}

/* ---- one capture ---- */

static gboolean export(tshark_t *tshark, const char *capture, const char *masked, GError **error)
{
    const char *const arguments[] = {"-r", capture, "-U", "Kx, key data masked", "-w", masked, NULL};

    g_remove(masked);
    char *output = tshark_run(tshark, arguments, error);
    g_free(output);
    return output != NULL;
}

static gboolean check_capture(tshark_t *tshark, const char *path, const char *masked)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *shared = tshark_share(tshark, path, &error);
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(traffic_t) before = shared != NULL ? traffic_load(tshark, shared, &error) : NULL;
    gboolean exported = before != NULL && export(tshark, shared, masked, &error);
    g_autoptr(traffic_t) after = exported ? traffic_load(tshark, masked, &error) : NULL;
    comparison c = {.subject = name, .before = before, .after = after};

    if (after == NULL) {
        g_print("%s: %s\n", name, error->message);
        return FALSE;
    }
    compare(&c);
    search(&c, masked);
    return c.failures == 0;
}

static char **captures;

static const GOptionEntry options[] = {
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &captures, NULL, "CAPTURE..."},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static gboolean run(kx_program *program, GError **error)
{
    g_autofree char *masked = g_build_filename(program->folder, "masked.pcapng", NULL);
    guint failures = 0;

    if (!program_needs("CAPTURE", captures ? *captures : NULL, error))
        return FALSE;
    for (char **capture = captures; *capture; capture++)
        failures += !check_capture(program->tshark, *capture, masked);
    return failures == 0;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Checks captures whose keys are masked", options, run);
}
