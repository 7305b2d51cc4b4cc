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

static const char *const frame_fields[] = {
    "kx.response_in",        "kx.response_to",  "kx.relay.next_hop_in", "kx.relay.previous_hop_in",
    "kx.relay.first_hop_in", "kx.relay.hop_in", "kx.request.repeat_of", NULL};

/* In the new file every message is a frame of its own. Its number stands for the frame it was in. */
static char *original_frame(const comparison *c, const char *number)
{
    const frame_info *frame =
        g_hash_table_lookup(c->after->frames, GUINT_TO_POINTER(strtoul(number, NULL, 10)));

    return g_strdup_printf("%u", frame ? frame->original : 0);
}

/* One line a field or expert info. Of an expert info its name alone: texts name frames. */
static void add_line(const comparison *c, GPtrArray *lines, const record_t *record, gboolean exported)
{
    if (record->kind == RECORD_EXPERT) {
        g_ptr_array_add(lines, g_strdup(record->name ? record->name : "a nameless expert info"));
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

/* A filler tells nothing: stars in quotes, or ones where there is no room for them. */
static gboolean is_filler(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && (strspn(text, "*") == length || strspn(text, "1") == length);
}

/* What can be said of a secret before it is masked, and perhaps not after that: its size, that it was no string, what
 * it consisted of, where it ceased to be JSON, that it was used before. And what only TCP tells. */
static gboolean may_be_lost(const kx_seen *m, const char *line)
{
    static const char *const fields[] = {"kx.key.size",
                                         "kx.key",
                                         "kx.keys.count",
                                         "kx.parameter.name",
                                         "kx.parameter.value",
                                         "kx.payload.fault_offset",
                                         NULL};
    static const char *const experts[] = {"kx.parameter.wrong_type",
                                          "kx.parameter.missing",
                                          "kx.parameter.unknown",
                                          "kx.parameter.odd_value",
                                          "kx.key.data.reused",
                                          "kx.connection.late",
                                          NULL};
    g_auto(GStrv) parts = g_strsplit(line, " ", 2);

    /* What stands in a Key ID's place is one only if it is a scalar; masked, it is. */
    if (strcmp(parts[0], "kx.key.id") == 0 || strcmp(line, "kx.key.cleartext") == 0)
        return traffic_value(m, "kx.key.id") && traffic_has_expert(m, "kx.parameter.wrong_type");
    return g_strv_contains(fields, parts[0]) || g_strv_contains(experts, line);
}

/* And what can be said of the filler instead. */
static gboolean may_be_new(const char *line)
{
    const char *value = strstr(line, " = ");

    if (g_str_has_prefix(line, "kx.parameter.name = ") || g_str_has_prefix(line, "kx.parameter.value = ") ||
        g_str_has_prefix(line, "kx.key.id = "))
        return is_filler(value + 3) || strchr(value, '*');
    return strcmp(line, "kx.parameter.wrong_type") == 0 || strcmp(line, "kx.parameter.unknown") == 0 ||
           g_str_has_prefix(line, "kx.payload.fault_offset") || g_str_has_prefix(line, "kx.keys.count = ");
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
        if (!may_be_lost(was, g_ptr_array_index(before, i)))
            fail(c, "frame %u: lost: %s", was->dissected->frame, (char *)g_ptr_array_index(before, i));
    for (guint i = 0; i < after->len; i++)
        if (!may_be_new(g_ptr_array_index(after, i)) &&
            !is_another_connection(c, was, g_ptr_array_index(after, i)))
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

/* Every text of a message that a secret can be in, and where it cannot be read. */
static char *all_text(const kx_seen *m)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < m->dissected->records->len; i++) {
        const record_t *record = g_ptr_array_index(m->dissected->records, i);
        if (record->kind == RECORD_FIELD && record->raw && *record->raw != '\0' &&
            strcmp(record->name, "kx.payload.fault_offset") != 0)
            g_string_append_printf(text, "%s=%s\n", record->name, record->raw);
    }
    return g_string_free(text, FALSE);
}

/* What is masked is what the finding reports; in TLS there is none. Of what cannot be read nothing is shown. */
static void compare_finding(comparison *c, const kx_seen *was, const kx_seen *is)
{
    g_autofree char *before = all_text(was), *after = all_text(is);
    gboolean masked = strcmp(before, after) != 0;

    if (!was->frame->in_tls && masked && !traffic_has_expert(was, "kx.key.cleartext"))
        fail(c, "frame %u: masked, and not reported", was->dissected->frame);
    if (!masked && traffic_has_expert(was, "kx.key.cleartext") &&
        !traffic_has_expert(was, "kx.payload.invalid") && strstr(before, "kx.key.data="))
        fail(c, "frame %u: reported, and not masked", was->dissected->frame);
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
        compare_finding(c, was, is);
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
    if (memmem(bytes, length, "CLIENT_", 7))
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
    g_autoptr(traffic_t) before = shared ? traffic_load(tshark, shared, &error) : NULL;
    gboolean exported = before && export(tshark, shared, masked, &error);
    g_autoptr(traffic_t) after = exported ? traffic_load(tshark, masked, &error) : NULL;
    comparison c = {.subject = name, .before = before, .after = after};

    if (!after) {
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
