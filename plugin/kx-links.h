/* kx-links.h
 * What a message has to do with the others of the capture: hands sightings to the core, and shows what it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_H
#define KX_LINKS_H

#include "kx-findings.h"
#include "kx-track.h"

/* Finds out what a message has to do with those before it, and once the capture was read to its end, with all others.
 * message: complete. ordinal: counts the messages of its frame from 0. links: filled in. */
void kx_links_find(packet_info *pinfo, const kx_message *message, unsigned ordinal, kx_links *links);

/* Adds the generated fields of a message's links to its tree, and notes what is wrong with them. */
void kx_links_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const kx_message *message,
                   unsigned ordinal, const kx_links *links, kx_findings *findings);

/* Registers the fields, and the routines that begin and end a capture. proto: the protocol's number. */
void kx_links_register(int proto);

/* To be called when all fields are registered. */
void kx_links_prepare(void);

#endif
