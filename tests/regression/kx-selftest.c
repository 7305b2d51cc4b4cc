/* Checks the checker: whatever is changed in an expected file, it must say so, and where.
 *
 * Usage: kx-selftest KX_REGRESSION TSHARK PLUGINS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "consistency.h"
#include "golden.h"
#include "process.h"
#include "selftest-capture.h"
#include "tree.h"
#include "tshark.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT 600

static struct {
    const char *regression, *tshark, *plugins;
    char *directory, *capture, *expected;
} setting;

/* A PDML of one message with a string field; %s are its value, its position, and what else is in the packet.
 */
#define PDML                                                                                                 \
    "<pdml><packet><proto name=\"geninfo\"><field name=\"num\" show=\"7\"/></proto>"                         \
    "<proto name=\"kx\" showname=\"Kx\" pos=\"40\" size=\"20\">"                                             \
    "<field name=\"kx.session_id\" showname=\"Session ID\" pos=\"%s\" size=\"3\" show=\"%s\" value=\"%s\"/>" \
    "</proto>%s</packet></pdml>"

static gboolean regression(const char *option, const char *plugins, char **output)
{
    const char *argv[] = {
        setting.regression, "--tshark",   setting.tshark,   "--plugins", plugins, "--capture",
        setting.capture,    "--expected", setting.expected, option,      NULL};
    process_result_t result = {0};
    g_autoptr(GError) error = NULL;
    gboolean good;

    g_assert_true(process_run(argv, setting.directory, TIMEOUT, &result, &error));
    g_assert_no_error(error);
    good = !result.failure;
    if (output)
        *output = g_strconcat(result.output, result.errors, NULL);
    process_result_clear(&result);
    return good;
}

static char *read_expected(void)
{
    char *text = NULL;

    g_assert_true(g_file_get_contents(setting.expected, &text, NULL, NULL));
    return text;
}

static void test_accepts(void)
{
    g_autofree char *output = NULL;

    if (!regression(NULL, setting.plugins, &output))
        g_error("the checker refuses what it wrote:\n%s", output);
}

static void test_refuses_value(void)
{
    g_autofree char *text = read_expected();
    g_auto(GStrv) parts = g_strsplit(text, "kx.message_id = 1 ", 2);
    g_autofree char *altered = g_strjoinv("kx.message_id = 7 ", parts);
    g_autofree char *output = NULL;
    gboolean good;

    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    g_assert_true(g_file_set_contents(setting.expected, altered, -1, NULL));
    good = regression(NULL, setting.plugins, &output);
    g_assert_true(g_file_set_contents(setting.expected, text, -1, NULL));
    g_assert_false(good);
    g_assert_nonnull(strstr(output, "frame 1, message:\n    expected kx.message_id = 7"));
}

/* A build for another Wireshark, say: no protocol is no success. */
static void test_refuses_no_plugin(void)
{
    g_autofree char *output = NULL;

    g_assert_false(regression(NULL, setting.directory, &output));
    g_assert_nonnull(strstr(output, "knows no field"));
}

static void test_refuses_no_expected_file(void)
{
    g_autofree char *text = read_expected();
    gboolean good;

    g_assert_cmpint(g_remove(setting.expected), ==, 0);
    good = regression(NULL, setting.plugins, NULL);
    g_assert_true(g_file_set_contents(setting.expected, text, -1, NULL));
    g_assert_false(good);
}

/* What a mutation makes of a line; the report must tell the changed line's field. */
typedef char *(*mutation_t)(const char *line);

static char *remove_line(const char *line)
{
    (void)line;
    return g_strdup("");
}

static char *double_line(const char *line)
{
    return g_strdup_printf("%s\n%s\n", line, line);
}

static char *alter_end(const char *line)
{
    return g_strdup_printf("%sx\n", line);
}

/* "  @40+2" -> "  @41+2"; NULL: the line has no position. */
static char *shift_position(const char *line)
{
    const char *mark = strstr(line, "  @");

    if (!mark)
        return NULL;
    return g_strdup_printf("%.*s  @%d%s\n", (int)(mark - line), line, atoi(mark + 3) + 1,
                           mark + 3 + strspn(mark + 3, "0123456789"));
}

static const mutation_t mutations[] = {remove_line, double_line, alter_end, shift_position};

/* Puts `replacement` in the place of a line, line end included. */
static char *replace_line(char **lines, guint at, const char *replacement)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; lines[i]; i++) {
        if (i == at)
            g_string_append(text, replacement);
        else
            g_string_append_printf(text, "%s\n", lines[i]);
    }
    return g_string_free(text, FALSE);
}

static void mutate(const char *original, char **lines, guint at, mutation_t mutation, const char *frame)
{
    g_autofree char *replacement = mutation(lines[at]);
    g_autofree char *mutant = replacement ? replace_line(lines, at, replacement) : NULL;
    const char *stripped = lines[at] + strspn(lines[at], " !-");
    g_autofree char *name = g_strndup(stripped, strcspn(stripped, " :"));
    report_t report = {.subject = "mutant", .mode = "test", .text = g_string_new(NULL)};

    if (mutant) {
        golden_compare(&report, mutant, original);
        if (report.failures == 0 || !strstr(report.text->str, name) ||
            (frame && !strstr(report.text->str, frame)))
            g_error("line %u, now \"%s\", is reported as: %s", at, replacement, report.text->str);
    }
    g_string_free(report.text, TRUE);
}

/* Every line that is no heading of a frame, changed in every way. */
static void test_mutants(void)
{
    g_autofree char *text = read_expected();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *frame = NULL;
    guint mutated = 0;

    for (guint i = 0; lines[i]; i++) {
        if (g_str_has_prefix(lines[i], "frame "))
            frame = lines[i];
        if (*lines[i] != ' ')
            continue;
        mutated++;
        for (gsize k = 0; k < G_N_ELEMENTS(mutations); k++)
            mutate(text, lines, i, mutations[k], frame);
    }
    g_assert_cmpuint(mutated, >, 30);
}

static field_table_t *session_id_table(void)
{
    g_autofree char *path = g_build_filename(setting.directory, "table", NULL);
    field_table_t *fields;

    g_assert_true(g_file_set_contents(path, "F\tSession ID\tkx.session_id\tFT_STRING\tkx\t\t\t\n", -1, NULL));
    fields = field_table_load(path, "kx", NULL);
    g_assert_nonnull(fields);
    return fields;
}

/* Returns what the consistency check reports of a message with that field. */
static char *consistency_of(const char *pos, const char *shown, const char *bytes)
{
    g_autofree char *pdml = g_strdup_printf(PDML, pos, shown, bytes, "");
    g_autoptr(GPtrArray) messages = messages_parse(pdml, "kx", NULL);
    g_autoptr(GPtrArray) fields = session_id_table();
    report_t report = {.subject = "pdml", .mode = "test", .text = g_string_new(NULL)};

    g_assert_nonnull(messages);
    consistency_check(&report, messages, fields);
    return g_string_free(report.text, FALSE);
}

static void test_consistency(void)
{
    static const struct {
        const char *pos, *shown, *bytes, *report; /* report: part of it; NULL: none */
    } cases[] = {
        {"57", "s-1", "732d31", NULL},
        {"57", "s-2", "732d31", "frame 7, message 1, kx.session_id: shows \"s-2\", highlights \"s-1\""},
        {"57", "&quot;", "5c22", NULL},    /* an escape in the payload */
        {"57", "&lt;&amp;", "3c26", NULL}, /* escapes of PDML */
        {"57", "\xe4\xba\xac", "e4baac", NULL},
        {"57", "a\tb", "610962", NULL}, /* raw in PDML, though XML would make it a blank */
        {"57", "a b", "610962", "shows \"a b\""},
        {"58", "s-1", "732d31", "@58+3 is outside of its message @40+20"},
        {"39", "s-1", "732d31", "outside of its message"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *report = consistency_of(cases[i].pos, cases[i].shown, cases[i].bytes);
        if (!cases[i].report)
            g_assert_cmpstr(report, ==, "");
        else if (!strstr(report, cases[i].report))
            g_error("case %" G_GSIZE_FORMAT " is reported as: %s", i, report);
    }
}

static void test_stray_field(void)
{
    g_autofree char *pdml =
        g_strdup_printf(PDML, "57", "s-1", "732d31", "<proto name=\"x\"><field name=\"kx.resync\"/></proto>");
    g_autoptr(GError) error = NULL;

    g_assert_null(messages_parse(pdml, "kx", &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "frame 7: kx.resync stands outside"));
}

static void test_values(void)
{
    g_autoptr(GTree) expected = values_new();
    g_autoptr(GTree) got = values_new();
    report_t report = {.subject = "values", .mode = "test", .text = g_string_new(NULL)};

    values_add(expected, 1, "kx.key.id", "a");
    values_add(expected, 1, "kx.key.id", "b");
    values_add(expected, 2, "kx.resync", "1");
    values_add(got, 1, "kx.key.id", "b");
    values_add(got, 1, "kx.key.id", "a");
    values_add(got, 3, "kx.keys", "1");
    values_compare(&report, expected, got);
    g_assert_cmpuint(report.failures, ==, 3);
    g_assert_nonnull(strstr(report.text->str, "frame 1, kx.key.id: expected \"a, b\", got \"b, a\""));
    g_assert_nonnull(strstr(report.text->str, "frame 2, kx.resync: expected \"1\", got \"\""));
    g_assert_nonnull(strstr(report.text->str, "frame 3, kx.keys: expected \"\", got \"1\""));
    g_string_free(report.text, TRUE);
}

/* What an abridged file leaves out is compared all the same. */
static void test_abridged(void)
{
    g_autoptr(GString) text = g_string_new("frame 1\n  message: Kx\n");
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    for (int i = 0; i < 1000; i++)
        g_string_append_printf(text, "    kx.version = %d\n", i);
    before = golden_abridge(text->str);
    *strstr(text->str, "500") = '6';
    after = golden_abridge(text->str);
    g_assert_cmpuint(strlen(before), <, 5000);
    g_assert_cmpstr(before, !=, after);
}

/* ---- one start for many runs ---- */

/* PDML begins with the time and the name of the file. */
static const char *without_head(const char *pdml)
{
    return pdml ? strstr(pdml, "<packet>") : NULL;
}

/* The command names a copy of the capture of its own. */
static const char *without_command(char *message)
{
    char *command = strstr(message, "\n  command: ");

    if (command)
        *command = '\0';
    return message;
}

static char *run_in(tshark_t *tshark, const char *filter, GError **error)
{
    g_autofree char *capture = tshark_share(tshark, setting.capture, NULL);
    const char *const arguments[] = {"-r", capture, "-Y", filter, "-T", "pdml", NULL};

    return tshark_run(tshark, arguments, error);
}

/* What is printed, with a start for each run and with one for all; and what is wrong is told alike. */
static void test_one_start(void)
{
    g_autoptr(tshark_t) warm = tshark_new(setting.tshark, setting.plugins, NULL);
    g_setenv("KX_TEST_COLD", "yes", TRUE);
    g_autoptr(tshark_t) cold = tshark_new(setting.tshark, setting.plugins, NULL);
    g_unsetenv("KX_TEST_COLD");
    static const char *const filters[] = {"kx", "kx.message_id == 1", "frame", "kx"};

    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autofree char *expected = run_in(cold, filters[i], NULL);
        g_autofree char *got = run_in(warm, filters[i], NULL);
        g_assert_nonnull(expected);
        g_assert_cmpstr(without_head(got), ==, without_head(expected));
    }
    g_assert_cmpuint(tshark_starts(cold), ==, G_N_ELEMENTS(filters));
#ifdef __linux__
    if (!g_getenv("KX_TEST_WRAPPER") && !g_getenv("KX_TEST_COLD"))
        g_assert_cmpuint(tshark_starts(warm), ==, 1);
#endif
    g_autoptr(GError) error = NULL, cold_error = NULL;
    g_assert_null(run_in(warm, "kx.no_such_field", &error));
    g_assert_null(run_in(cold, "kx.no_such_field", &cold_error));
    g_assert_cmpstr(without_command(error->message), ==, without_command(cold_error->message));
}

static void set_up(char **argv)
{
    setting.regression = argv[1];
    setting.tshark = argv[2];
    setting.plugins = argv[3];
    setting.directory = g_dir_make_tmp("kx-selftest-XXXXXX", NULL);
    g_assert_nonnull(setting.directory);
    setting.capture = g_build_filename(setting.directory, "capture.pcap", NULL);
    setting.expected = g_build_filename(setting.directory, "capture.pcap.txt", NULL);
    g_assert_true(selftest_capture_write(setting.capture, NULL));
}

static void tear_down(void)
{
    tree_remove(setting.directory);
    g_free(setting.directory);
    g_free(setting.capture);
    g_free(setting.expected);
}

int main(int argc, char **argv)
{
    g_autofree char *output = NULL;
    int status;

    g_test_init(&argc, &argv, NULL);
    if (argc != 4)
        g_error("usage: kx-selftest KX_REGRESSION TSHARK PLUGINS");
    set_up(argv);
    if (!regression("--update", setting.plugins, &output))
        g_error("cannot write an expected file:\n%s", output);
    g_test_add_func("/selftest/accepts", test_accepts);
    g_test_add_func("/selftest/refuses/value", test_refuses_value);
    g_test_add_func("/selftest/refuses/no-plugin", test_refuses_no_plugin);
    g_test_add_func("/selftest/refuses/no-expected-file", test_refuses_no_expected_file);
    g_test_add_func("/selftest/mutants", test_mutants);
    g_test_add_func("/selftest/consistency", test_consistency);
    g_test_add_func("/selftest/stray-field", test_stray_field);
    g_test_add_func("/selftest/values", test_values);
    g_test_add_func("/selftest/abridged", test_abridged);
    g_test_add_func("/selftest/one-start", test_one_start);
    status = g_test_run();
    tear_down();
    return status;
}
