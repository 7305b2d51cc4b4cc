/* kx-warm.h
 * What those who want a run and the tshark that waits for it say to each other, on sockets that keep messages apart.
 *
 * Each run has a connection of its own. The request is the arguments, each with its NUL, and with them as many
 * descriptors as KX_WARM_DESCRIPTORS says. The answer is the status of the run, as waitpid() tells it: an int.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_KX_WARM_H
#define KX_HARNESS_KX_WARM_H

/* Names the descriptor of a socket that listens, in the environment of the tshark that shall wait. */
#define KX_WARM_SOCKET "KX_WARM_SOCKET"

enum { KX_WARM_REQUEST_MAX = 65536, KX_WARM_ARGUMENTS_MAX = 4096 };

/* The streams of the run, and the folder in which it runs. */
enum { KX_WARM_STDIN, KX_WARM_STDOUT, KX_WARM_STDERR, KX_WARM_FOLDER, KX_WARM_DESCRIPTORS };

#endif
