/* The one way of running tshark on a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REGRESSION_OUTPUT_RUN_H
#define KX_REGRESSION_OUTPUT_RUN_H

#include "outputs.h"

/* Begins a command line: the capture, its arguments, `how`, and `-T format`. */
GPtrArray *output_command(const capture_t *capture, const char *const *how, const char *format);

/* Runs and frees the command line. */
char *output_run(const capture_t *capture, GPtrArray *command, GError **error);

#endif
