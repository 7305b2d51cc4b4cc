/* kx-stats-json.c
 * -z kx,json[,file=NAME][,FILTER]: one line of JSON a message, as it is dissected. docs/kx-json.schema.json says what
 * stands in it. With -2 everything is known; key data is never in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/to_str.h>
#include <glib/gstdio.h>
#include <wsutil/report_message.h>

#include "kx-identity.h"
#include "kx-json-write.h"
#include "kx-nodes.h"
#include "kx-observe.h"
#include "kx-standard.h"
#include "kx-time.h"

#define COMMAND_LINE "kx,json"
#define FILE_OPTION  "file="

/* A live capture's lines are wanted at once: those of packets that are so many microseconds old. */
#define LIVE 5000000

typedef struct {
    FILE *out;
    GString *line;
    kx_moment *moment;
    bool failed;
} writer;

/* identity: freed; NULL: nothing is written. */
static void write_identity(GString *out, const char *name, char *identity)
{
    kx_write_text(out, name, identity);
    g_free(identity);
}

/* ---- where and when ---- */

static void write_end(GString *out, const char *name, packet_info *pinfo, const address *a, uint32_t port)
{
    kx_write_object(out, name);
    kx_write_text(out, "address", address_to_str(pinfo->pool, a));
    kx_write_number(out, "port", port);
    kx_write_text(out, "kma_id", kx_nodes_kma_id(a, port));
    kx_write_object_end(out);
}

static void write_place(GString *out, packet_info *pinfo, const kx_report *report)
{
    int64_t time = kx_nanoseconds(&pinfo->abs_ts);
    uint32_t stream;

    kx_write_number(out, "frame", pinfo->num);
    kx_write_number(out, "message", report->ordinal + 1);
    kx_write_date(out, "time", time);
    kx_write_seconds(out, "epoch", time);
    if (kx_observe_tcp_stream(pinfo, &stream))
        kx_write_number(out, "connection", stream);
    write_end(out, "sender", pinfo, &pinfo->src, pinfo->srcport);
    write_end(out, "receiver", pinfo, &pinfo->dst, pinfo->destport);
    kx_write_bool(out, "tls", report->message.in_tls);
}

static void write_header(GString *out, const kx_message *m)
{
    kx_write_object(out, "header");
    kx_write_number(out, "version", m->header.version);
    kx_write_number(out, "message_id", m->header.message_id);
    kx_write_number(out, "command_code", m->header.command_code);
    kx_write_text(out, "command", kx_command_name(m->header.command_code));
    kx_write_number(out, "length", m->header.length);
    kx_write_object_end(out);
}

/* ---- parameters ---- */

static void write_key_file(GString *out, const kx_key_detail *key)
{
    kx_write_object(out, NULL);
    kx_write_text(out, kx_parameter_name(KX_KEY_ID), key->id);
    if (key->has_bits)
        kx_write_number(out, "size", key->bits);
    kx_write_object_end(out);
}

/* Key files, or the Key IDs of a response. */
static void write_keys(GString *out, const kx_message *m)
{
    bool response = m->acts_as == KX_KEY_SUPPLY_RESPONSE;

    if (!m->has_keys)
        return;
    kx_write_array(out, kx_parameter_name(response ? KX_KEY_ID : KX_KEYS));
    for (unsigned i = 0; i < kx_details_key_count(m->details); i++) {
        const kx_key_detail *key = kx_details_key(m->details, i);
        if (response)
            kx_write_text(out, NULL, key->id);
        else
            write_key_file(out, key);
    }
    kx_write_array_end(out);
}

static void write_transit(GString *out, const kx_message *m)
{
    const wmem_array_t *transit = m->details->transit;
    unsigned count = wmem_array_get_count((wmem_array_t *)transit);

    if (!count)
        return;
    kx_write_array(out, kx_parameter_name(KX_TRANSIT_KMA_IDS));
    for (unsigned i = 0; i < count; i++)
        kx_write_text(out, NULL, *(const char **)wmem_array_index((wmem_array_t *)transit, i));
    kx_write_array_end(out);
}

static void write_parameters(GString *out, const kx_message *m)
{
    kx_write_object(out, "parameters");
    kx_write_text(out, kx_parameter_name(KX_SOURCE_KMA_ID), m->source_kma_id);
    kx_write_text(out, kx_parameter_name(KX_DESTINATION_KMA_ID), m->destination_kma_id);
    write_transit(out, m);
    write_keys(out, m);
    kx_write_text(out, kx_parameter_name(KX_SESSION_ID), m->session_id);
    if (m->has_number_of_keys)
        kx_write_number(out, kx_parameter_name(KX_NUMBER_OF_KEYS), m->number_of_keys);
    if (m->details->has_size_of_key)
        kx_write_number(out, kx_parameter_name(KX_SIZE_OF_KEY), m->details->size_of_key);
    kx_write_text(out, kx_parameter_name(KX_RESPONSE), m->response);
    kx_write_text(out, kx_parameter_name(KX_KEY_RELAY_REQUEST_ID), m->key_relay_request_id);
    kx_write_object_end(out);
}

/* ---- what belongs together ---- */

static void write_known(GString *out, const char *name, uint32_t number)
{
    if (number)
        kx_write_number(out, name, number);
}

static void write_verdict(GString *out, const kx_message *m)
{
    static const char *const verdicts[] = {
        [KX_FAILURE] = "failure", [KX_INTERIM] = "interim", [KX_SUCCESS] = "success"};

    kx_write_text(out, "verdict", verdicts[m->verdict]);
}

static void write_links(GString *out, const kx_message *m, const kx_links *links)
{
    kx_write_object(out, "links");
    write_verdict(out, m);
    write_known(out, "response_in", links->response_in);
    write_known(out, "response_to", links->response_to);
    if (links->response_to) {
        kx_write_seconds(out, "response_time", links->response_time);
        kx_write_bool(out, "counts", links->counts);
    }
    write_known(out, "repeat_of", links->repeat_of);
    kx_write_bool(out, "uncertain", links->uncertain);
    kx_write_object_end(out);
}

static void write_result(GString *out, const kx_links *links)
{
    kx_write_text(out, "result", kx_track_result_text(links->relay_result, links->relay_failure));
    if (links->relay_result != KX_RELAY_OPEN)
        kx_write_bool(out, "success", links->relay_result == KX_RELAY_SUCCESS);
    write_known(out, "failed_hop", links->failed_hop);
}

static void write_relay(GString *out, const kx_message *m, const kx_links *links)
{
    if (!links->relay)
        return;
    kx_write_object(out, "relay");
    kx_write_number(out, "id", links->relay);
    write_identity(out, "key", kx_identity_of_relay(m, links));
    kx_write_text(out, "source", m->source_kma_id ? m->source_kma_id : links->source_kma_id);
    kx_write_text(out, "destination",
                  m->destination_kma_id ? m->destination_kma_id : links->destination_kma_id);
    write_known(out, "hop", links->hop);
    if (m->acts_as == KX_KEY_RELAY_COMPLETION)
        kx_write_bool(out, "end_to_end", links->ends_batch);
    write_known(out, "first_hop_in", links->first_hop_in);
    write_known(out, "previous_hop_in", links->previous_hop_in);
    write_known(out, "next_hop_in", links->next_hop_in);
    if (links->previous_hop_in)
        kx_write_seconds(out, "hop_time", links->hop_time);
    if (links->hop > 1 && m->acts_as == KX_KEY_RELAY)
        kx_write_seconds(out, "time", links->relay_time);
    if (links->relay_ended)
        write_result(out, links);
    kx_write_object_end(out);
}

static void write_batch(GString *out, const kx_message *m, const kx_links *links)
{
    char *identity = kx_identity_of_batch(m, links);

    if (!identity)
        return;
    kx_write_object(out, "batch");
    write_identity(out, "key", identity);
    kx_write_object_end(out);
}

/* ---- findings ---- */

static void write_parameter(GString *out, const kx_message *m, const kx_noted *noted)
{
    const kx_parameter_table *tables = kx_parameter_tables;
    const kx_parameter_table *table = &tables[kx_command_of(m->header.command_code)->table];

    if (!(table->listed & KX_SET_OF(noted->about)))
        table = &tables[table->key_files];
    kx_write_text(out, "table", table->title);
    kx_write_text(out, "parameter", kx_parameter_name((kx_parameter)noted->about));
}

static void write_findings(GString *out, const kx_report *report)
{
    kx_write_array(out, "findings");
    for (unsigned i = 0; i < report->finding_count; i++) {
        const kx_noted *noted = &report->findings[i];
        kx_finding_kind kind = kx_findings_kind(noted->finding);
        kx_write_object(out, NULL);
        kx_write_text(out, "filter", kind.filter);
        kx_write_text(out, "severity", kind.severity);
        kx_write_text(out, "group", kind.group);
        kx_write_text(out, "clause", kind.clause);
        if (kind.about_parameter)
            write_parameter(out, &report->message, noted);
        kx_write_text(out, "text", noted->text);
        kx_write_number(out, "times", noted->times);
        kx_write_object_end(out);
    }
    kx_write_array_end(out);
}

/* ---- the lines ---- */

static void write_message(GString *out, packet_info *pinfo, const kx_report *report, kx_moment *moment)
{
    g_string_truncate(out, 0);
    kx_write_object(out, NULL);
    write_identity(out, "_id", kx_identity_of_message(pinfo, &report->message, moment));
    write_place(out, pinfo, report);
    write_header(out, &report->message);
    write_parameters(out, &report->message);
    write_links(out, &report->message, &report->links);
    write_relay(out, &report->message, &report->links);
    write_batch(out, &report->message, &report->links);
    write_findings(out, report);
    kx_write_object_end(out);
    g_string_append_c(out, '\n');
}

/* Said once. */
static bool has_failed(writer *w)
{
    if (ferror(w->out) && !w->failed)
        report_failure(COMMAND_LINE ": cannot write: %s", g_strerror(errno));
    w->failed = ferror(w->out);
    return w->failed;
}

static bool is_live(packet_info *pinfo)
{
    return g_get_real_time() - kx_nanoseconds(&pinfo->abs_ts) / 1000 < LIVE;
}

static tap_packet_status json_packet(void *tap_data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                     const void *data, tap_flags_t flags _U_)
{
    writer *w = (writer *)tap_data;

    write_message(w->line, pinfo, (const kx_report *)data, w->moment);
    fwrite(w->line->str, 1, w->line->len, w->out);
    if (is_live(pinfo))
        fflush(w->out);
    return has_failed(w) ? TAP_PACKET_FAILED : TAP_PACKET_DONT_REDRAW;
}

static void json_draw(void *tap_data)
{
    writer *w = (writer *)tap_data;

    fflush(w->out);
    has_failed(w);
}

static void json_finish(void *tap_data)
{
    writer *w = (writer *)tap_data;

    if (w->out != stdout)
        fclose(w->out);
    g_string_free(w->line, TRUE);
    kx_moment_free(w->moment);
    g_free(w);
}

/* ---- the command line ---- */

static FILE *open_file(const char *name)
{
    FILE *out = g_fopen(name, "wb");

    if (!out)
        report_failure(COMMAND_LINE ": %s: %s", name, g_strerror(errno));
    return out;
}

/* argument: what stands on the command line; moved to the filter after a name of a file. NULL if it cannot be
 * opened. */
static FILE *output_of(const char **argument)
{
    const char *at = *argument;

    if (!g_str_has_prefix(at, FILE_OPTION))
        return stdout;
    at += strlen(FILE_OPTION);
    size_t length = strcspn(at, ",");
    char *name = g_strndup(at, length);
    FILE *out = open_file(name);
    *argument = at + length + (at[length] == ',');
    g_free(name);
    return out;
}

/* False, and a complaint, if that does not work. */
static bool begin(const char *argument)
{
    argument += strlen(COMMAND_LINE);
    argument += *argument == ',';
    FILE *out = output_of(&argument);
    if (!out)
        return false;
    writer *w = g_new0(writer, 1);
    w->out = out;
    w->line = g_string_new(NULL);
    w->moment = kx_moment_new();
    GString *error = register_tap_listener("kx", w, *argument ? argument : NULL, 0, NULL, json_packet,
                                           json_draw, json_finish);
    if (error) {
        report_failure(COMMAND_LINE ": %s", error->str);
        g_string_free(error, TRUE);
    }
    return !error;
}

KX_COMMAND_LINE_STATISTIC(json_init, begin)

void kx_stats_json_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = COMMAND_LINE,
        .tap_init_cb = json_init,
    };

    register_stat_tap_ui(&ui, NULL);
}
