/* One spelling for values that tshark's output formats and versions spell differently.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_VALUE_H
#define KX_HARNESS_VALUE_H

#include <glib.h>

/* Makes control and invisible characters visible. `-T fields` writes some of them as C escapes, PDML others
 * as \xN; both come out alike here, so a backslash in the value itself may too. */
char *value_escape(const char *text);

/* The value of a field of that type (an ftenum name) in the spelling that is shown. */
char *value_normalize(const char *type, const char *shown);

/* The same in a spelling to compare: integers are decimal, and a field that has no value has the value 1. */
char *value_comparable(const char *type, const char *shown);

#endif
