/* Runs tshark with nothing of the user's: own home, own configuration, own plugins, no privileges.
 *
 * Environment of the tests:
 *   KX_TEST_PRELOAD  becomes LD_PRELOAD of tshark (a sanitizer's runtime); ASAN_OPTIONS and friends go along
 *   KX_TEST_WRAPPER  a command that tshark is run under ("valgrind -q --error-exitcode=9")
 *   KX_TEST_COLD     if set, each run has a start of its own, as it has under a wrapper; else one start serves all runs
 *                    (see kx-warm.c)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_TSHARK_H
#define KX_HARNESS_TSHARK_H

#include <glib.h>

typedef struct tshark tshark_t;

/* `plugins` is what WIRESHARK_PLUGIN_DIR shall name: it holds <major.minor>/epan/kx.so. */
tshark_t *tshark_new(const char *program, const char *plugins, GError **error);

/* Removes everything that was made on disk for tshark, its working directory included. */
void tshark_free(tshark_t *tshark);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(tshark_t, tshark_free)

/* Returns a path under which tshark can read the file: tshark may be run by another user than the test. */
char *tshark_share(tshark_t *tshark, const char *path, GError **error);

/* Copies every file below `root` that an argument names (alone, or behind a colon or an equals sign) to the
 * same place in the working directory, so that relative names work and nothing in the source tree can be
 * overwritten. */
gboolean tshark_provide(tshark_t *tshark, const char *root, char **arguments, GError **error);

/* Runs `tshark -n arguments`. Returns its output, or NULL with an error for an exit status other than 0, a
 * crash, a timeout, and anything on standard error. */
char *tshark_run(tshark_t *tshark, const char *const *arguments, GError **error);

/* How many times tshark was started so far. */
guint tshark_starts(const tshark_t *tshark);

/* The same for a line of shell, in which `tshark` is this tshark (and is not given -n). */
char *tshark_shell(tshark_t *tshark, const char *line, GError **error);

#endif
