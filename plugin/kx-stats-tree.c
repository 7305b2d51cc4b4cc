/* kx-stats-tree.c
 * -z kx,tree: messages by command, by result and by version, and keys relayed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-compat.h"
#include "kx-standard.h"
#include "kx-stats.h"

#include <stdio.h>

#include <epan/stats_tree_priv.h>

#include "kx-stats-sample.h"
#include "kx-text.h"

/* A node's children are walked to add one: what peers send must not make thousands of them. */
#define CHILDREN_MAX 200

static const char *const messages_label = "Messages";
static const char *const commands_label = "By command";
static const char *const results_label = "By result";
static const char *const failures_label = "Failure";
static const char *const versions_label = "By version";
static const char *const keys_label = "Keys relayed";

static int messages_node = -1;
static int commands_node = -1;
static int results_node = -1;
static int failures_node = -1;
static int versions_node = -1;
static int keys_node = -1;

/* Labels of children, by node and text, of all trees there are. */
static GHashTable *labels;
static GHashTable *label_counts;

static void messages_init(stats_tree *st)
{
    if (!labels) {
        labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        label_counts = g_hash_table_new(NULL, NULL);
    }
    messages_node = stats_tree_create_node(st, messages_label, 0, STAT_DT_INT, TRUE);
    commands_node = stats_tree_create_pivot(st, commands_label, messages_node);
    results_node = stats_tree_create_pivot(st, results_label, messages_node);
    failures_node = stats_tree_create_pivot(st, failures_label, results_node);
    versions_node = stats_tree_create_pivot(st, versions_label, messages_node);
    keys_node = stats_tree_create_node(st, keys_label, 0, STAT_DT_INT, TRUE);
}

/* The label of a node's child; "Other" if there are too many. */
static const char *limited(int node, const char *text)
{
    char *label = g_strdup_printf("%d %s", node, text);
    unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(label_counts, GINT_TO_POINTER(node)));
    bool known = g_hash_table_contains(labels, label);

    if (known || count == CHILDREN_MAX) {
        g_free(label);
        return known ? text : "Other";
    }
    g_hash_table_add(labels, label);
    g_hash_table_insert(label_counts, GINT_TO_POINTER(node), GUINT_TO_POINTER(count + 1));
    return text;
}

static void tick(stats_tree *st, int node, const char *text)
{
    stats_tree_tick_pivot(st, node, limited(node, text));
}

static void tick_result(stats_tree *st, packet_info *pinfo, const kx_message *m)
{
    static const char *const results[] = {[KX_NO_VERDICT] = "Other",
                                          [KX_FAILURE] = "Failure",
                                          [KX_INTERIM] = "Not yet",
                                          [KX_SUCCESS] = "Success"};

    if (!m->response)
        return;
    if (m->verdict == KX_FAILURE) {
        tick_stat_node(st, results_label, messages_node, TRUE);
        tick(st, failures_node, kx_text_shown(pinfo->pool, m->response));
    } else {
        stats_tree_tick_pivot(st, results_node, results[m->verdict]);
    }
}

/* Once on every KM link that they cross, however often they are sent. */
static void keys_add(void *statistic, const kx_sample *sample, const kx_links *links)
{
    stats_tree *st = (stats_tree *)statistic;
    double now = st->now;
    char hop[32];

    if (links->repeat_of)
        return;
    snprintf(hop, sizeof hop, links->hop ? "Hop %u" : "Hop not known", links->hop);
    st->now = (double)sample->since / 1e6; /* of bursts, in milliseconds */
    increase_stat_node(st, keys_label, 0, TRUE, (int)sample->key_count);
    increase_stat_node(st, hop, keys_node, FALSE, (int)sample->key_count);
    st->now = now;
}

static tap_packet_status messages_packet(stats_tree *st, packet_info *pinfo, epan_dissect_t *edt _U_,
                                         const void *data, tap_flags_t flags _U_)
{
    static const kx_stats_kind keys = {keys_add, NULL};
    const kx_report *report = (const kx_report *)data;
    const kx_message *m = &report->message;
    const char *name = kx_command_name(m->header.command_code);
    char text[32];

    tick_stat_node(st, messages_label, 0, TRUE);
    snprintf(text, sizeof text, "Unknown command 0x%04x", m->header.command_code);
    tick(st, commands_node, name ? name : text);
    tick_result(st, pinfo, m);
    snprintf(text, sizeof text, "Version %u", m->header.version);
    tick(st, versions_node, text);
    if (m->acts_as == KX_KEY_RELAY)
        kx_stats_hand(st, &keys, false, pinfo, report);
    return TAP_PACKET_REDRAW;
}

void kx_stats_tree_register(void)
{
    stats_tree_register_plugin("kx", "kx", "Kx" KX_MENU_SEPARATOR "Messages", 0, messages_packet,
                               messages_init, NULL);
}
