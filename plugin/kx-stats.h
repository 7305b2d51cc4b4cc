/* kx-stats.h
 * Statistics, in tshark and in the menus: -z kx,tree, kx,srt, kx,relay, conv,kx and endpoints,kx.
 *
 * Each listens to the tap "kx", which carries a kx_report a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STATS_H
#define KX_STATS_H

#include "kx-compat.h"

#include "kx-report.h"

/* Each registers one kind of statistics. proto: the protocol's number. */
void kx_stats_tree_register(void);
void kx_stats_srt_register(int proto);
void kx_stats_relay_register(void);
void kx_stats_kma_register(int proto);
void kx_stats_json_register(void);
void kx_stats_times_register(void);
void kx_stats_keys_register(void);
void kx_stats_links_register(void);
void kx_stats_conformance_register(void);

#endif
