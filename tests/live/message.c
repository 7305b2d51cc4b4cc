/* A Kx message: header and parameters (Appendix I, Tables 1 to 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "message.h"

void kx_message_clear(struct kx_message *message)
{
    g_clear_pointer(&message->parameters, json_object_unref);
}

const char *message_string(const struct kx_message *message, const char *name)
{
    return json_object_get_string_member_with_default(message->parameters, name, "");
}
