/* The spellings of the parameters' names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_DIALECT_H
#define KX_LIVE_DIALECT_H

#include "cast.h"

#include <json-glib/json-glib.h>

/* Respells the standard's names. What stands in extensions is left as it is. */
JsonNode *dialect_write(JsonObject *parameters, enum spelling spelling);

/* Back to the standard's names, from any spelling. */
JsonObject *dialect_read(JsonNode *payload);

#endif
