/* Lines such as "field = value", in which what was sent is compared with what is shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_LINES_H
#define KX_LIVE_LINES_H

#include <glib.h>

typedef GPtrArray lines_t;

lines_t *lines_new(void);

/* White space in a value that is a JSON object or array does not count. */
void lines_add(lines_t *lines, const char *field, const char *value);
void lines_add_number(lines_t *lines, const char *field, gint64 number);

/* An expert info, or anything else without a value. */
void lines_add_mark(lines_t *lines, const char *mark);

/* Sorts both, prints how they differ, and returns in how many lines. */
guint lines_compare(const char *where, lines_t *shown, lines_t *sent);

#endif
