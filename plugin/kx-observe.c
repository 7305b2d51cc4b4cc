/* kx-observe.c
 * Where a message was seen, as the core wants to know it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-observe.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

#include "kx-connection.h"
#include "kx-frame.h"
#include "kx-nodes.h"
#include "kx-table.h"
#include "kx-time.h"

enum { ADDRESS, KMA_ID };

/* What is the same for all messages of a segment is looked up once. */
static const kx_frame_connection *connection_of(packet_info *pinfo)
{
    kx_frame_connection *c = &kx_get_frame_state(pinfo)->connection;

    if (c->number)
        return c;
    conversation_t *conversation = find_or_create_conversation(pinfo);
    c->number = conversation->conv_index + 1;
    if (pinfo->ptype == PT_TCP) {
        const struct tcp_analysis *tcp = get_tcp_conversation_data(conversation, pinfo);
        c->server_port = tcp->server_port;
        c->stream = tcp->stream;
    }
    return c;
}

bool kx_observe_tcp_stream(packet_info *pinfo, uint32_t *stream)
{
    *stream = connection_of(pinfo)->stream;
    return pinfo->ptype == PT_TCP;
}

static kx_end end_of(const address *a, uint32_t port, const char *kma_id, bool listens)
{
    return (kx_end){
        .node = kma_id ? kx_hash(KMA_ID, kma_id, strlen(kma_id)) : kx_hash(ADDRESS, a->data, (size_t)a->len),
        .port = (uint16_t)port,
        .listens = listens,
    };
}

kx_sighting kx_observe(packet_info *pinfo, const kx_message *message, unsigned ordinal)
{
    const kx_frame_connection *c = connection_of(pinfo);
    const char *sender = kx_nodes_kma_id(&pinfo->src, pinfo->srcport);
    const char *receiver = kx_nodes_kma_id(&pinfo->dst, pinfo->destport);
    bool one_port = pinfo->srcport == pinfo->destport; /* of both ends: it does not tell which one listens */

    return (kx_sighting){
        .frame = pinfo->num,
        .ordinal = ordinal,
        .time = kx_nanoseconds(&pinfo->abs_ts),
        .from = end_of(&pinfo->src, pinfo->srcport, sender, !one_port && pinfo->srcport == c->server_port),
        .to = end_of(&pinfo->dst, pinfo->destport, receiver, !one_port && pinfo->destport == c->server_port),
        .indistinct = addresses_equal(&pinfo->src, &pinfo->dst) &&
                      !(sender && receiver && strcmp(sender, receiver) != 0),
        .connection = c->number,
        .again = kx_get_frame_state(pinfo)->again,
        .forward = kx_connection_direction(pinfo),
        .message = message,
    };
}
