/* A tshark that is started once and serves many runs: see kx-warm.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_WARM_H
#define KX_HARNESS_WARM_H

#include "process.h"

typedef struct kx_warm kx_warm;

/* The descriptor of its socket. */
enum { WARM_SOCKET = 3 };

/* Starts the command, which has to end in a tshark with kx-warm.so preloaded and nothing for it to do but to print its
 * version. Returns NULL with an error if there is no such program. */
kx_warm *warm_new(const char *const *argv, const char *directory, GError **error);

/* Ends it, and with it what runs. NULL is no one. */
void warm_free(kx_warm *warm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(kx_warm, warm_free)

/* Whether it can be given these arguments of tshark. */
gboolean warm_takes(const char *const *arguments);

/* Like process_run(), in the folder that it was started in. Returns FALSE if it does not answer any more; it is of no
 * use then. */
gboolean warm_run(kx_warm *warm, const char *const *arguments, guint timeout_seconds,
                  process_result_t *result);

#endif
