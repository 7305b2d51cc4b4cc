/* kx-stats-conformance.c
 * -z kx,conformance: which rule of the standard each peer keeps, and which it breaks, where first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-stats.h"

#include <stdio.h>

#include "kx-standard.h"
#include "kx-stats-table.h"

enum { SENDER, RULE, CLAUSE, CHECKED, VIOLATED, FIRST_FRAME };

static stat_tap_table_item conformance_columns[] = {
    [SENDER] = KX_TEXT_COLUMN("Sender"),       [RULE] = KX_TEXT_COLUMN("Rule"),
    [CLAUSE] = KX_TEXT_COLUMN("Clause"),       [CHECKED] = KX_NUMBER_COLUMN("Checked"),
    [VIOLATED] = KX_NUMBER_COLUMN("Violated"), [FIRST_FRAME] = KX_TEXT_ON_RIGHT("First frame"),
};

/* The sender answers for all rules but that a request is answered: for that one its receiver does. */
static void judge(kx_stats_table *table, const kx_sample *sample, bool of_receiver, const char *rule,
                  const char *clause, bool violated)
{
    const char *peer = of_receiver ? sample->receiver : sample->sender;
    bool is_new;
    kx_cell *row = kx_stats_row(table, kx_stats_key(peer, rule, clause), &is_new);
    char frame[16];

    if (is_new) {
        kx_stats_set_text(&row[SENDER], peer);
        kx_stats_set_text(&row[RULE], rule);
        kx_stats_set_text(&row[CLAUSE], clause);
    }
    row[CHECKED].value.uint_value++;
    if (!violated)
        return;
    if (row[VIOLATED].value.uint_value++ == 0) {
        snprintf(frame, sizeof frame, "%10u", sample->frame);
        kx_stats_set_text(&row[FIRST_FRAME], frame);
    }
}

/* ---- rules about any message ---- */

static bool applies_always(const kx_sample *sample _U_)
{
    return true;
}

static bool applies_to_listed(const kx_sample *sample)
{
    return sample->acts_as != 0;
}

static bool applies_to_key_data(const kx_sample *sample)
{
    return sample->has_key_data;
}

static const struct {
    const char *rule;
    bool (*applies)(const kx_sample *sample);
    kx_finding finding; /* that it is broken */
} payload_rules[] = {
    {"CommandCode is listed", applies_always, KX_COMMAND_CODE_UNKNOWN},
    {"Payload is RFC 8259 JSON", applies_always, KX_PAYLOAD_INVALID},
    {"Payload is an object", applies_to_listed, KX_PAYLOAD_NOT_OBJECT},
    {"Parameters stand once", applies_to_listed, KX_PARAMETER_DUPLICATE},
    {"Parameters are those listed", applies_to_listed, KX_PARAMETER_UNKNOWN},
    {"Keys are sent inside TLS", applies_to_key_data, KX_KEY_CLEARTEXT},
};

static void judge_payload(kx_stats_table *table, const kx_sample *sample)
{
    for (unsigned i = 0; i < array_length(payload_rules); i++)
        if (payload_rules[i].applies(sample))
            judge(table, sample, false, payload_rules[i].rule,
                  kx_findings_kind(payload_rules[i].finding).clause,
                  sample->findings & KX_FINDING_BIT(payload_rules[i].finding));
}

/* ---- each row of Tables 1 to 4 ---- */

static const char *const type_names[] = {
    [KX_STRING] = "String",
    [KX_INTEGER] = "Integer",
    [KX_OBJECT] = "Object",
    [KX_ARRAY_OF_OBJECTS] = "Array of objects",
};

static void judge_table(kx_stats_table *table, const kx_sample *sample, const kx_parameter_table *rows)
{
    char rule[80];

    for (unsigned i = 0; i < KX_PARAMETERS; i++) {
        const kx_parameter_row *row = &kx_parameter_rows[i];
        if (!(rows->listed & KX_SET_OF(i)))
            continue;
        snprintf(rule, sizeof rule, "%s: %s, %s", row->name, type_names[row->type],
                 rows->mandatory & KX_SET_OF(i) ? "M" : "O");
        judge(table, sample, false, rule, rows->title, (sample->missing | sample->wrong_type) & KX_SET_OF(i));
    }
}

static void judge_tables(kx_stats_table *table, const kx_sample *sample)
{
    const kx_parameter_table *rows = &kx_parameter_tables[kx_command_of(sample->command_code)->table];

    if (rows == &kx_parameter_tables[KX_NO_TABLE] ||
        sample->findings & (KX_FINDING_BIT(KX_PAYLOAD_INVALID) | KX_FINDING_BIT(KX_PAYLOAD_NOT_OBJECT)))
        return;
    judge_table(table, sample, rows);
    if (sample->acts_as == KX_KEY_RELAY)
        judge_table(table, sample, &kx_parameter_tables[rows->key_files]);
}

/* ---- what belongs together ---- */

static void judge_links(kx_stats_table *table, const kx_sample *sample, const kx_links *links)
{
    bool asks = sample->acts_as == KX_KEY_RELAY || sample->acts_as == KX_KEY_SUPPLY;

    if (sample->acts_as == 0)
        return;
    judge(table, sample, false, "MessageID is unique", "Figure I.1", links->message_id_used_in);
    if (asks && !links->repeat_of)
        judge(table, sample, true, "Requests are answered", "7", links->response_missing);
    if (!asks)
        judge(table, sample, false, "Responses have a request", "7", links->unsolicited);
    if (sample->acts_as == KX_KEY_RELAY) {
        judge(table, sample, false, "Hops say what the first hop says", "7.1", links->inconsistent);
        judge(table, sample, false, "Key IDs are relayed once", "7.1", links->reused_keys);
        judge(table, sample, false, "Keys are relayed once", "7.1", links->reused_data);
    }
    if (sample->acts_as == KX_KEY_SUPPLY_RESPONSE) {
        judge(table, sample, false, "As many keys as asked for", "7.2", links->keys_mismatch);
        judge(table, sample, false, "Key IDs are supplied once", "7.2", links->supplied_again);
    }
}

static void conformance_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    kx_stats_table *table = (kx_stats_table *)statistic;

    judge_payload(table, sample);
    judge_tables(table, sample);
    judge_links(table, sample, links);
}

static int compare_peers(const void *row, const void *other)
{
    const kx_cell *a = *(kx_cell *const *)row, *b = *(kx_cell *const *)other;
    int peers = g_strcmp0(a[SENDER].value.string_value, b[SENDER].value.string_value);
    int clauses = g_strcmp0(a[CLAUSE].value.string_value, b[CLAUSE].value.string_value);

    if (peers || clauses)
        return peers ? peers : clauses;
    return g_strcmp0(a[RULE].value.string_value, b[RULE].value.string_value);
}

static void conformance_finish(void *statistic)
{
    kx_stats_sort((const kx_stats_table *)statistic, compare_peers);
}

void kx_stats_conformance_register(void)
{
    static kx_stats_table table = {
        .ui = KX_STATS_UI("Kx Conformance", "kx,conformance", conformance_columns),
        .kind = {conformance_add, conformance_finish},
    };

    kx_stats_table_register(&table);
}
