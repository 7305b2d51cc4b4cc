/* kx-stream.c
 * From what TCP and TLS deliver to messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stream.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>

#include "kx-connection.h"
#include "kx-dissect.h"
#include "kx-frame.h"
#include "kx-framing.h"
#include "kx-prefs.h"

static int proto_kx = -1;

/* One call of TCP or TLS, which hands over bytes: the bytes at hand. */
typedef struct {
    kx_frame_state *frame;
    kx_more more; /* What the transport knows of bytes after those at hand. */
    bool in_tls;
    /* NULL in what an ICMP error quotes, and in later passes if the first one kept nothing. */
    kx_connection *connection;
    unsigned direction;
    /* Where TCP says at which sequence number the first byte at hand stands, that is sequence. */
    bool sequenced;
    uint32_t sequence;
    /* The unit that was delimited last: where it begins, and what it is. KX_UNIT_MORE is here also the piece of a
     * message that was seen whole before. */
    uint32_t offset;
    kx_unit_type type;
    /* The bytes at hand were put together from several segments, and the last unit is still not whole. Then nothing of
     * them is dissected in this call: they wait, and the transport is asked for more. It shall hand over again when
     * there are so many bytes as wanted, or, if that is 0, with the next segment. */
    bool waiting;
    unsigned wanted;
    /* What was put together has waited long enough. It is dissected as if nothing came after it, whatever more says. */
    bool ending;
    bool counted; /* The call is among the frame's calls, because it has dissected something. */
} call;

/* ---- cuts ----
 * Where a skipped range or a message with a wrong Length ends may depend on the bytes after it, and in later passes TCP
 * hands over only the bytes that the first pass used up. So the first pass remembers such an end. */

typedef struct {
    unsigned call;  /* Of the frame's calls that dissect something, which one met it. */
    unsigned place; /* Of the frame's units, which one it is. */
    kx_unit unit;
} cut;

static wmem_array_t *cuts_of(packet_info *pinfo)
{
    return (wmem_array_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_CUTS);
}

/* Of the frame's calls that dissect something, which one this is. */
static unsigned number_of(const call *now)
{
    return now->frame->calls + !now->counted;
}

static void remember_cut(packet_info *pinfo, const call *now, kx_unit unit)
{
    cut here = {number_of(now), now->frame->units, unit};
    wmem_array_t *cuts = cuts_of(pinfo);

    if (!cuts) {
        cuts = wmem_array_new(wmem_file_scope(), sizeof(cut));
        p_add_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_CUTS, cuts);
    }
    wmem_array_append_one(cuts, here);
}

/* What the first pass remembered of the unit that comes next; NULL if nothing. */
static const kx_unit *recall_cut(packet_info *pinfo, const call *now)
{
    wmem_array_t *cuts = cuts_of(pinfo);

    if (!cuts || now->frame->cuts >= wmem_array_get_count(cuts))
        return NULL;
    const cut *next = (const cut *)wmem_array_index(cuts, now->frame->cuts);
    if (next->call != number_of(now) || next->place != now->frame->units)
        return NULL;
    now->frame->cuts++;
    return &next->unit;
}

/* ---- messages that are delivered again ----
 * TCP hands over again what it takes for out of order or for a fast retransmission: in a capture that a mirror port
 * doubled, or that was merged from both ends, that is every other frame. The first pass knows it by the sequence
 * numbers, and remembers it. */

/* Over TLS: whether the segment at hand brought nothing new to TCP. Where TCP puts segments in order, it drops those
 * itself; where it does not analyse them, nothing is known. */
static bool brings_nothing_new(packet_info *pinfo)
{
    if (!proto_is_frame_protocol(pinfo->layers, "tcp"))
        return false;
    const tcp_flow_t *flow = get_tcp_conversation_data(NULL, pinfo)->fwd;
    return flow && flow->tcp_analyze_seq_info && !flow->ooo_segments &&
           flow->tcp_analyze_seq_info->nextseqframe != pinfo->num;
}

static kx_delivered *delivered_of(const call *now)
{
    return &now->connection->delivered[now->direction];
}

static bool was_delivered(packet_info *pinfo, const call *now, uint32_t length)
{
    if (now->in_tls)
        return brings_nothing_new(pinfo);
    return now->sequenced && kx_delivered_again(delivered_of(now), now->sequence + now->offset, length);
}

/* Whether a message's beginning, of so many bytes, is that of one which was delivered whole. TCP must not be asked for
 * its rest again: it would forget how it put the first one together. */
static bool is_piece_again(const call *now, const kx_unit *unit, uint32_t length)
{
    return (unit->type == KX_UNIT_MORE || unit->length > length) && now->sequenced &&
           kx_delivered_holds(delivered_of(now), now->sequence + now->offset, length);
}

static wmem_array_t *agains_of(packet_info *pinfo)
{
    return (wmem_array_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_AGAIN);
}

static void remember_again(packet_info *pinfo, unsigned place)
{
    wmem_array_t *agains = agains_of(pinfo);

    if (!agains) {
        agains = wmem_array_new(wmem_file_scope(), sizeof place);
        p_add_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_AGAIN, agains);
    }
    wmem_array_append_one(agains, place);
}

static bool recall_again(packet_info *pinfo, kx_frame_state *frame)
{
    wmem_array_t *agains = agains_of(pinfo);

    if (!agains || frame->agains >= wmem_array_get_count(agains) ||
        *(const unsigned *)wmem_array_index(agains, frame->agains) != frame->units)
        return false;
    frame->agains++;
    return true;
}

static bool is_again(packet_info *pinfo, const call *now, uint32_t length)
{
    if (PINFO_FD_VISITED(pinfo))
        return recall_again(pinfo, now->frame);
    bool again = was_delivered(pinfo, now, length);
    if (again)
        remember_again(pinfo, now->frame->units);
    return again;
}

/* ---- units ---- */

/* How many bytes before the connection's first message were not read as Kx; 0 for any other message. */
static uint64_t find_late(const packet_info *pinfo, kx_connection *connection, unsigned place)
{
    if (!connection || connection->late == 0)
        return 0;
    if (connection->late_frame == 0) {
        connection->late_frame = pinfo->num;
        connection->late_place = place;
    }
    return pinfo->num == connection->late_frame && place == connection->late_place ? connection->late : 0;
}

static void dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const call *now)
{
    now->frame->again = !pinfo->flags.in_error_pkt && is_again(pinfo, now, tvb_reported_length(tvb));
    now->frame->late = find_late(pinfo, now->connection, now->frame->units);
    kx_dissect_message(tvb, pinfo, tree, now->in_tls);
}

/* Called right after the unit was delimited. */
static int dissect_unit(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    call *now = (call *)data;

    now->frame->calls += !now->counted;
    now->counted = true;
    if (now->type == KX_UNIT_SKIPPED)
        kx_dissect_skipped(tvb, pinfo, tree);
    else if (now->type == KX_UNIT_MESSAGE)
        dissect_message(tvb, pinfo, tree, now);
    return (int)tvb_captured_length(tvb);
}

/* Whether a unit ends where its own bytes say it ends. */
static bool ends_by_itself(const kx_unit *unit, const uint8_t *bytes)
{
    return unit->type == KX_UNIT_MESSAGE &&
           unit->length == KX_HEADER_LENGTH + (uint32_t)kx_header_decode(bytes).length;
}

static bool desegments(const packet_info *pinfo)
{
    return kx_prefs.desegment && !pinfo->flags.in_error_pkt;
}

static bool can_ask(const packet_info *pinfo)
{
    return desegments(pinfo) && pinfo->can_desegment;
}

/* Whether a message may go on in segments that nobody puts after this one. */
static bool is_fragment(const packet_info *pinfo)
{
    return pinfo->fragmented || !desegments(pinfo);
}

/* Delimits what was captured whole. */
static kx_unit delimit(packet_info *pinfo, const uint8_t *bytes, uint32_t length, const call *now)
{
    const kx_unit *recalled = PINFO_FD_VISITED(pinfo) ? recall_cut(pinfo, now) : NULL;

    if (recalled && recalled->length <= length)
        return *recalled;
    bool open = can_ask(pinfo) && !now->ending;
    kx_unit unit = kx_framing_next(bytes, length, open ? now->more : KX_NO_MORE);
    /* Without reassembly, the rest of a message is in segments that are never put together: Wireshark says so where
     * the missing bytes are touched. But what is complete as JSON has no rest. */
    if (is_fragment(pinfo) && unit.type == KX_UNIT_MESSAGE && unit.length == length) {
        kx_unit with_rest = kx_framing_next(bytes, length, KX_MORE_AFTER);
        if (with_rest.type == KX_UNIT_MESSAGE)
            unit = with_rest;
    }
    if (PINFO_FD_VISITED(pinfo))
        return unit;
    bool again = open && is_piece_again(now, &unit, length);
    if (again)
        unit = (kx_unit){KX_UNIT_MORE, length};
    if (again || (unit.type != KX_UNIT_MORE && (now->ending || !ends_by_itself(&unit, bytes))))
        remember_cut(pinfo, now, unit);
    return unit;
}

/* Delimits what the capture's limit cuts off. What it hides cannot be told apart, and counts as part of the last unit
 * that begins before it. But a message that begins in what was captured, after a skipped range, is not hidden. */
static kx_unit delimit_limited(const uint8_t *bytes, uint32_t length, uint32_t reported)
{
    kx_unit unit = kx_framing_next(bytes, length, KX_MORE_FOLLOWING);

    if (unit.type == KX_UNIT_SKIPPED)
        unit = kx_framing_next(bytes, length, KX_NO_MORE);
    if (unit.type == KX_UNIT_MORE)
        unit.type = KX_UNIT_MESSAGE;
    else if (unit.length < (unit.type == KX_UNIT_SKIPPED ? length : reported))
        return unit;
    unit.length = reported;
    return unit;
}

/* How long the unit at offset is, as tcp_dissect_pdus() asks for it. Returns 0 if it takes one segment more to know. */
static unsigned get_unit_length(packet_info *pinfo, tvbuff_t *tvb, int offset, void *data)
{
    call *now = (call *)data;
    uint32_t captured = (uint32_t)tvb_captured_length_remaining(tvb, offset);
    uint32_t reported = (uint32_t)tvb_reported_length_remaining(tvb, offset);
    const uint8_t *bytes = tvb_get_ptr(tvb, offset, (int)captured);

    if (now->waiting)
        return now->wanted;
    now->offset = (uint32_t)offset;
    kx_unit unit = captured < reported ? delimit_limited(bytes, captured, reported)
                                       : delimit(pinfo, bytes, captured, now);
    now->type = unit.type;
    now->frame->mistake =
        unit.type == KX_UNIT_MORE ? KX_NO_MISTAKE : kx_framing_find_mistake(bytes, captured, unit.type);
    return unit.length;
}

/* ---- what was put together ----
 * If the last unit is not whole, TCP and TLS are asked for more. Unless that unit began in the newest segment, they
 * then hand over everything again that they had put together; and in later passes they hand it over only that last
 * time. So nothing of it may be dissected before: it waits until its last unit is whole. */

/* What waits is looked through again with each segment. So that all of this takes time in proportion to the frames'
 * sizes, there may be no more of it than so many times the newest frame. Where there is more, it waits no longer,
 * whatever its last unit would have become. */
#define WAITING_MAX 16

/* What the connection's direction was asked for last; NULL if nothing may be asked for, and in later passes. */
static kx_request *request_of(packet_info *pinfo, const call *now)
{
    if (!now->connection || !can_ask(pinfo) || PINFO_FD_VISITED(pinfo))
        return NULL;
    kx_channel *channel = now->in_tls ? &now->connection->tls : &now->connection->tcp;
    return &channel->requests[now->direction];
}

/* How many of the bytes are in whole units. Looks no further than the first one that ends after so many bytes as
 * enough, and sets unit to the one that is not whole, if it comes to one. */
static uint32_t count_whole(const uint8_t *bytes, uint32_t length, kx_more more, uint32_t enough,
                            kx_unit *unit)
{
    uint32_t whole = 0;

    while (whole <= enough && whole < length) {
        *unit = kx_framing_next(bytes + whole, length - whole, more);
        if (unit->type == KX_UNIT_MORE || unit->length > length - whole)
            break;
        whole += unit->length;
    }
    return whole;
}

/* Decides whether the bytes at hand have to wait. They have to if they hold whole units, and after those, beginning
 * before the newest segment, one that is not whole.
 * Where a certain number of bytes had been asked for, the newest segment may hold others after them. TCP adds those
 * before it asks again; TLS would lose them, so that over TLS such bytes do not wait a second time. */
static void plan_waiting(tvbuff_t *tvb, const packet_info *pinfo, const kx_request *request, call *now)
{
    uint32_t newest = request->enough - 1; /* The newest segment begins there, or later. */
    uint32_t length = (uint32_t)tvb_captured_length(tvb);
    kx_unit unit;
    uint32_t whole = count_whole(tvb_get_ptr(tvb, 0, (int)length), length, now->more, newest, &unit);

    if (whole == 0 || whole == length || whole > newest)
        return;
    uint32_t rest = length - whole, missing = unit.type == KX_UNIT_MORE ? 0 : unit.length - rest;
    /* Where the header of the last unit is there, its message would be lost: so that waits twice as long. */
    uint32_t most = WAITING_MAX * (rest < KX_HEADER_LENGTH ? 1 : 2);
    now->ending = (now->in_tls && request->exactly) || length / most > MAX(pinfo->fd->pkt_len, missing);
    now->waiting = !now->ending;
    now->wanted = missing && !request->exactly ? length + missing : 0;
}

/* What still waits when a connection ends, or before a gap, is handed over in later passes too, and must wait there as
 * well. So the first pass remembers how many units of the frame came before it; but it forgets that again if another
 * segment of the same frame was put after it. */
static void remember_waiting(packet_info *pinfo, const call *now)
{
    p_remove_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_WAITING);
    if (now->waiting)
        p_add_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_WAITING,
                         GUINT_TO_POINTER(now->frame->units + 1));
}

static bool recall_waiting(packet_info *pinfo, const call *now)
{
    const void *place = p_get_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_WAITING);

    return GPOINTER_TO_UINT(place) == now->frame->units + 1;
}

/* Remembers what is about to be returned to TCP or TLS. handed_over: how many bytes it did. */
static void remember_request(const packet_info *pinfo, kx_request *request, uint32_t handed_over)
{
    request->more = pinfo->desegment_len != 0;
    request->exactly = pinfo->desegment_len != DESEGMENT_ONE_MORE_SEGMENT;
    request->enough =
        handed_over - (uint32_t)pinfo->desegment_offset + (request->exactly ? pinfo->desegment_len : 1);
}

static call begin(packet_info *pinfo, kx_more more, bool in_tls)
{
    call now = {.frame = kx_get_frame_state(pinfo), .more = more, .in_tls = in_tls};

    now.frame->connection.number = 0;
    if (!pinfo->flags.in_error_pkt)
        now.connection = kx_connection_get(pinfo, !PINFO_FD_VISITED(pinfo));
    now.direction = kx_connection_direction(pinfo);
    return now;
}

kx_bool kx_stream_wait(tvbuff_t *tvb, packet_info *pinfo, bool in_tls)
{
    if (!can_ask(pinfo))
        return FALSE;
    pinfo->desegment_offset = 0;
    pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
    const call now = begin(pinfo, KX_MORE_FOLLOWING, in_tls);
    kx_request *request = request_of(pinfo, &now);
    if (request)
        remember_request(pinfo, request, tvb_captured_length(tvb));
    return TRUE;
}

/* ---- dissectors ---- */

/* Whether what was put together has to wait. request: what was asked for last, if that was more; NULL otherwise, and in
 * later passes. */
static void begin_waiting(tvbuff_t *tvb, packet_info *pinfo, const kx_request *request, call *now)
{
    if (PINFO_FD_VISITED(pinfo)) {
        now->waiting = recall_waiting(pinfo, now);
    } else if (request && request->more) {
        plan_waiting(tvb, pinfo, request, now);
        remember_waiting(pinfo, now);
    }
}

static void dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, call *now)
{
    tcp_dissect_pdus(tvb, pinfo, tree, desegments(pinfo), 1, get_unit_length, dissect_unit, now);
}

static kx_more more_on_tcp(const struct tcpinfo *tcp)
{
    if (tcp && (tcp->flags & TH_FIN))
        return KX_NO_MORE;
    return tcp && (tcp->flags & TH_PUSH) ? KX_MORE_AFTER : KX_MORE_FOLLOWING;
}

int kx_stream_dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcp = (const struct tcpinfo *)data;
    call now = begin(pinfo, more_on_tcp(tcp), false);
    kx_request *request = tcp ? request_of(pinfo, &now) : NULL;
    bool put_together = request && tcp->is_reassembled;

    now.sequenced = tcp && now.connection;
    now.sequence = tcp ? tcp->seq : 0;
    begin_waiting(tvb, pinfo, put_together ? request : NULL, &now);
    dissect(tvb, pinfo, tree, &now);
    /* TCP puts what is left of the newest segment after what waits; segments that came too early are there already. */
    if (put_together || (request && pinfo->desegment_len != 0))
        remember_request(pinfo, request, MAX(tvb_captured_length(tvb), tcp->nxtseq - tcp->seq));
    return (int)tvb_captured_length(tvb);
}

int kx_stream_dissect_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    call now = begin(pinfo, KX_MORE_AFTER, true);
    kx_request *request = request_of(pinfo, &now);

    begin_waiting(tvb, pinfo, request, &now);
    dissect(tvb, pinfo, tree, &now);
    if (request)
        remember_request(pinfo, request, tvb_captured_length(tvb));
    return (int)tvb_captured_length(tvb);
}

void kx_stream_register(int proto)
{
    proto_kx = proto;
}
