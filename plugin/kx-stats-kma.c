/* kx-stats-kma.c
 * -z conv,kx and -z endpoints,kx: who relays keys to whom, by KMA ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include <string.h>

#include <epan/conversation_table.h>

#include "kx-standard.h"
#include "kx-text.h"

/* Display filters are made from these. */
static const char *filter_of(conv_filter_type_e kind)
{
    if (kind == CONV_FT_SRC_ADDRESS)
        return "kx.source_kma_id";
    if (kind == CONV_FT_DST_ADDRESS)
        return "kx.destination_kma_id";
    return kind == CONV_FT_ANY_ADDRESS ? "kx.kma_id" : CONV_FILTER_INVALID;
}

static const char *conversation_filter_of(conv_item_t *item _U_, conv_filter_type_e kind)
{
    return filter_of(kind);
}

static const char *endpoint_filter_of(endpoint_item_t *item _U_, conv_filter_type_e kind)
{
    return filter_of(kind);
}

/* The end points of a key relay; a completion goes the other way. False if the message names none. */
static bool end_points(const packet_info *pinfo, const kx_report *report, address *from, address *to)
{
    const kx_message *m = &report->message;
    const char *source = m->source_kma_id ? m->source_kma_id : report->links.source_kma_id;
    const char *destination =
        m->destination_kma_id ? m->destination_kma_id : report->links.destination_kma_id;
    bool back = m->header.command_code == KX_KEY_RELAY_COMPLETION;

    if (!source || !destination)
        return false;
    source = kx_text_shown(pinfo->pool, source);
    destination = kx_text_shown(pinfo->pool, destination);
    set_address(back ? to : from, AT_STRINGZ, (int)strlen(source) + 1, source);
    set_address(back ? from : to, AT_STRINGZ, (int)strlen(destination) + 1, destination);
    return true;
}

static tap_packet_status conversation_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                             const void *data, tap_flags_t flags)
{
    static ct_dissector_info_t info = {conversation_filter_of};
    conv_hash_t *hash = (conv_hash_t *)tap_data;
    const kx_report *report = (const kx_report *)data;
    address from, to;

    hash->flags = flags;
    if (!end_points(pinfo, report, &from, &to))
        return TAP_PACKET_DONT_REDRAW;
    add_conversation_table_data(hash, &from, &to, 0, 0, 1, (int)report->length, &pinfo->rel_ts,
                                &pinfo->abs_ts, &info, CONVERSATION_NONE);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status endpoint_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                         const void *data, tap_flags_t flags)
{
    static et_dissector_info_t info = {endpoint_filter_of};
    conv_hash_t *hash = (conv_hash_t *)tap_data;
    const kx_report *report = (const kx_report *)data;
    address from, to;

    hash->flags = flags;
    if (!end_points(pinfo, report, &from, &to))
        return TAP_PACKET_DONT_REDRAW;
    add_endpoint_table_data(hash, &from, 0, TRUE, 1, (int)report->length, &info, ENDPOINT_NONE);
    add_endpoint_table_data(hash, &to, 0, FALSE, 1, (int)report->length, &info, ENDPOINT_NONE);
    return TAP_PACKET_REDRAW;
}

void kx_stats_kma_register(int proto)
{
    register_conversation_table(proto, TRUE, conversation_packet, endpoint_packet);
}
