/* Checks one capture against its expected file, in all of tshark's modes and formats.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REGRESSION_CHECK_H
#define KX_REGRESSION_CHECK_H

#include "outputs.h"
#include "report.h"

/* Reports all that is wrong. */
void check_capture(const capture_t *capture, const char *expected_path, report_t *report);

/* Writes the expected file anew. */
gboolean check_update(const capture_t *capture, const char *name, const char *expected_path, GError **error);

#endif
