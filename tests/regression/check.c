/* Checks one capture against its expected file, in all of tshark's modes and formats.
 *
 * The two-pass PDML is compared with the expected file. Everything else is compared with the PDML of as many
 * passes, which says most: so each difference is told once, and the expected file needs no parser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "consistency.h"
#include "golden.h"

#include <string.h>

/* With a read filter the first pass builds the tree too. Every frame has to pass it: otherwise tshark numbers the
 * frames anew in the second pass, and then finds none of what it reassembled. */
#define READ_FILTER PROTOCOL " or frame"

static const char *const one_pass[] = {NULL};
static const char *const two_pass[] = {"-2", NULL};

/* What the modes are compared with. */
typedef struct {
    messages_t *messages;
    values_t *values; /* with the columns */
} reference_t;

typedef struct {
    const char *mode;
    values_t *(*read)(const capture_t *capture, const char *const *how, GError **error);
    const char *how[6];
    gboolean after_two_passes;
    void (*compare)(report_t *report, const capture_t *capture, const reference_t *reference, values_t *got);
} reading_t;

static void reference_clear(reference_t *reference)
{
    g_clear_pointer(&reference->messages, g_ptr_array_unref);
    g_clear_pointer(&reference->values, g_tree_unref);
}

static void compare_same(report_t *report, const capture_t *capture, const reference_t *reference,
                         values_t *got)
{
    (void)capture;
    values_compare(report, reference->values, got);
}

/* JSON holds no columns, and its values are grouped. */
static void compare_sorted(report_t *report, const capture_t *capture, const reference_t *reference,
                           values_t *got)
{
    g_autoptr(GTree) expected = values_of_messages(reference->messages, capture->fields);

    values_sort(expected);
    values_sort(got);
    values_compare(report, expected, got);
}

/* Besides the PDML, and `-T fields` without a filter, which the columns are taken from. */
static const reading_t readings[] = {
    {"-T fields -Y " PROTOCOL, output_fields, {"-Y", PROTOCOL, NULL}, FALSE, compare_same},
    {"-2 -T fields -Y " PROTOCOL, output_fields, {"-2", "-Y", PROTOCOL, NULL}, TRUE, compare_same},
    {"-2 -T fields -R", output_fields, {"-2", "-R", READ_FILTER, NULL}, TRUE, compare_same},
    {"-T json", output_json, {"--no-duplicate-keys", NULL}, FALSE, compare_sorted},
};

static gboolean read_reference(const capture_t *capture, const char *const *how, reference_t *reference,
                               GError **error)
{
    reference->messages = output_pdml(capture, how, error);
    if (!reference->messages)
        return FALSE;
    reference->values = values_of_messages(reference->messages, capture->fields);
    return TRUE;
}

/* The Protocol and Info columns are in no PDML. */
static void take_columns(reference_t *reference, values_t *from)
{
    values_copy_field(reference->values, from, COLUMN_PROTOCOL_NAME);
    values_copy_field(reference->values, from, COLUMN_INFO_NAME);
}

static gboolean read_reference_with_columns(const capture_t *capture, const char *const *how,
                                            reference_t *reference, report_t *report, GError **error)
{
    g_autoptr(GTree) fields = NULL;

    if (!read_reference(capture, how, reference, error))
        return FALSE;
    fields = output_fields(capture, how, error);
    if (!fields)
        return FALSE;
    take_columns(reference, fields);
    values_compare(report, reference->values, fields);
    return TRUE;
}

static gboolean read_both(const capture_t *capture, reference_t *one, reference_t *two, report_t *report,
                          GError **error)
{
    report_mode(report, "one pass");
    if (!read_reference_with_columns(capture, one_pass, one, report, error))
        return FALSE;
    report_mode(report, "two passes");
    return read_reference_with_columns(capture, two_pass, two, report, error);
}

/* Returns what the expected file has to say. */
static char *expected_text(const capture_t *capture, const reference_t *two)
{
    g_autofree char *full = golden_render(two->messages, two->values, capture->fields, TRUE);

    return golden_abridge(full);
}

static void check_expected(const capture_t *capture, const reference_t *two, const char *expected_path,
                           report_t *report)
{
    g_autofree char *got = expected_text(capture, two);
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    report_mode(report, "-2 -T pdml");
    if (g_file_get_contents(expected_path, &expected, NULL, &error))
        golden_compare(report, expected, got);
    else
        report_error(report, &error);
    report_mode(report, "consistency");
    consistency_check(report, two->messages, capture->fields);
}

/* Info without its remarks, of which two passes may show so many that some are left out. */
static char *without_remarks(const char *info)
{
    const char *cut = strstr(info, "…]"), *begin = cut ? g_strrstr_len(info, cut - info, " [") : NULL;

    return begin ? g_strdup_printf("%.*s%s", (int)(begin - info), info, cut + strlen("…]")) : g_strdup(info);
}

/* What one pass shows where two leave remarks out: any remarks. */
static char *without_any_remarks(const char *info)
{
    const char *begin = strstr(info, " ["), *end = begin ? strchr(begin, ']') : NULL;

    return end ? g_strdup_printf("%.*s%s", (int)(begin - info), info, end + 1) : g_strdup(info);
}

/* The words that one pass shows in Info are among those of two passes, in their order. */
static void check_info(const reference_t *one, const reference_t *two, guint frame, report_t *report)
{
    const char *in_two = values_first(two->values, frame, COLUMN_INFO_NAME);
    const char *in_one = values_first(one->values, frame, COLUMN_INFO_NAME);
    g_autofree char *longer = without_remarks(in_two);
    g_autofree char *shorter = strcmp(longer, in_two) != 0 ? without_any_remarks(in_one) : g_strdup(in_one);
    g_auto(GStrv) some = g_strsplit_set(shorter, " ,:;[]", -1);
    g_auto(GStrv) all = g_strsplit_set(longer, " ,:;[]", -1);
    char **word = some;

    for (char **other = all; *word && *other; other++)
        while (*word && (**word == '\0' || strcmp(*word, *other) == 0)) {
            gboolean found = **word != '\0';
            word++;
            if (found)
                break;
        }
    if (*word)
        report_fail(report, "frame %u, Info: expected \"%s\" or less, got \"%s\"", frame, longer, shorter);
}

static void check_infos(const reference_t *one, const reference_t *two, report_t *report)
{
    for (guint i = 0; i < two->messages->len; i++)
        check_info(one, two, ((const message_t *)g_ptr_array_index(two->messages, i))->frame, report);
}

static void check_one_pass(const capture_t *capture, const reference_t *one, const reference_t *two,
                           report_t *report)
{
    g_autofree char *expected = golden_render(two->messages, two->values, capture->fields, FALSE);
    g_autofree char *got = golden_render(one->messages, one->values, capture->fields, FALSE);

    report_mode(report, "-T pdml");
    golden_compare(report, expected, got);
    report_mode(report, "-T fields");
    check_infos(one, two, report);
    /* What one pass shows of later frames, if anything, must be right. */
    values_check_part(report, two->values, one->values, golden_is_late);
}

static void check_reading(const capture_t *capture, const reading_t *reading, const reference_t *reference,
                          report_t *report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GTree) values = NULL;

    report_mode(report, reading->mode);
    values = reading->read(capture, reading->how, &error);
    if (!values)
        report_error(report, &error);
    else
        reading->compare(report, capture, reference, values);
}

void check_capture(const capture_t *capture, const char *expected_path, report_t *report)
{
    reference_t one = {0}, two = {0};
    g_autoptr(GError) error = NULL;

    if (read_both(capture, &one, &two, report, &error)) {
        check_expected(capture, &two, expected_path, report);
        check_one_pass(capture, &one, &two, report);
        for (gsize i = 0; i < G_N_ELEMENTS(readings); i++)
            check_reading(capture, &readings[i], readings[i].after_two_passes ? &two : &one, report);
    } else {
        report_error(report, &error);
    }
    reference_clear(&one);
    reference_clear(&two);
}

static gboolean write_expected(const capture_t *capture, const char *name, const char *expected_path,
                               const reference_t *two, GError **error)
{
    g_autofree char *body = expected_text(capture, two);
    g_autofree char *text =
        g_strdup_printf("# %s as tshark shows it. Written by kx-regression --update; review every "
                        "change.\n%s",
                        name, *body != '\0' ? body : "\n# No frame is Kx.\n");

    return g_file_set_contents(expected_path, text, -1, error);
}

gboolean check_update(const capture_t *capture, const char *name, const char *expected_path, GError **error)
{
    reference_t two = {0};
    g_autoptr(GTree) fields = output_fields(capture, two_pass, error);
    gboolean written = FALSE;

    if (fields && read_reference(capture, two_pass, &two, error)) {
        take_columns(&two, fields);
        written = write_expected(capture, name, expected_path, &two, error);
    }
    reference_clear(&two);
    return written;
}
