/* kx-names.h
 * The parameters of clause 8 and how their names are spelled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_NAMES_H
#define KX_NAMES_H

#include <stddef.h>

/* In an order that all of Tables 1 to 4 follow. */
typedef enum {
    KX_SOURCE_KMA_ID,
    KX_DESTINATION_KMA_ID,
    KX_TRANSIT_KMA_IDS,
    KX_KEYS,
    KX_SESSION_ID,
    KX_NUMBER_OF_KEYS,
    KX_SIZE_OF_KEY,
    KX_KEY_ID,
    KX_KEY,
    KX_KEY_EXTENSION,
    KX_RESPONSE,
    KX_KEY_RELAY_REQUEST_ID,
    KX_EXTENSION,
    KX_PARAMETERS,
    KX_NO_PARAMETER = KX_PARAMETERS
} kx_parameter;

/* The standard's name of a parameter, e.g. "Source KMA ID". Static memory. */
const char *kx_parameter_name(kx_parameter parameter);

/* The parameter that a JSON member's name stands for. Names are compared without case, spaces, "_" and "-";
 * further spellings come first. name, length: the name's characters in UTF-8, escapes
 * decoded. Returns KX_NO_PARAMETER for any other name. */
kx_parameter kx_parameter_from_name(const char *name, size_t length);

/* Forgets the further spellings. */
void kx_names_forget_aliases(void);

/* Adds a further spelling of a parameter's name, to be met exactly; copied. */
void kx_names_add_alias(const char *alias, kx_parameter parameter);

#endif
