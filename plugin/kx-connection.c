/* kx-connection.c
 * What is kept of a TCP connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-connection.h"

#include <epan/conversation.h>

static int proto_kx = -1;

void kx_connection_register(int proto)
{
    proto_kx = proto;
}

kx_connection *kx_connection_get(packet_info *pinfo, bool create)
{
    conversation_t *conversation =
        create ? find_or_create_conversation(pinfo) : find_conversation_pinfo(pinfo, 0);
    kx_connection *found =
        conversation ? (kx_connection *)conversation_get_proto_data(conversation, proto_kx) : NULL;

    if (!found && create) {
        found = wmem_new0(wmem_file_scope(), kx_connection);
        conversation_add_proto_data(conversation, proto_kx, found);
    }
    return found;
}

unsigned kx_connection_direction(const packet_info *pinfo)
{
    int order = cmp_address(&pinfo->src, &pinfo->dst);

    return order != 0 ? order < 0 : pinfo->srcport < pinfo->destport;
}
