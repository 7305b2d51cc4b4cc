/* Copies and removes directory trees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_TREE_H
#define KX_HARNESS_TREE_H

#include <glib.h>

/* Copies a file, or a directory with all below it. Makes the folders above `to`. All is readable by everyone.
 */
gboolean tree_copy(const char *from, const char *to, GError **error);

/* Removes a file, or a directory with all below it. What cannot be removed stays, silently. */
void tree_remove(const char *path);

#endif
