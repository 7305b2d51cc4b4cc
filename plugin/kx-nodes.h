/* kx-nodes.h
 * The user's table of nodes: which KMA is at which address, and port.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_NODES_H
#define KX_NODES_H

#include "kx-compat.h"

/* The KMA ID that the table gives an address, and the port that the node listens on; NULL if it gives none. The
 * first row that fits counts. Lives until the table changes. */
const char *kx_nodes_kma_id(const address *node, uint32_t port);

/* Adds the table to the protocol's preferences. */
void kx_nodes_register(module_t *module);

#endif
