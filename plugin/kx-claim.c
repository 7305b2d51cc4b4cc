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
#include "kx-prefs.h"
#include "kx-stream.h"

static dissector_handle_t kx_tcp_handle;
static dissector_handle_t kx_tls_handle;
static int proto_tcp;

/* ---- connections that nobody has claimed yet ----
 * Kx's first message comes soon. The longer a connection has carried something else, the more must be shown: other
 * protocols' counters pass a CommandCode some time. */

/* After so many segments or records that were not Kx, two messages in a row are asked for, no segment is waited for,
 * and none is searched for a message inside it. */
#define PATIENCE 64

static bool is_late(const kx_channel *channel)
{
    return channel->foreign >= PATIENCE;
}

/* A segment of a direction that nobody has claimed. */
typedef struct {
    const uint8_t *bytes;
    uint32_t length; /* as captured */
    uint32_t seq;    /* where it begins */
    bool whole;      /* captured to its end */
} kx_piece;

/* Notes what looks like a message, at an offset. */
static void note_message(kx_unclaimed *unclaimed, const uint8_t *bytes, uint32_t seq)
{
    unclaimed->found = true;
    unclaimed->header = kx_header_decode(bytes);
    unclaimed->end_seq = seq + KX_HEADER_LENGTH + unclaimed->header.length;
}

/* Whether the message that was found ends in the segment, and one that goes with it begins there. */
static bool is_followed(const kx_unclaimed *unclaimed, const kx_piece *piece)
{
    uint32_t at = unclaimed->end_seq - piece->seq;

    return unclaimed->found && at < piece->length &&
           kx_framing_follows(&unclaimed->header, piece->bytes + at, piece->length - at);
}

/* Whether two messages in a row show that a segment is Kx. */
static bool shows_two(kx_unclaimed *unclaimed, const kx_piece *piece)
{
    if (is_followed(unclaimed, piece))
        return true;
    if (kx_framing_begins(piece->bytes, piece->length) != KX_CLAIM_YES)
        return false;
    note_message(unclaimed, piece->bytes, piece->seq);
    return is_followed(unclaimed, piece);
}

/* Puts the segment after the pieces before it, and looks for the beginning of a message in all of them. */
static void collect(packet_info *pinfo, kx_unclaimed *unclaimed, const kx_piece *piece, bool late)
{
    uint32_t length = unclaimed->length + piece->length, at;
    uint8_t *bytes = (uint8_t *)wmem_alloc(pinfo->pool, length);

    memcpy(bytes, unclaimed->pieces, unclaimed->length);
    memcpy(bytes + unclaimed->length, piece->bytes, piece->length);
    if (kx_framing_claims_pieces(bytes, length, &at)) {
        uint32_t seq = piece->seq - unclaimed->length + at;
        unclaimed->sure = !late || (unclaimed->found && seq == unclaimed->end_seq &&
                                    kx_framing_follows(&unclaimed->header, bytes + at, length - at));
        note_message(unclaimed, bytes + at, seq);
    }
    unclaimed->length = piece->length > KX_PIECES_MAX ? 0 : MIN(length, KX_PIECES_MAX);
    memcpy(unclaimed->pieces, bytes + length - unclaimed->length, unclaimed->length);
}

/* Whether what came before in the connection shows that this segment, or a part of it, is Kx: as of a peer that
 * writes the header field by field. The message that shows it is past, and cannot be put together any more. */
static bool is_known(packet_info *pinfo, kx_connection *connection, kx_unclaimed *unclaimed,
                     const kx_piece *piece, uint32_t next_seq, bool late)
{
    bool is_next = piece->seq == unclaimed->next_seq;

    if (connection->known)
        return true;
    unclaimed->next_seq = next_seq;
    if (!is_next || !piece->whole)
        unclaimed->length = 0;
    if (!unclaimed->sure && piece->whole && (unclaimed->length > 0 || piece->length <= KX_PIECES_MAX))
        collect(pinfo, unclaimed, piece, late);
    connection->known = unclaimed->sure && !LT_SEQ(next_seq, unclaimed->end_seq);
    return connection->known && next_seq != unclaimed->end_seq;
}

/* What a segment, of a connection that carried something else so far, shows together with what came before. */
static kx_claim reconsider(packet_info *pinfo, kx_connection *connection, kx_channel *channel,
                           const kx_piece *piece, uint32_t next_seq)
{
    kx_unclaimed *unclaimed = &channel->unclaimed[kx_connection_direction(pinfo)];
    bool late = is_late(channel);
    kx_claim claim = late ? KX_CLAIM_NO : kx_framing_claims(piece->bytes, piece->length);

    if (claim == KX_CLAIM_UNSURE)
        unclaimed->waited_in = pinfo->num;
    if (claim != KX_CLAIM_NO)
        return claim;
    if (late && shows_two(unclaimed, piece))
        return KX_CLAIM_YES;
    if (is_known(pinfo, connection, unclaimed, piece, next_seq, late))
        return KX_CLAIM_YES;
    channel->foreign++;
    channel->foreign_bytes += piece->length;
    return KX_CLAIM_NO;
}

/* In later passes, who is asked again was not claimed, but may have waited. */
static bool has_waited(packet_info *pinfo, bool in_tls)
{
    const kx_connection *connection = kx_connection_get(pinfo, false);

    if (!connection)
        return false;
    const kx_channel *channel = in_tls ? &connection->tls : &connection->tcp;
    return pinfo->num <= channel->unclaimed[kx_connection_direction(pinfo)].waited_in;
}

/* ---- heuristics ---- */

/* By itself, whatever was on the connection before. */
static kx_claim judge_alone(tvbuff_t *tvb)
{
    uint32_t captured = (uint32_t)tvb_captured_length(tvb);

    return kx_framing_claims(tvb_get_ptr(tvb, 0, (int)captured), captured);
}

/* next_seq: where the direction's next segment begins. */
static kx_claim judge(tvbuff_t *tvb, packet_info *pinfo, bool in_tls, uint32_t next_seq)
{
    uint32_t captured = (uint32_t)tvb_captured_length(tvb), reported = (uint32_t)tvb_reported_length(tvb);
    kx_piece piece = {tvb_get_ptr(tvb, 0, (int)captured), captured, next_seq - reported,
                      captured == reported};

    if (PINFO_FD_VISITED(pinfo))
        return has_waited(pinfo, in_tls) && judge_alone(tvb) == KX_CLAIM_UNSURE ? KX_CLAIM_UNSURE
                                                                                : KX_CLAIM_NO;
    kx_connection *connection = kx_connection_get(pinfo, true);
    kx_channel *channel = in_tls ? &connection->tls : &connection->tcp;
    kx_claim claim = reconsider(pinfo, connection, channel, &piece, next_seq);
    if (claim == KX_CLAIM_YES)
        connection->late = channel->foreign_bytes;
    return claim;
}

/* Whether TCP itself calls: not what has a connection in TCP's, or a file of exported PDUs. */
static bool is_called_by_tcp(const packet_info *pinfo)
{
    const wmem_list_frame_t *caller = wmem_list_frame_prev(wmem_list_tail(pinfo->layers));

    return caller && GPOINTER_TO_INT(wmem_list_frame_data(caller)) == proto_tcp;
}

static kx_bool dissect_kx_tcp_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcp = (const struct tcpinfo *)data;
    bool alone = !tcp || pinfo->flags.in_error_pkt || !is_called_by_tcp(pinfo);

    if (tvb_captured_length(tvb) == 0)
        return FALSE;
    kx_claim claim = alone ? judge_alone(tvb) : judge(tvb, pinfo, false, tcp->nxtseq);
    if (claim != KX_CLAIM_YES)
        return claim == KX_CLAIM_UNSURE && kx_stream_wait(tvb, pinfo, false);
    /* From this frame on: what came before stays as it was dissected, in every pass. So does this one, if another
     * protocol called: by the next pass, TCP would not ask that one any more. */
    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num + alone,
                                                 kx_tcp_handle);
    kx_stream_dissect_tcp(tvb, pinfo, tree, data);
    return TRUE;
}

static kx_claim judge_in_tls(tvbuff_t *tvb, packet_info *pinfo)
{
    uint32_t reported = (uint32_t)tvb_reported_length(tvb);
    const kx_connection *connection = kx_connection_get(pinfo, true);
    const kx_unclaimed *unclaimed = &connection->tls.unclaimed[kx_connection_direction(pinfo)];

    return judge(tvb, pinfo, true, unclaimed->next_seq + reported);
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
    if (tvb_captured_length(tvb) == 0)
        return FALSE;
    kx_claim claim = in_session ? judge_in_tls(tvb, pinfo) : judge_alone(tvb);

    if (claim == KX_CLAIM_NO)
        kx_get_frame_state(pinfo)->foreign++;
    if (claim != KX_CLAIM_YES)
        return claim == KX_CLAIM_UNSURE && kx_stream_wait(tvb, pinfo, true);
    if (in_session)
        claim_session(pinfo, data);
    kx_stream_dissect_tls(tvb, pinfo, tree, data);
    return TRUE;
}

/* ---- names that the two sides of TLS agree on (RFC 7301) ----
 * Where Wireshark knows such a name, it gives the data to the protocol that has it, and asks neither heuristics nor the
 * port. */

#define ALPN_TABLE "tls.alpn"

static char **alpn_names; /* that are ours; NULL before the first capture */

static void give_back_alpn(void)
{
    for (char **name = alpn_names; name && *name; name++)
        dissector_reset_string(ALPN_TABLE, *name);
}

static void forget_alpn(void)
{
    g_strfreev(alpn_names);
    alpn_names = NULL;
}

/* The preference may have changed since the last capture was read. */
static void take_alpn(void)
{
    give_back_alpn();
    forget_alpn();
    alpn_names = g_strsplit(kx_prefs.tls_alpn, ",", -1);
    for (char **name = alpn_names; *name; name++)
        if (*g_strstrip(*name))
            dissector_change_string(ALPN_TABLE, *name, kx_tls_handle);
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

    proto_tcp = proto_get_id_by_filter_name("tcp");
    heur_dissector_add("tcp", dissect_kx_tcp_heuristic, "Kx over TCP", "kx_tcp", proto, HEURISTIC_ENABLE);
    heur_dissector_add("tls", dissect_kx_tls_heuristic, "Kx over TLS", "kx_tls", proto, HEURISTIC_ENABLE);
    dissector_add_uint_range_with_preference("tcp.port", "", kx_tcp_handle);
    dissector_add_uint_range_with_preference("tls.port", "", kx_tls_handle);
    dissector_table_allow_decode_as(find_dissector_table(ALPN_TABLE));
    dissector_add_for_decode_as(ALPN_TABLE, kx_tls_handle);
    register_init_routine(take_alpn);
    register_shutdown_routine(forget_alpn);
}
