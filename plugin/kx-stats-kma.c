/* kx-stats-kma.c
 * -z conv,kx and -z endpoints,kx: who relays keys to whom, by KMA ID. Keys that are relayed together count once, as
 * they are seen first, and so does their notification from end to end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include <string.h>

#include <epan/conversation_table.h>

#include "kx-standard.h"
#include "kx-stats-sample.h"
#include "kx-text.h"
#include "kx-time.h"

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

/* A message from the KMA where it begins to the one where it ends. */
typedef struct {
    const char *from, *to;
} journey;

/* Where a key relay, or its notification, which goes back, begins and ends. False if the message names none, or is
 * not the one that counts. */
static bool journey_of(const kx_sample *sample, const kx_links *links, journey *j)
{
    if (sample->acts_as == KX_KEY_RELAY) {
        *j = (journey){sample->source_kma_id, sample->destination_kma_id};
        return j->from && j->to && links->begins_batch;
    }
    *j = (journey){links->destination_kma_id, links->source_kma_id};
    return j->from && j->to && links->ends_batch;
}

static address address_of(const char *text)
{
    address a;

    set_address(&a, AT_STRINGZ, (int)strlen(text) + 1, text);
    return a;
}

/* ---- conversations ---- */

static void conversation_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    static ct_dissector_info_t info = {conversation_filter_of};
    nstime_t since = kx_nstime(sample->since), time = kx_nstime(sample->time);
    journey j;

    if (!journey_of(sample, links, &j))
        return;
    char *from = kx_text_shown(NULL, j.from), *to = kx_text_shown(NULL, j.to);
    address one = address_of(from), other = address_of(to);
    add_conversation_table_data((conv_hash_t *)statistic, &one, &other, 0, 0, 1, (int)sample->length, &since,
                                &time, &info, CONVERSATION_NONE);
    wmem_free(NULL, from);
    wmem_free(NULL, to);
}

/* ---- endpoints ---- */

static void add_endpoint(void *statistic, const char *kma_id, gboolean sends, const kx_sample *sample)
{
    static et_dissector_info_t info = {endpoint_filter_of};
    char *shown = kx_text_shown(NULL, kma_id);
    address a = address_of(shown);

    add_endpoint_table_data((conv_hash_t *)statistic, &a, 0, sends, 1, (int)sample->length, &info,
                            ENDPOINT_NONE);
    wmem_free(NULL, shown);
}

/* Those on the way receive the message and send it on. */
static void add_transit(void *statistic, const kx_sample *sample)
{
    char **kma_ids = g_strsplit(sample->transit_kma_ids, ", ", 0);

    for (char **kma_id = kma_ids; *kma_id; kma_id++) {
        add_endpoint(statistic, *kma_id, FALSE, sample);
        add_endpoint(statistic, *kma_id, TRUE, sample);
    }
    g_strfreev(kma_ids);
}

static void endpoints_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    journey j;

    if (!journey_of(sample, links, &j))
        return;
    add_endpoint(statistic, j.from, TRUE, sample);
    if (sample->transit_kma_ids)
        add_transit(statistic, sample);
    add_endpoint(statistic, j.to, FALSE, sample);
}

/* ---- the taps ---- */

/* Windows ask for messages that their filter does not choose, too, and keep listening while packets are captured. */
static tap_packet_status hand(conv_hash_t *hash, const kx_stats_kind *kind, packet_info *pinfo,
                              const void *data, tap_flags_t flags)
{
    bool is_window = flags & TL_IGNORE_DISPLAY_FILTER;

    hash->flags = flags;
    kx_stats_hand(hash, kind, is_window, pinfo, (const kx_report *)data);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status conversation_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                             const void *data, tap_flags_t flags)
{
    static const kx_stats_kind kind = {conversation_add, NULL};

    return hand((conv_hash_t *)tap_data, &kind, pinfo, data, flags);
}

static tap_packet_status endpoint_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                         const void *data, tap_flags_t flags)
{
    static const kx_stats_kind kind = {endpoints_add, NULL};

    return hand((conv_hash_t *)tap_data, &kind, pinfo, data, flags);
}

void kx_stats_kma_register(int proto)
{
    register_conversation_table(proto, TRUE, conversation_packet, endpoint_packet);
}
