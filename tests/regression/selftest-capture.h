/* A small capture with Kx messages, written without Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REGRESSION_SELFTEST_CAPTURE_H
#define KX_REGRESSION_SELFTEST_CAPTURE_H

#include <glib.h>

/* Server port of the one TCP connection in the capture. */
#define SELFTEST_PORT 9000

/* Writes the capture (classic pcap, raw IPv4) to `path`: see the table in the source for its frames. */
gboolean selftest_capture_write(const char *path, GError **error);

#endif
