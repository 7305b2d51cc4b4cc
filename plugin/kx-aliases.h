/* kx-aliases.h
 * The user's table of further spellings of parameter names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_ALIASES_H
#define KX_ALIASES_H

#include "kx-compat.h"

/* Adds the table to the protocol's preferences. */
void kx_aliases_register(module_t *module);

#endif
