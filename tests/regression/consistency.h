/* Rules that hold for any message, whatever its expected file says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REGRESSION_CONSISTENCY_H
#define KX_REGRESSION_CONSISTENCY_H

#include "field-table.h"
#include "messages.h"
#include "report.h"

/* Reports every field that lies outside of its message, and every string that shows something else than the
 * bytes it highlights (unless these hold a backslash: then they are an escaped form of the value). */
void consistency_check(report_t *report, const messages_t *messages, const field_table_t *fields);

#endif
