/* What a check found wrong, told on standard output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_REPORT_H
#define KX_HARNESS_REPORT_H

#include <glib.h>

typedef struct {
    const char *subject; /* the capture */
    const char *mode;    /* how tshark was run; set before each check */
    guint failures;
    guint failures_in_mode;
    GString *text; /* where the report goes; NULL: standard output */
} report_t;

/* One line of failure. Of many in the same mode only the first are shown: the rest mostly follows from them.
 */
void report_fail(report_t *report, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Reports the error, frees it, clears the variable. */
void report_error(report_t *report, GError **error);

/* Begins the checks of a mode. */
void report_mode(report_t *report, const char *mode);

#endif
