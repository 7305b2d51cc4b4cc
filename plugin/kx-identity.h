/* kx-identity.h
 * Names of messages, relays and batches that every capture and every machine gives them alike, so that what was seen
 * separately can be joined. Hashes without a key, of what identifies them and never of key data: 128 bits of a
 * SHA-256 in hexadecimal, which the caller frees with g_free(). What goes into each stands in docs/kx-json.schema.json.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_IDENTITY_H
#define KX_IDENTITY_H

#include "kx-report.h"

/* Tells messages apart that are alike in all that is hashed, time included: the names given at that time. */
typedef struct kx_moment kx_moment;

kx_moment *kx_moment_new(void);
void kx_moment_free(kx_moment *moment);

/* The same for the same message of the same capture, also if the capture is read in parts or beside others. moment: of
 * the messages before it. */
char *kx_identity_of_message(packet_info *pinfo, const kx_message *m, kx_moment *moment);

/* Of a key relay or its completion, by end points and Key relay request ID, or by Key IDs without one (clause 7.1).
 * NULL if the message does not tell. */
char *kx_identity_of_relay(const kx_message *m, const kx_links *links);

/* Of a key relay, by end points and the set of Key IDs. NULL if it does not name them. */
char *kx_identity_of_batch(const kx_message *m, const kx_links *links);

#endif
