/* A Kx message: header and parameters (Appendix I, Tables 1 to 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "message.h"

void kx_message_clear(kx_message_t *message)
{
    g_clear_pointer(&message->parameters, json_object_unref);
}

const char *message_string(const kx_message_t *message, const char *name)
{
    return json_object_get_string_member_with_default(message->parameters, name, "");
}
