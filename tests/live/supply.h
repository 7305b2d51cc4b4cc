/* Key supply notification (7.2) and its response.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_SUPPLY_H
#define KX_LIVE_SUPPLY_H

#include "message.h"

/* number_of_keys and size_of_key: 0 to leave them out. */
JsonObject *supply_parameters(const char *session_id, gint64 number_of_keys, gint64 size_of_key);

JsonObject *supply_response(JsonObject *parameters);

#endif
