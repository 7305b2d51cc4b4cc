/* Key supply notification (7.2) and its response.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "supply.h"
#include "key-material.h"

#define LARGEST_KEY 1024 /* bits that this key supply agent has in store */

JsonObject *supply_parameters(const char *session_id, gint64 number_of_keys, gint64 size_of_key)
{
    JsonObject *parameters = json_object_new();

    json_object_set_string_member(parameters, SESSION_ID, session_id);
    if (number_of_keys != 0)
        json_object_set_int_member(parameters, NUMBER_OF_KEYS, number_of_keys);
    if (size_of_key != 0)
        json_object_set_int_member(parameters, SIZE_OF_KEY, size_of_key);
    return parameters;
}

/* Key ID is mandatory, also where there is no key: then it is empty. */
JsonObject *supply_response(JsonObject *parameters)
{
    JsonObject *response = json_object_new();
    const char *session_id = json_object_get_string_member(parameters, SESSION_ID);
    g_autofree char *id = key_material_uuid(session_id);
    gboolean found = json_object_get_int_member_with_default(parameters, SIZE_OF_KEY, 256) <= LARGEST_KEY;

    json_object_set_string_member(response, SESSION_ID, session_id);
    json_object_set_string_member(response, KEY_ID, found ? id : "");
    json_object_set_string_member(response, RESPONSE, found ? "success" : "failure: no KSA-key of this size");
    return response;
}
