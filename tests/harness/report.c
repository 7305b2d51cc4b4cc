/* What a check found wrong, told on standard output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report.h"

#include <stdio.h>

#define SHOWN_IN_MODE 12

static void put(report_t *report, const char *text)
{
    if (report->text)
        g_string_append(report->text, text);
    else
        fputs(text, stdout);
}

void report_fail(report_t *report, const char *format, ...)
{
    g_autofree char *what = NULL;
    g_autofree char *line = NULL;
    va_list arguments;

    report->failures++;
    if (++report->failures_in_mode > SHOWN_IN_MODE)
        return;
    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    line = g_strdup_printf("%s [%s] %s\n%s", report->subject, report->mode, what,
                           report->failures_in_mode == SHOWN_IN_MODE ? "  (more of this mode is not shown)\n"
                                                                     : "");
    put(report, line);
}

void report_error(report_t *report, GError **error)
{
    report_fail(report, "%s", *error ? (*error)->message : "failed");
    g_clear_error(error);
}

void report_mode(report_t *report, const char *mode)
{
    report->mode = mode;
    report->failures_in_mode = 0;
}
