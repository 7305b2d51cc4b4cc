/* The parts of a Markdown document that are checked against tshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REGRESSION_MARKDOWN_H
#define KX_REGRESSION_MARKDOWN_H

#include <glib.h>

/* Returns the lines between `<!-- name:begin -->` and `<!-- name:end -->` (all such parts of the file). */
char **markdown_section(const char *path, const char *name, GError **error);

/* Returns the cells of a table row without the blanks around them; NULL: the line is no row. */
char **markdown_row(const char *line);

/* Returns the code of a cell that is nothing but a code span; NULL: it is something else. */
char *markdown_code(const char *cell);

#endif
