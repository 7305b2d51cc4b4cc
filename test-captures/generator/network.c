/* The TCP connections of a scenario, and the frames they leave in a capture.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "network.h"

#include <string.h>

#include "frame.h"
#include "reader.h"
#include "segments.h"

enum {
    FRAME_GAP = 10000, /* nanoseconds between frames that follow each other immediately */
    HANDSHAKE_FRAMES = 3,
    RETRANSMISSION = 200000000, /* nanoseconds until a lost segment is sent again */
    BEFORE_CLOSE = 1000000,     /* nanoseconds between the last message and the end */
    SEGMENT_SIZE_IPV4 = 1460,   /* fills an Ethernet frame */
    SEGMENT_SIZE_IPV6 = 1440,
    SEGMENTS_PER_ACK = 2, /* RFC 9293 section 3.8.6.3 */
};

/* One direction of a connection. */
typedef struct {
    uint32_t sequence; /* of the next byte */
    uint64_t sent;     /* bytes of the stream */
    uint64_t missed;   /* bytes of the stream before the capture began */
    GByteArray *kept;  /* written by the sender, but waiting for more */
    uint32_t messages; /* MessageIDs given out */
    uint16_t ip_id;
} flow_t;

/* A connection and its state. */
typedef struct {
    const connection_t *connection;
    endpoint_t ends[2];
    flow_t flows[2]; /* by the sending side */
    bool open;
    unsigned openings;
} link_t;

struct network {
    capture_t *capture;
    int64_t now; /* when the next frame goes out */
    link_t *links;
    guint link_count;
    GArray *segments; /* of the message being sent; here only to save allocations */
    uint8_t frame[FRAME_MAX];
};

static enum side other(enum side side)
{
    return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

/* ---- life ---- */

static void init_link(link_t *link, const connection_t *connection)
{
    link->connection = connection;
    for (int side = 0; side < 2; side++) {
        endpoint_t *end = &link->ends[side];
        end->ipv6 = connection->ends[side]->ipv6;
        memcpy(end->address, connection->ends[side]->address, sizeof end->address);
        end->port = connection->ports[side];
        link->flows[side].kept = g_byte_array_new();
    }
}

network_t *network_new(const scenario_t *scenario, capture_t *capture)
{
    network_t *network = g_new0(network_t, 1);
    network->capture = capture;
    network->now = scenario->start * G_GINT64_CONSTANT(1000000000);
    network->link_count = scenario->connections->len;
    network->links = g_new0(link_t, network->link_count);
    network->segments = g_array_new(FALSE, FALSE, sizeof(segment_t));
    for (guint i = 0; i < network->link_count; i++) {
        init_link(&network->links[i], g_ptr_array_index(scenario->connections, i));
    }
    return network;
}

void network_free(network_t *network)
{
    for (guint i = 0; i < network->link_count; i++) {
        g_byte_array_unref(network->links[i].flows[SIDE_CLIENT].kept);
        g_byte_array_unref(network->links[i].flows[SIDE_SERVER].kept);
    }
    g_array_unref(network->segments);
    g_free(network->links);
    g_free(network);
}

uint32_t network_next_id(network_t *network, const connection_t *connection, enum side side)
{
    return ++network->links[connection->index].flows[side].messages;
}

/* ---- frames ---- */

/* A segment as its sender sees it: acknowledging all that the other side has sent. */
static segment_frame_t segment_frame(const link_t *link, enum side side, uint8_t flags)
{
    return (segment_frame_t){
        .source = &link->ends[side],
        .destination = &link->ends[other(side)],
        .sequence = link->flows[side].sequence,
        .acknowledgement = (flags & TCP_ACK) != 0 ? link->flows[other(side)].sequence : 0,
        .flags = flags,
    };
}

static void emit(network_t *network, link_t *link, enum side side, segment_frame_t *frame)
{
    frame->ip_id = ++link->flows[side].ip_id;
    size_t length = frame_build(frame, network->frame);
    capture_write(network->capture, network->now, network->frame, length);
    network->now += FRAME_GAP;
}

static void emit_flags(network_t *network, link_t *link, enum side side, uint8_t flags)
{
    segment_frame_t frame = segment_frame(link, side, flags);
    emit(network, link, side, &frame);
    if ((flags & (TCP_SYN | TCP_FIN)) != 0) {
        link->flows[side].sequence++; /* RFC 9293 section 3.4: these take a sequence number */
    }
}

static void acknowledge(network_t *network, link_t *link, enum side receiver, uint32_t up_to)
{
    if (link->connection->acks != 0) {
        segment_frame_t frame = segment_frame(link, receiver, TCP_ACK);
        frame.acknowledgement = up_to;
        emit(network, link, receiver, &frame);
    }
}

/* ---- data ---- */

/* Bytes on their way, while flow->sequence and flow->sent still are those of the first of them. */
typedef struct {
    link_t *link;
    enum side side;
    const uint8_t *bytes;
    const GArray *segments;
    bool damaged; /* so acknowledging in between would need a receiver that notices */
    bool psh;
} transfer_t;

static void emit_segment(network_t *network, const transfer_t *transfer, const segment_t *segment, bool last)
{
    flow_t *flow = &transfer->link->flows[transfer->side];
    uint64_t from = segment->from;
    if (flow->sent + segment->to <= flow->missed || segment->dropped) {
        network->now += FRAME_GAP;
        return;
    }
    if (segment->again) {
        network->now += RETRANSMISSION;
    }
    if (flow->sent + from < flow->missed) {
        from = flow->missed - flow->sent;
    }
    segment_frame_t frame =
        segment_frame(transfer->link, transfer->side, last && transfer->psh ? TCP_ACK | TCP_PSH : TCP_ACK);
    frame.sequence += (uint32_t)from;
    frame.payload = transfer->bytes + from;
    frame.length = segment->to - (size_t)from;
    emit(network, transfer->link, transfer->side, &frame);
    if (segment->twice) {
        network->now += RETRANSMISSION;
        emit(network, transfer->link, transfer->side, &frame);
    }
}

static void emit_transfer(network_t *network, const transfer_t *transfer)
{
    const flow_t *flow = &transfer->link->flows[transfer->side];
    guint count = transfer->segments->len;
    for (guint i = 0; i < count; i++) {
        const segment_t *segment = &g_array_index(transfer->segments, segment_t, i);
        emit_segment(network, transfer, segment, i + 1 == count);
        if (!transfer->damaged && i % SEGMENTS_PER_ACK == SEGMENTS_PER_ACK - 1 && i + 1 < count) {
            acknowledge(network, transfer->link, other(transfer->side),
                        flow->sequence + (uint32_t)segment->to);
        }
    }
}

/* Sends the planned segments, which cover the first @p length bytes of the transfer. */
static void transmit(network_t *network, const transfer_t *transfer, size_t length)
{
    flow_t *flow = &transfer->link->flows[transfer->side];
    if (length == 0) {
        return;
    }
    bool heard = flow->sent + length > flow->missed;
    emit_transfer(network, transfer);
    flow->sequence += (uint32_t)length;
    flow->sent += length;
    if (heard) {
        acknowledge(network, transfer->link, other(transfer->side), flow->sequence);
    }
}

static void flush(network_t *network, link_t *link, enum side side)
{
    flow_t *flow = &link->flows[side];
    segment_t all = {.to = flow->kept->len};
    transfer_t transfer = {
        .link = link, .side = side, .bytes = flow->kept->data, .segments = network->segments, .psh = true};
    g_array_set_size(network->segments, 0);
    if (all.to > 0) {
        g_array_append_val(network->segments, all); /* one segment, or it would not have been kept */
        transmit(network, &transfer, all.to);
        g_byte_array_set_size(flow->kept, 0);
    }
}

/* ---- opening and closing ---- */

static bool same_end(const endpoint_t *a, const endpoint_t *b)
{
    return a->ipv6 == b->ipv6 && a->port == b->port && memcmp(a->address, b->address, sizeof a->address) == 0;
}

static bool ports_in_use(const network_t *network, const link_t *link, GError **error)
{
    for (guint i = 0; i < network->link_count; i++) {
        const link_t *rival = &network->links[i];
        for (int side = 0; rival->open && side < 2; side++) {
            if (same_end(&link->ends[0], &rival->ends[side]) &&
                same_end(&link->ends[1], &rival->ends[!side])) {
                g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT,
                            "connection \"%s\" still uses the addresses and ports of \"%s\"",
                            rival->connection->name, link->connection->name);
                return true;
            }
        }
    }
    return false;
}

static void start_flow(link_t *link, enum side side)
{
    flow_t *flow = &link->flows[side];
    random_t random = {link->openings};
    uint32_t moved = link->openings == 0 ? 0 : (uint32_t)random_next(&random);
    flow->sequence = (uint32_t)link->connection->initial_sequence[side] + moved;
    flow->sent = 0;
    flow->missed = side == SIDE_CLIENT ? (uint64_t)MAX(link->connection->mid_stream, 0) : 0;
}

/* The handshake takes place before the time at which the first message is due, if there is time. */
static bool open_link(network_t *network, link_t *link, int64_t due, GError **error)
{
    if (ports_in_use(network, link, error)) {
        return false;
    }
    start_flow(link, SIDE_CLIENT);
    start_flow(link, SIDE_SERVER);
    link->open = true;
    link->openings++;
    if (link->connection->mid_stream == UNSET) {
        network->now = MAX(network->now, due - (int64_t)HANDSHAKE_FRAMES * FRAME_GAP);
        emit_flags(network, link, SIDE_CLIENT, TCP_SYN);
        emit_flags(network, link, SIDE_SERVER, TCP_SYN | TCP_ACK);
        emit_flags(network, link, SIDE_CLIENT, TCP_ACK);
    }
    return true;
}

static void close_link(network_t *network, link_t *link, enum side side, enum closing closing)
{
    flush(network, link, other(side));
    flush(network, link, side);
    if (closing == CLOSE_RST) {
        emit_flags(network, link, side, TCP_RST | TCP_ACK);
    } else if (closing == CLOSE_FIN) {
        emit_flags(network, link, side, TCP_FIN | TCP_ACK);
        emit_flags(network, link, other(side), TCP_FIN | TCP_ACK);
        emit_flags(network, link, side, TCP_ACK);
    }
    link->open = false;
    link->flows[SIDE_CLIENT].messages = link->flows[SIDE_SERVER].messages = 0;
}

void network_close(network_t *network, const connection_t *connection, enum side side, enum closing closing,
                   int64_t *due)
{
    link_t *link = &network->links[connection->index];
    if (link->open) {
        *due = network->now = MAX(network->now, *due);
        close_link(network, link, side, closing);
    }
}

void network_finish(network_t *network)
{
    network->now += BEFORE_CLOSE;
    for (guint i = 0; i < network->link_count; i++) {
        link_t *link = &network->links[i];
        if (link->open) {
            close_link(network, link, SIDE_CLIENT, link->connection->closing);
        }
    }
}

/* ---- messages ---- */

static cutting_t cutting_of(const connection_t *connection, const delivery_t *delivery)
{
    const delivery_t *usual = &connection->delivery;
    int64_t size = delivery->segment_size != UNSET ? delivery->segment_size : usual->segment_size;
    int coalesce = delivery->coalesce != UNSET ? delivery->coalesce : usual->coalesce;
    int64_t fitting = connection->ends[0]->ipv6 ? SEGMENT_SIZE_IPV6 : SEGMENT_SIZE_IPV4;
    return (cutting_t){
        .segment_size = (size_t)(size != UNSET ? size : fitting),
        .split_at = delivery->split_at ? delivery->split_at : usual->split_at,
        .strict = delivery->split_at != NULL,
        .coalesce = coalesce == 1,
    };
}

static bool psh_of(const connection_t *connection, const delivery_t *delivery)
{
    return (delivery->psh != UNSET ? delivery->psh : connection->delivery.psh) !=
           0; /* on unless switched off */
}

/* How many bytes the plan sends: all, except what an incomplete segment keeps waiting. */
static size_t planned_length(const cutting_t *cutting, const faults_t *faults, const GArray *segments,
                             size_t length)
{
    size_t end = 0;
    if (!cutting->coalesce || faults->segments) {
        return length;
    }
    for (guint i = 0; i < segments->len; i++) {
        end = MAX(end, g_array_index(segments, segment_t, i).to);
    }
    return end;
}

static bool has_faults(const faults_t *faults)
{
    return faults->segments || faults->drop || faults->retransmit || faults->reorder;
}

bool network_send(network_t *network, const connection_t *connection, enum side side, int64_t *due,
                  const GByteArray *bytes, const delivery_t *delivery, const faults_t *faults, GError **error)
{
    link_t *link = &network->links[connection->index];
    flow_t *flow = &link->flows[side];
    cutting_t cutting = cutting_of(connection, delivery);
    outgoing_t outgoing = {flow->kept->len, flow->kept->len + bytes->len};
    if (!link->open && !open_link(network, link, *due, error)) {
        return false;
    }
    flush(network, link, other(side)); /* an answer follows what it answers */
    if (!segments_plan(&cutting, faults, outgoing, network->segments, error)) {
        return false;
    }
    *due = network->now = MAX(network->now, *due);
    g_byte_array_append(flow->kept, bytes->data, bytes->len);
    size_t length = planned_length(&cutting, faults, network->segments, outgoing.length);
    transfer_t transfer = {.link = link,
                           .side = side,
                           .bytes = flow->kept->data,
                           .segments = network->segments,
                           .damaged = has_faults(faults),
                           .psh = psh_of(connection, delivery) && length == outgoing.length};
    transmit(network, &transfer, length);
    g_byte_array_remove_range(flow->kept, 0, (guint)length);
    return true;
}
