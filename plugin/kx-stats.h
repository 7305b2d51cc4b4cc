/* kx-stats.h
 * Statistics, in tshark and in the menus: -z kx,tree, kx,srt, kx,relay, conv,kx and endpoints,kx.
 *
 * Each listens to the tap "kx", which carries a kx_report a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_STATS_H
#define KX_STATS_H

#include "kx-track.h"

/* What taps are told about one message. Lives as long as the packet's dissection. */
typedef struct {
    kx_message message;
    kx_links links;
    unsigned length; /* of the message, header included, in bytes */
} kx_report;

/* Each registers one kind of statistics. proto: the protocol's number. */
void kx_stats_tree_register(void);
void kx_stats_srt_register(int proto);
void kx_stats_relay_register(void);
void kx_stats_kma_register(int proto);

#endif
