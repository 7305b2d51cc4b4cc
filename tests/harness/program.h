/* How a test program begins and ends: its options, its tshark, its folder, its exit status.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_PROGRAM_H
#define KX_HARNESS_PROGRAM_H

#include "tshark.h"

/* What the options that all test programs have are for: --tshark, --plugins, --keep. */
typedef struct {
    tshark_t *tshark;
    const char *folder; /* for the test's own files: removed in the end, unless --keep names it */
} kx_program;

/* Returns whether all is well. What is wrong is told before, or in the error. */
typedef gboolean (*kx_program_run)(kx_program *program, GError **error);

/* Reads the options, those of `own` (which ends with NULL) too, and runs. Returns the exit status. */
int program_main(int argc, char **argv, const char *summary, const GOptionEntry *own, kx_program_run run);

/* Makes it an error if an option that the program cannot do without was not given: `value` is NULL then. */
gboolean program_needs(const char *option, const char *value, GError **error);

#endif
