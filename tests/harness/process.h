/* Runs a program to its end, or to a timeout.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_PROCESS_H
#define KX_HARNESS_PROCESS_H

#include <glib.h>

typedef struct {
    char *output; /* standard output and standard error, NUL-terminated */
    char *errors;
    char *failure; /* why it ended badly; NULL: exit status 0 */
} process_result_t;

/* Returns FALSE if the program could not be started. */
gboolean process_run(const char *const *argv, const char *directory, guint timeout_seconds,
                     process_result_t *result, GError **error);
void process_result_clear(process_result_t *result);

#endif
