/* kx-claim.c
 * Which connections are Kx: heuristics on TCP and TLS, port preferences, Decode As.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-claim.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

#include "kx-connection.h"
#include "kx-dissect.h"
#include "kx-frame.h"
#include "kx-framing.h"
#include "kx-stream.h"

static dissector_handle_t kx_tcp_handle;
static dissector_handle_t kx_tls_handle;

/* ---- connections that nobody has claimed yet ---- */

/* Puts the segment behind what came before, and looks for the beginning of a message in both. */
static void collect(tvbuff_t *tvb, packet_info *pinfo, kx_pieces *so_far, uint32_t next_seq)
{
    uint32_t segment = (uint32_t)tvb_captured_length(tvb), length = so_far->length + segment, at;
    uint8_t *bytes = (uint8_t *)wmem_alloc(pinfo->pool, length);

    memcpy(bytes, so_far->bytes, so_far->length);
    tvb_memcpy(tvb, bytes + so_far->length, 0, segment);
    if (kx_framing_claims_pieces(bytes, length, &at)) {
        so_far->found = true;
        so_far->end_seq = next_seq - length + at + KX_HEADER_LENGTH + kx_header_decode(bytes + at).length;
    }
    so_far->length = segment > KX_PIECES_MAX ? 0 : MIN(length, KX_PIECES_MAX);
    memcpy(so_far->bytes, bytes + length - so_far->length, so_far->length);
}

/* Whether what came before in the connection shows that this segment, or a part of it, is Kx: as of a peer that writes
 * the header field by field. The message that shows it is past, and cannot be put together any more. */
static bool is_known(tvbuff_t *tvb, packet_info *pinfo, kx_connection *connection, kx_pieces *so_far,
                     uint32_t seq)
{
    uint32_t captured = (uint32_t)tvb_captured_length(tvb), reported = (uint32_t)tvb_reported_length(tvb);
    bool is_next = seq == so_far->next_seq;

    if (connection->known)
        return true;
    so_far->next_seq = seq + reported;
    if (!is_next || captured < reported)
        so_far->length = 0;
    if (!so_far->found && captured == reported && (so_far->length > 0 || captured <= KX_PIECES_MAX))
        collect(tvb, pinfo, so_far, so_far->next_seq);
    connection->known = so_far->found && !LT_SEQ(so_far->next_seq, so_far->end_seq);
    return connection->known && so_far->next_seq != so_far->end_seq;
}

/* Other protocols' counters pass a CommandCode some time, Kx's first message comes soon: who has sent so many short
 * segments is not asked to wait for what may be one. */
#define PATIENCE 64

/* What a segment shows together with what came before. claim: what it shows by itself, if not YES. */
static kx_claim reconsider(tvbuff_t *tvb, packet_info *pinfo, kx_claim claim, kx_connection *connection,
                           kx_pieces *so_far, uint32_t seq)
{
    if (PINFO_FD_VISITED(pinfo))
        return claim == KX_CLAIM_UNSURE && pinfo->num <= so_far->waited_in ? KX_CLAIM_UNSURE : KX_CLAIM_NO;
    so_far->count += tvb_captured_length(tvb) <= KX_PIECES_MAX;
    if (claim == KX_CLAIM_UNSURE && so_far->count <= PATIENCE) {
        so_far->waited_in = pinfo->num;
        return KX_CLAIM_UNSURE;
    }
    return is_known(tvb, pinfo, connection, so_far, seq) ? KX_CLAIM_YES : KX_CLAIM_NO;
}

/* ---- heuristics ---- */

static kx_claim judge(tvbuff_t *tvb)
{
    uint32_t captured = (uint32_t)tvb_captured_length(tvb);

    return captured ? kx_framing_claims(tvb_get_ptr(tvb, 0, (int)captured), captured) : KX_CLAIM_NO;
}

static kx_claim judge_on_tcp(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp)
{
    kx_claim claim = judge(tvb);
    bool is_short = tvb_captured_length(tvb) <= KX_PIECES_MAX;

    if (claim == KX_CLAIM_YES || !tcp || pinfo->flags.in_error_pkt)
        return claim;
    kx_connection *connection = kx_connection_get(pinfo, is_short && !PINFO_FD_VISITED(pinfo));
    if (!connection)
        return claim;
    return reconsider(tvb, pinfo, claim, connection, &connection->tcp.pieces[kx_connection_direction(pinfo)],
                      tcp->nxtseq - (uint32_t)tvb_reported_length(tvb));
}

static kx_bool dissect_kx_tcp_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    kx_claim claim = judge_on_tcp(tvb, pinfo, (const struct tcpinfo *)data);

    if (claim != KX_CLAIM_YES)
        return claim == KX_CLAIM_UNSURE && kx_stream_wait(tvb, pinfo, false);
    /* From this frame on: what came before stays as it was dissected, in every pass. */
    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num,
                                                 kx_tcp_handle);
    kx_stream_dissect_tcp(tvb, pinfo, tree, data);
    return TRUE;
}

static kx_claim judge_in_tls(tvbuff_t *tvb, packet_info *pinfo)
{
    kx_claim claim = judge(tvb);

    if (claim == KX_CLAIM_YES)
        return claim;
    kx_connection *connection = kx_connection_get(pinfo, true);
    kx_pieces *so_far = &connection->tls.pieces[kx_connection_direction(pinfo)];
    return reconsider(tvb, pinfo, claim, connection, so_far, so_far->next_seq);
}

static void claim_session(packet_info *pinfo, void *data)
{
    kx_connection *connection = kx_connection_get(pinfo, true);

    if (!PINFO_FD_VISITED(pinfo)) {
        connection->session_frame = pinfo->num;
        connection->session_foreign = kx_get_frame_state(pinfo)->foreign;
    }
    kx_tls_session_claim(data, kx_tls_handle);
}

/* Called for each record, until somebody claims the session. */
static kx_bool dissect_kx_tls_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    bool in_session = kx_is_tls_session(pinfo, data);
    kx_claim claim = in_session ? judge_in_tls(tvb, pinfo) : judge(tvb);

    if (claim == KX_CLAIM_NO)
        kx_get_frame_state(pinfo)->foreign++;
    if (claim != KX_CLAIM_YES)
        return claim == KX_CLAIM_UNSURE && kx_stream_wait(tvb, pinfo, true);
    if (in_session)
        claim_session(pinfo, data);
    kx_stream_dissect_tls(tvb, pinfo, tree, data);
    return TRUE;
}

/* ---- dissectors ---- */

/* Whether a record comes before the one from which on the heuristic claimed its session. */
static bool is_before_session(packet_info *pinfo)
{
    const kx_connection *connection = kx_connection_get(pinfo, false);

    if (!connection || pinfo->num > connection->session_frame)
        return false;
    return pinfo->num < connection->session_frame ||
           kx_get_frame_state(pinfo)->foreign++ < connection->session_foreign;
}

static int dissect_kx_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return is_before_session(pinfo) ? 0 : kx_stream_dissect_tls(tvb, pinfo, tree, data);
}

void kx_claim_register(int proto)
{
    kx_tcp_handle = register_dissector(KX_TCP_DISSECTOR, kx_stream_dissect_tcp, proto);
    /* Without a description of its own: the preference kx.tls.port is found by the protocol's. */
    kx_tls_handle = register_dissector(KX_TLS_DISSECTOR, dissect_kx_tls, proto);
}

void kx_claim_handoff(void)
{
    int proto = proto_get_id_by_filter_name("kx");

    heur_dissector_add("tcp", dissect_kx_tcp_heuristic, "Kx over TCP", "kx_tcp", proto, HEURISTIC_ENABLE);
    heur_dissector_add("tls", dissect_kx_tls_heuristic, "Kx over TLS", "kx_tls", proto, HEURISTIC_ENABLE);
    dissector_add_uint_range_with_preference("tcp.port", "", kx_tcp_handle);
    dissector_add_uint_range_with_preference("tls.port", "", kx_tls_handle);
}
