/* The text of an expected file: what tshark shows of the messages in a capture, for people to review.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REGRESSION_GOLDEN_H
#define KX_REGRESSION_GOLDEN_H

#include "field-table.h"
#include "messages.h"
#include "report.h"
#include "values.h"

#define COLUMN_PROTOCOL_NAME "_ws.col.Protocol"
#define COLUMN_INFO_NAME     "_ws.col.Info"

/* Whether the field tells of a later frame, which tshark knows from the second pass on only. */
gboolean golden_is_late(const char *field);

/* `columns` holds the two columns of each frame. Without `late` the text leaves out what golden_is_late. */
char *golden_render(const messages_t *messages, values_t *columns, const field_table_t *fields,
                    gboolean late);

/* Shortens it for an expected file: of very long lines and messages the middle is replaced by a digest. */
char *golden_abridge(const char *text);

/* Reports where two such texts differ: frame, message, field, both values. Comments are not compared. */
void golden_compare(report_t *report, const char *expected, const char *got);

#endif
