/* kx-names.h
 * How the names of parameters are spelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_NAMES_H
#define KX_NAMES_H

#include <stddef.h>

#include "kx-standard.h"

/* The parameter that a JSON member's name stands for. Names are compared without case, spaces, "_" and "-";
 * further spellings come first. name, length: the name's characters in UTF-8, escapes
 * decoded. Returns KX_NO_PARAMETER for any other name. */
kx_parameter kx_parameter_from_name(const char *name, size_t length);

/* Whether a name that is cut off may be the beginning of a parameter's. */
bool kx_parameter_may_begin(const char *name, size_t length, kx_parameter parameter);

/* Forgets the further spellings. */
void kx_names_forget_aliases(void);

/* Adds a further spelling of a parameter's name, to be met exactly; copied. */
void kx_names_add_alias(const char *alias, kx_parameter parameter);

#endif
