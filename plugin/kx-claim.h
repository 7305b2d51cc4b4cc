/* kx-claim.h
 * Which connections are Kx: heuristics on TCP and TLS, port preferences, Decode As.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CLAIM_H
#define KX_CLAIM_H

#include "kx-compat.h"

/* Registers the dissectors. proto: the protocol's number. */
void kx_claim_register(int proto);

/* Offers them to TCP and TLS. */
void kx_claim_handoff(void);

#endif
