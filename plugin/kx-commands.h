/* kx-commands.h
 * The user's table of CommandCodes that Table I.1 does not list.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_COMMANDS_H
#define KX_COMMANDS_H

#include "kx-compat.h"

/* Adds the table to the protocol's preferences. */
void kx_commands_register(module_t *module);

#endif
