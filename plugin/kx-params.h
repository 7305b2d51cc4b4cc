/* kx-params.h
 * The walk over a payload that shows each parameter as a field (clause 8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_PARAMS_H
#define KX_PARAMS_H

#include "kx-findings.h"
#include "kx-json.h"
#include "kx-message.h"

/* Reads a payload, shows what it holds and notes every deviation from the command's table.
 * tvb: the message; payload_offset: where in it the payload begins. tree: the message's.
 * reader: set to the payload; afterwards at its end or at its first fault.
 * message: header and in_tls are read, the parameters are filled in.
 * Reads captured bytes only. */
void kx_params_dissect(tvbuff_t *tvb, int payload_offset, packet_info *pinfo, proto_tree *tree,
                       kx_json_reader *reader, kx_message *message, kx_findings *findings);

/* Registers the parameters' fields. proto: the protocol's number. */
void kx_params_register(int proto);

#endif
