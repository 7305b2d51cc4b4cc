/* kx-stats-sample.c
 * What statistics are told of a message, once it is settled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats-sample.h"

#include <epan/tap.h>
#include <epan/to_str.h>

#include "kx-list.h"
#include "kx-nodes.h"
#include "kx-standard.h"
#include "kx-time.h"

#define TEXTS_CHUNK 4096

/* A message that was put aside. */
typedef struct {
    void *statistic;
    const kx_stats_kind *kind;
    kx_sample sample;
} waiting;

static kx_list list = {sizeof(waiting), 0, NULL};

/* What the strings of the list point to, each once. */
static GStringChunk *texts;

static uint64_t bits_of(const kx_details *details)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < kx_details_key_count(details); i++)
        bits += kx_details_key(details, i)->bits;
    return bits;
}

static void take_findings(const kx_report *report, kx_sample *sample)
{
    for (unsigned i = 0; i < report->finding_count; i++) {
        const kx_noted *noted = &report->findings[i];
        sample->findings |= KX_FINDING_BIT(noted->finding);
        if (noted->finding == KX_PARAMETER_MISSING)
            sample->missing |= KX_SET_OF(noted->about);
        else if (noted->finding == KX_PARAMETER_WRONG_TYPE)
            sample->wrong_type |= KX_SET_OF(noted->about);
    }
}

/* Where both ends have one address, ports tell them apart. */
static const char *node_name(packet_info *pinfo, const address *a, uint32_t port)
{
    const char *kma_id = kx_nodes_kma_id(a, port);

    if (kma_id)
        return kma_id;
    return addresses_equal(&pinfo->src, &pinfo->dst)
               ? wmem_strdup_printf(pinfo->pool, "%s port %u", address_to_str(pinfo->pool, a), port)
               : address_to_str(pinfo->pool, a);
}

static kx_sample sample_of(packet_info *pinfo, const kx_report *report)
{
    const kx_message *m = &report->message;

    return (kx_sample){
        .frame = pinfo->num,
        .ordinal = report->ordinal,
        .time = kx_nanoseconds(&pinfo->abs_ts),
        .since = kx_nanoseconds(&pinfo->rel_ts),
        .command_code = m->header.command_code,
        .acts_as = m->acts_as,
        .verdict = m->verdict,
        .has_key_data = m->has_key_data,
        .length = report->length,
        .key_count = m->key_count,
        .key_bits = bits_of(m->details),
        .keys_asked = m->has_number_of_keys ? m->number_of_keys : MAX(m->default_number_of_keys, 1),
        .sender = node_name(pinfo, &pinfo->src, pinfo->srcport),
        .receiver = node_name(pinfo, &pinfo->dst, pinfo->destport),
        .source_kma_id = m->source_kma_id,
        .destination_kma_id = m->destination_kma_id,
        .transit_kma_ids = m->transit_kma_ids,
        .session_id = m->session_id,
        .response = m->response,
    };
}

/* ---- what waits for the end of the capture ---- */

static const char *kept(const char *text)
{
    return text ? g_string_chunk_insert_const(texts, text) : NULL;
}

static void add_all(void)
{
    for (uint32_t i = 1; i <= list.count; i++) {
        const waiting *w = (const waiting *)kx_list_at(&list, i);
        kx_links links;
        kx_track_ask(w->sample.frame, w->sample.ordinal, &links);
        w->kind->add(w->statistic, &w->sample, &links);
    }
}

static void finish_all(void)
{
    GHashTable *finished = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 1; i <= list.count; i++) {
        const waiting *w = (const waiting *)kx_list_at(&list, i);
        if (w->kind->finish && g_hash_table_add(finished, w->statistic))
            w->kind->finish(w->statistic);
    }
    g_hash_table_destroy(finished);
}

static void sample_cleanup(void)
{
    if (list.count == 0)
        return;
    kx_track_complete();
    add_all();
    finish_all();
    kx_list_clear(&list);
    g_string_chunk_clear(texts);
}

static void sample_draw(void *listener _U_)
{
    sample_cleanup();
}

/* Who begins to listen last is drawn first, and all statistics listen by now. */
static void begin_to_wait(void)
{
    static int listener;

    if (texts)
        remove_tap_listener(&listener);
    else
        texts = g_string_chunk_new(TEXTS_CHUNK);
    GString *error = register_tap_listener("kx", &listener, NULL, 0, NULL, NULL, sample_draw, NULL);
    if (error)
        g_string_free(error, TRUE);
}

static void put_aside(void *statistic, const kx_stats_kind *kind, const kx_sample *sample)
{
    waiting w = {statistic, kind, *sample};

    if (list.count == 0)
        begin_to_wait();
    w.sample.sender = kept(sample->sender);
    w.sample.receiver = kept(sample->receiver);
    w.sample.session_id = kept(sample->session_id);
    w.sample.source_kma_id = kept(sample->source_kma_id);
    w.sample.destination_kma_id = kept(sample->destination_kma_id);
    w.sample.transit_kma_ids = kept(sample->transit_kma_ids);
    w.sample.response = kept(sample->response);
    kx_list_append(&list, &w);
}

void kx_stats_hand(void *statistic, const kx_stats_kind *kind, bool is_window, packet_info *pinfo,
                   const kx_report *report)
{
    kx_sample sample = sample_of(pinfo, report);

    take_findings(report, &sample);
    if (is_window || (!report->first_pass && !kind->finish))
        kind->add(statistic, &sample, &report->links);
    else
        put_aside(statistic, kind, &sample);
}

void kx_stats_sample_register(void)
{
    register_cleanup_routine(sample_cleanup);
}
