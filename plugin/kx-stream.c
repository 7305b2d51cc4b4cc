/* kx-stream.c
 * From what TCP and TLS deliver to messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stream.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>

#include "kx-prefs.h"
#include "packet-kx.h"

static int proto_kx = -1;

/* ---- cuts ----
 * Where a skipped range or a message with a wrong Length ends may depend on bytes behind it, and in later passes TCP
 * hands over only the bytes that the first pass used up. So the first pass remembers such an end. */

typedef struct {
    unsigned place; /* which one of the frame's units it is */
    kx_unit unit;
} cut;

static wmem_array_t *cuts_of(packet_info *pinfo)
{
    return (wmem_array_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_CUTS);
}

static void remember_cut(packet_info *pinfo, kx_unit unit)
{
    cut here = {kx_get_frame_state(pinfo)->units, unit};
    wmem_array_t *cuts = cuts_of(pinfo);

    if (!cuts) {
        cuts = wmem_array_new(wmem_file_scope(), sizeof(cut));
        p_add_proto_data(wmem_file_scope(), pinfo, proto_kx, KX_DATA_CUTS, cuts);
    }
    wmem_array_append_one(cuts, here);
}

/* What the first pass remembered of the unit that comes next; NULL if nothing. */
static const kx_unit *recall_cut(packet_info *pinfo)
{
    kx_frame_state *frame = kx_get_frame_state(pinfo);
    wmem_array_t *cuts = cuts_of(pinfo);

    if (!cuts || frame->cuts >= wmem_array_get_count(cuts))
        return NULL;
    const cut *next = (const cut *)wmem_array_index(cuts, frame->cuts);
    if (next->place != frame->units)
        return NULL;
    frame->cuts++;
    return &next->unit;
}

/* ---- units ---- */

/* Called right after the unit was delimited. */
static int dissect_unit(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool in_tls)
{
    if (kx_get_frame_state(pinfo)->skipping)
        kx_dissect_skipped(tvb, pinfo, tree);
    else
        kx_dissect_message(tvb, pinfo, tree, in_tls);
    return (int)tvb_captured_length(tvb);
}

static int dissect_tcp_unit(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return dissect_unit(tvb, pinfo, tree, false);
}

static int dissect_tls_unit(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return dissect_unit(tvb, pinfo, tree, true);
}

/* Whether a unit ends where its own bytes say it ends. */
static bool ends_by_itself(const kx_unit *unit, const uint8_t *bytes)
{
    return unit->type == KX_UNIT_MESSAGE &&
           unit->length == KX_HEADER_LENGTH + (uint32_t)kx_header_decode(bytes).length;
}

/* What TCP has put together it hands over again with each segment, until something of the newest segment is used. So of
 * bytes that belong to no message, in segments shorter than the beginning of a header that is kept for the next one,
 * there would be more and more. A run of so many frames of the newest one's size is ended, with what was kept. */
#define RUN_FRAMES_MAX 16

static bool runs_on(packet_info *pinfo, const kx_unit *unit, uint32_t length)
{
    return unit->type == KX_UNIT_SKIPPED && length - unit->length < KX_HEADER_LENGTH &&
           unit->length / RUN_FRAMES_MAX > pinfo->fd->pkt_len;
}

/* Delimits what was captured whole. */
static kx_unit delimit(packet_info *pinfo, const uint8_t *bytes, uint32_t length, kx_more more)
{
    const kx_unit *recalled = PINFO_FD_VISITED(pinfo) ? recall_cut(pinfo) : NULL;

    if (recalled && recalled->length <= length)
        return *recalled;
    kx_unit unit = kx_framing_next(bytes, length, more);
    if (runs_on(pinfo, &unit, length))
        unit.length = length;
    /* Without reassembly, the rest of a message is in segments that are never put together: Wireshark says so where
     * the missing bytes are touched. */
    if (pinfo->fragmented && unit.type == KX_UNIT_MESSAGE && unit.length == length)
        unit.length = KX_HEADER_LENGTH + (uint32_t)kx_header_decode(bytes).length;
    if (unit.type != KX_UNIT_MORE && !ends_by_itself(&unit, bytes) && !PINFO_FD_VISITED(pinfo))
        remember_cut(pinfo, unit);
    return unit;
}

/* Delimits what the capture's limit cuts off: what it hides cannot be told apart. Messages that begin behind a skipped
 * range in what was captured are not hidden. */
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

/* more: as far as the transport knows. Returns 0 if the unit's end takes one segment more. */
static unsigned get_unit_length(packet_info *pinfo, tvbuff_t *tvb, int offset, kx_more more)
{
    uint32_t captured = (uint32_t)tvb_captured_length_remaining(tvb, offset);
    uint32_t reported = (uint32_t)tvb_reported_length_remaining(tvb, offset);
    const uint8_t *bytes = tvb_get_ptr(tvb, offset, (int)captured);
    bool reassembles = kx_prefs.desegment && pinfo->can_desegment;
    kx_unit unit = captured < reported ? delimit_limited(bytes, captured, reported)
                                       : delimit(pinfo, bytes, captured, reassembles ? more : KX_NO_MORE);

    kx_get_frame_state(pinfo)->skipping = unit.type == KX_UNIT_SKIPPED;
    return unit.length;
}

static unsigned get_tcp_unit_length(packet_info *pinfo, tvbuff_t *tvb, int offset, void *data)
{
    const struct tcpinfo *tcp = (const struct tcpinfo *)data;
    kx_more more = KX_MORE_FOLLOWING;

    if (tcp && (tcp->flags & TH_FIN))
        more = KX_NO_MORE;
    else if (tcp && (tcp->flags & TH_PUSH))
        more = KX_MORE_AFTER;
    return get_unit_length(pinfo, tvb, offset, more);
}

static unsigned get_tls_unit_length(packet_info *pinfo, tvbuff_t *tvb, int offset, void *data _U_)
{
    return get_unit_length(pinfo, tvb, offset, KX_MORE_AFTER);
}

int kx_stream_dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    kx_get_frame_state(pinfo)->connection = 0;
    tcp_dissect_pdus(tvb, pinfo, tree, kx_prefs.desegment, 1, get_tcp_unit_length, dissect_tcp_unit, data);
    return (int)tvb_captured_length(tvb);
}

int kx_stream_dissect_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    kx_get_frame_state(pinfo)->connection = 0;
    tcp_dissect_pdus(tvb, pinfo, tree, kx_prefs.desegment, 1, get_tls_unit_length, dissect_tls_unit, data);
    return (int)tvb_captured_length(tvb);
}

void kx_stream_register(int proto)
{
    proto_kx = proto;
}
