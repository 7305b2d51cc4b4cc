/* What kx-capture --help and --version print.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_HELP_H
#define KX_CAPTURE_HELP_H

/** Prints the whole manual to the standard output. */
void help_print(void);

/** Prints the version to the standard output. */
void help_print_version(void);

#endif
