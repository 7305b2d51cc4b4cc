/* A capture file that appears only when it is complete.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_CAPTURE_H
#define KX_CAPTURE_CAPTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct capture capture_t;

/**
 * Starts a classic pcap file of Ethernet frames in a temporary file beside @p path.
 * @param path        the file that capture_commit() will write
 * @param snaplen     bytes of a frame that are kept, at least 1
 * @param nanoseconds time stamps in nanoseconds, else in microseconds
 * @param error       set on failure; its message names the file
 * @return the capture, to be given to capture_commit() or capture_discard(); NULL on failure
 */
capture_t *capture_open(const char *path, uint32_t snaplen, bool nanoseconds, GError **error);

/**
 * Appends a frame, cut off at the snap length. A write error is reported by capture_commit().
 * @param nanoseconds time since the Unix epoch
 * @param length      bytes in @p frame
 */
void capture_write(capture_t *capture, int64_t nanoseconds, const uint8_t *frame, size_t length);

/**
 * Completes the file, puts it in the place of its path and frees @p capture.
 * @return false on failure (@p error is set, and no file is left)
 */
bool capture_commit(capture_t *capture, GError **error);

/** Removes the temporary file and frees @p capture. */
void capture_discard(capture_t *capture);

#endif
