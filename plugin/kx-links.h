/* kx-links.h
 * Shows what a message has to do with the others of the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_H
#define KX_LINKS_H

#include "kx-findings.h"
#include "kx-track.h"

/* Adds the generated fields of a message's links to its tree, and notes what is wrong with them. */
void kx_links_show(tvbuff_t *tvb, proto_tree *tree, const kx_message *message, const kx_links *links,
                   kx_findings *findings);

/* Registers the fields. proto: the protocol's number. */
void kx_links_register(int proto);

#endif
