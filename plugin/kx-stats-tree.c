/* kx-stats-tree.c
 * -z kx,tree: messages by command, by result and by version, and keys relayed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-compat.h"
#include "kx-standard.h"
#include "kx-stats.h"

#include <epan/stats_tree.h>

static const char *const messages_label = "Messages";
static const char *const commands_label = "By command";
static const char *const results_label = "By result";
static const char *const versions_label = "By version";
static const char *const keys_label = "Keys relayed";

static int messages_node = -1;
static int commands_node = -1;
static int results_node = -1;
static int versions_node = -1;
static int keys_node = -1;

static void messages_init(stats_tree *st)
{
    messages_node = stats_tree_create_node(st, messages_label, 0, STAT_DT_INT, TRUE);
    commands_node = stats_tree_create_pivot(st, commands_label, messages_node);
    results_node = stats_tree_create_pivot(st, results_label, messages_node);
    versions_node = stats_tree_create_pivot(st, versions_label, messages_node);
    keys_node = stats_tree_create_node(st, keys_label, 0, STAT_DT_INT, TRUE);
}

/* The same key counts on every KM link that it crosses. */
static void count_keys(stats_tree *st, const kx_report *report)
{
    char hop[32];

    if (report->message.header.command_code != KX_KEY_RELAY)
        return;
    snprintf(hop, sizeof hop, "Hop %u", report->links.hop);
    increase_stat_node(st, keys_label, 0, TRUE, (int)report->message.key_count);
    increase_stat_node(st, hop, keys_node, FALSE, (int)report->message.key_count);
}

static tap_packet_status messages_packet(stats_tree *st, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                         const void *data, tap_flags_t flags _U_)
{
    const kx_report *report = (const kx_report *)data;
    const kx_message *m = &report->message;
    const char *name = kx_command_name(m->header.command_code);
    char text[32];

    tick_stat_node(st, messages_label, 0, TRUE);
    snprintf(text, sizeof text, "Unknown command 0x%04x", m->header.command_code);
    stats_tree_tick_pivot(st, commands_node, name ? name : text);
    if (m->response)
        stats_tree_tick_pivot(st, results_node, m->verdict == KX_SUCCESS ? "Success" : "Failure");
    snprintf(text, sizeof text, "Version %u", m->header.version);
    stats_tree_tick_pivot(st, versions_node, text);
    count_keys(st, report);
    return TAP_PACKET_REDRAW;
}

void kx_stats_tree_register(void)
{
    stats_tree_register_plugin("kx", "kx", "Kx" KX_MENU_SEPARATOR "Messages", 0, messages_packet,
                               messages_init, NULL);
}
