/* kx-warm.h
 * What a test and the tshark that waits for it say to each other, on a socket that keeps messages apart.
 *
 * The test sends the arguments of a run, each with its NUL, and with them two descriptors: the standard output and the
 * standard error of the run. It gets the status of the run, as waitpid() tells it: an int.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_KX_WARM_H
#define KX_HARNESS_KX_WARM_H

/* Names the descriptor of the socket in the environment of the tshark that shall wait. */
#define KX_WARM_SOCKET "KX_WARM_SOCKET"

enum { KX_WARM_REQUEST_MAX = 65536, KX_WARM_ARGUMENTS_MAX = 4096 };

#endif
