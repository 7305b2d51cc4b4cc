/* The values that the frames of a capture have for each field: what all output formats of tshark must agree
 * on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_VALUES_H
#define KX_HARNESS_VALUES_H

#include "field-table.h"
#include "messages.h"
#include "report.h"

/* (frame, field) -> its values in tree order */
typedef GTree values_t;

values_t *values_new(void);
void values_add(values_t *values, guint frame, const char *field, const char *value);

/* Returns the first value, or "". */
const char *values_first(values_t *values, guint frame, const char *field);

/* Returns the values of the messages' fields. */
values_t *values_of_messages(const messages_t *messages, const field_table_t *fields);

/* Copies all values of one field. */
void values_copy_field(values_t *to, values_t *from, const char *field);

/* Sorts the values of each field, for formats that do not keep their order. */
void values_sort(values_t *values);

/* Reports every value of certain fields in `part` that is not in `whole`. */
void values_check_part(report_t *report, values_t *whole, values_t *part,
                       gboolean (*concerns)(const char *field));

/* Reports every (frame, field) whose values differ. */
void values_compare(report_t *report, values_t *expected, values_t *got);

#endif
