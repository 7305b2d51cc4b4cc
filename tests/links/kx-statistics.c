/* kx-statistics.c
 * Compares the numbers of -z kx,tree, kx,srt, kx,relay, conv,kx and endpoints,kx with what counting the messages one
 * by one yields. Reads the tables by their labels, as their layout differs between versions of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "program.h"
#include "statistics-expected.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *subject;
    guint command; /* of the filter */
    guint numbers, failures;
} report;

static void differ(report *r, const char *what, const char *shown, const char *expected)
{
    r->failures++;
    g_print("%s, %s: %s is %s, not %s\n", r->subject, r->command ? "filtered" : "all", what, shown, expected);
}

static void compare_text(report *r, const char *what, const char *shown, const char *expected)
{
    r->numbers++;
    if (strcmp(shown, expected) != 0)
        differ(r, what, shown, expected);
}

/* ---- sections of the output ---- */

static const char *const titles[] = {"Messages:\n", "SRT Statistics:\n", "Key Relays:\n",
                                     "Kx Conversations\n", "Kx Endpoints\n"};
enum { TREE, TIMES, RELAYS, CONVERSATIONS, ENDPOINTS };

/* From behind its title to the next one. */
static char **section(const char *output, guint which)
{
    const char *begin = strstr(output, titles[which]), *end = output + strlen(output);

    if (begin == NULL)
        return g_new0(char *, 1);
    begin += strlen(titles[which]);
    for (guint i = 0; i < G_N_ELEMENTS(titles); i++) {
        const char *other = strstr(begin, titles[i]);
        if (other != NULL && other < end)
            end = other;
    }
    g_autofree char *text = g_strndup(begin, (gsize)(end - begin));
    return g_strsplit(text, "\n", -1);
}

/* ---- kx,tree ---- */

/* "  Version 1      33    ..." -> the label; *rest: what stands behind it. NULL if there is no number. */
static char *label_of(const char *line, const char **rest)
{
    while (*line == ' ')
        line++;
    *rest = strstr(line, "  ");
    if (*rest == NULL)
        return NULL;
    char *label = g_strndup(line, (gsize)(*rest - line));
    while (**rest == ' ')
        (*rest)++;
    if (g_ascii_isdigit(**rest) && *label != '\0')
        return label;
    g_free(label);
    return NULL;
}

static void check_tree(report *r, const char *output, const selection *s)
{
    g_auto(GStrv) lines = section(output, TREE);
    g_autoptr(GHashTable) expected = expected_tree(s);
    GHashTableIter iterator;
    gpointer left;

    for (char **line = lines; *line != NULL; line++) {
        const char *rest;
        g_autofree char *label = label_of(*line, &rest);
        gpointer number;
        if (label == NULL)
            continue;
        g_autofree char *shown = g_strndup(rest, strspn(rest, "0123456789"));
        gboolean known = g_hash_table_lookup_extended(expected, label, NULL, &number);
        g_autofree char *text = g_strdup_printf("%u", known ? GPOINTER_TO_UINT(number) : 0);
        compare_text(r, label, shown, known ? text : "expected at all");
        g_hash_table_remove(expected, label);
    }
    g_hash_table_iter_init(&iterator, expected);
    while (g_hash_table_iter_next(&iterator, &left, NULL))
        differ(r, left, "absent", "expected to be");
}

/* ---- kx,srt ---- */

static void compare_seconds(report *r, const char *what, double shown, double expected)
{
    g_autofree char *a = g_strdup_printf("%.6f", shown), *b = g_strdup_printf("%.6f", expected);

    r->numbers++;
    if (ABS(shown - expected) > 1.5e-6)
        differ(r, what, a, b);
}

static void check_times(report *r, const char *output, const selection *s, const char *label, guint command)
{
    g_auto(GStrv) lines = section(output, TIMES);
    response_times expected = expected_times(s, command);
    const char *found = NULL;

    for (char **line = lines; *line != NULL && found == NULL; line++)
        found = strstr(*line, label);
    guint64 calls = 0;
    double numbers[4] = {0};
    if (found != NULL) {
        char *rest = (char *)found + strlen(label);
        calls = g_ascii_strtoull(rest, &rest, 10);
        for (guint i = 0; i < 4; i++)
            numbers[i] = g_ascii_strtod(rest, &rest);
    }
    g_autofree char *a = g_strdup_printf("%" G_GUINT64_FORMAT, calls),
                    *b = g_strdup_printf("%u", expected.calls);
    compare_text(r, label, a, b);
    if (calls == 0 || expected.calls == 0)
        return;
    compare_seconds(r, "least time", numbers[0], expected.least);
    compare_seconds(r, "most time", numbers[1], expected.most);
    compare_seconds(r, "average time", numbers[2], expected.sum / expected.calls);
    compare_seconds(r, "sum of times", numbers[3], expected.sum);
}

/* ---- kx,relay ---- */

/* NULL: no row. */
static char **cells_of(const char *line)
{
    char **cells = g_strsplit(line, "|", -1);

    if (g_strv_length(cells) < 9 || g_str_has_prefix(line, "Request ID")) {
        g_strfreev(cells);
        return NULL;
    }
    for (char **cell = cells; *cell != NULL; cell++)
        g_strstrip(*cell);
    return cells;
}

/* Long texts are shortened. */
static gboolean is_beginning(const char *shown, const char *whole)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    gsize length = strlen(shown);

    return length > 40 && g_str_has_suffix(shown, ellipsis) &&
           strncmp(shown, whole, length - strlen(ellipsis)) == 0;
}

static void check_relays(report *r, const char *output, const selection *s)
{
    g_auto(GStrv) lines = section(output, RELAYS);
    g_autoptr(GPtrArray) expected = expected_relays(s);
    guint row = 0;

    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) cells = cells_of(*line);
        if (cells == NULL)
            continue;
        char **wanted = row < expected->len ? g_ptr_array_index(expected, row) : NULL;
        row++;
        for (guint i = 0; wanted != NULL && i < 9; i++) {
            g_autofree char *what = g_strdup_printf("relay row %u, column %u", row, i + 1);
            compare_text(r, what, is_beginning(cells[i], wanted[i]) ? wanted[i] : cells[i], wanted[i]);
        }
    }
    g_autofree char *a = g_strdup_printf("%u", row), *b = g_strdup_printf("%u", expected->len);
    compare_text(r, "number of relays", a, b);
}

/* ---- conv,kx and endpoints,kx ---- */

/* Reads "493", "493 bytes" or "17 kB". Returns whether it can stand for the number. */
static gboolean take_number(char **text, guint64 expected)
{
    guint64 unit = 1, shown = g_ascii_strtoull(*text, text, 10);
    static const struct {
        const char *name;
        guint64 size;
    } units[] = {{" bytes", 1}, {" kB", 1000}, {" MB", 1000000}};

    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_has_prefix(*text, units[i].name)) {
            unit = units[i].size;
            *text += strlen(units[i].name);
        }
    return expected + unit > shown * unit && expected < (shown + 1) * unit;
}

/* With single blanks. */
static char *squeeze(const char *line)
{
    GString *plain = g_string_new(NULL);

    for (; *line != '\0'; line++)
        if (*line != ' ' || (plain->len > 0 && plain->str[plain->len - 1] != ' '))
            g_string_append_c(plain, *line);
    return g_string_free(plain, FALSE);
}

static void check_kma_row(report *r, char **lines, const kma_row *row, const char *label,
                          const guint64 *numbers)
{
    r->numbers += 6;
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *text = squeeze(*line);
        if (!g_str_has_prefix(text, label) || text[strlen(label)] != ' ')
            continue;
        char *rest = text + strlen(label);
        for (guint i = 0; i < 6; i++)
            if (!take_number(&rest, numbers[i])) {
                differ(r, row->one, *line, "as expected");
                break;
            }
        return;
    }
    differ(r, label, "absent", "expected to be");
}

/* A row of conversations has, in this order: back, there, both, each as frames and bytes; one of endpoints:
 * both, sent, received. The pair may stand the other way round. */
static void check_kmas(report *r, const char *output, GPtrArray *expected, guint which)
{
    g_auto(GStrv) lines = section(output, which);

    for (guint i = 0; i < expected->len; i++) {
        const kma_row *row = g_ptr_array_index(expected, i);
        guint64 frames = row->frames[0] + row->frames[1], bytes = row->bytes[0] + row->bytes[1];
        guint64 pair[] = {row->frames[1], row->bytes[1], row->frames[0], row->bytes[0], frames, bytes};
        guint64 single[] = {frames, bytes, row->frames[0], row->bytes[0], row->frames[1], row->bytes[1]};
        g_autofree char *label =
            row->other != NULL ? g_strdup_printf("%s <-> %s", row->one, row->other) : g_strdup(row->one);
        check_kma_row(r, lines, row, label, row->other != NULL ? pair : single);
    }
    g_ptr_array_unref(expected);
}

/* ---- one capture ---- */

static char *run_statistics(tshark_t *tshark, const char *capture, const char *filter, GError **error)
{
    static const char *const kinds[] = {"kx,tree", "kx,srt", "kx,relay", "conv,kx", "endpoints,kx"};
    g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_ptr_array_add(arguments, g_strdup("-z"));
        g_ptr_array_add(arguments, g_strconcat(kinds[i], filter != NULL ? "," : "", filter, NULL));
    }
    g_ptr_array_add(arguments, g_strdup("-q"));
    g_ptr_array_add(arguments, g_strdup("-r"));
    g_ptr_array_add(arguments, g_strdup(capture));
    g_ptr_array_add(arguments, NULL);
    return tshark_run(tshark, (const char *const *)arguments->pdata, error);
}

static gboolean check_statistics(report *r, tshark_t *tshark, const char *capture, const selection *s)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *filter = s->command ? g_strdup_printf("kx.command_code == 0x%04x", s->command) : NULL;
    g_autofree char *output = run_statistics(tshark, capture, filter, &error);

    r->command = s->command;
    if (output == NULL) {
        g_print("%s: %s\n", r->subject, error->message);
        r->failures++;
        return FALSE;
    }
    check_tree(r, output, s);
    check_times(r, output, s, "Key relay (clause 7.1)", COMPLETION);
    check_times(r, output, s, "Key supply notification (clause 7.2)", SUPPLY_RESPONSE);
    check_relays(r, output, s);
    check_kmas(r, output, expected_conversations(s), CONVERSATIONS);
    check_kmas(r, output, expected_endpoints(s), ENDPOINTS);
    return TRUE;
}

static gboolean check_capture(tshark_t *tshark, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *shared = tshark_share(tshark, path, &error);
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(traffic_t) traffic = shared != NULL ? traffic_load(tshark, shared, &error) : NULL;
    g_autofree verdict *verdicts = traffic != NULL ? oracle_judge(traffic) : NULL;
    report r = {.subject = name};
    selection all = {traffic, verdicts, 0}, some = {traffic, verdicts, KEY_RELAY};

    if (traffic == NULL) {
        g_print("%s: %s\n", name, error->message);
        return FALSE;
    }
    check_statistics(&r, tshark, shared, &all);
    check_statistics(&r, tshark, shared, &some);
    g_print("%s: %u messages, %u numbers compared, %u failures\n", name, traffic->seen->len, r.numbers,
            r.failures);
    return r.failures == 0;
}

static char **captures;

static const GOptionEntry options[] = {
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &captures, NULL, "CAPTURE..."},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static gboolean run(kx_program *program, GError **error)
{
    guint failures = 0;

    if (!program_needs("CAPTURE", captures ? *captures : NULL, error))
        return FALSE;
    for (char **capture = captures; *capture; capture++)
        failures += !check_capture(program->tshark, *capture);
    return failures == 0;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Checks the statistics of captures", options, run);
}
