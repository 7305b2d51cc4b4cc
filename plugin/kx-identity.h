/* kx-identity.h
 * Names of messages, relays and batches that every capture and every machine gives them alike, so that what was seen
 * separately can be joined. Hashes without a key, of what names them and never of key data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_IDENTITY_H
#define KX_IDENTITY_H

#include "kx-report.h"

/* Tells frames of one time apart: the last frame, its time (nanoseconds), and how many of that time came before it. */
typedef struct {
    uint32_t frame;
    int64_t time;
    uint32_t nth;
} kx_moment;

/* All are hexadecimal texts, which the caller frees with g_free(). */

/* The same for the same message of the same capture, also if the capture is read in parts. moment: zero at first, kept
 * from message to message. */
char *kx_identity_of_message(packet_info *pinfo, const kx_report *report, kx_moment *moment);

/* Of a key relay or its completion, by end points and Key relay request ID, or by Key IDs without one (clause 7.1).
 * NULL if the message does not tell. */
char *kx_identity_of_relay(const kx_message *m, const kx_links *links);

/* Of a key relay, by end points and the set of Key IDs. NULL if it names no key. */
char *kx_identity_of_batch(const kx_message *m, const kx_links *links);

#endif
