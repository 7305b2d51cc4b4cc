/* packet-kx.c
 * Registers the dissector for the Kx interface between QKDN key managers, ITU-T Q.4163.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packet-kx.h"

#include "kx-claim.h"
#include "kx-connection.h"
#include "kx-dissect.h"
#include "kx-filters.h"
#include "kx-findings.h"
#include "kx-frame.h"
#include "kx-handover.h"
#include "kx-links.h"
#include "kx-params.h"
#include "kx-prefs.h"
#include "kx-report.h"
#include "kx-share.h"
#include "kx-stats-sample.h"
#include "kx-stats.h"
#include "kx-stream.h"

void proto_register_kx(void)
{
    int proto = proto_register_protocol(KX_TITLE, "Kx", "kx");

    kx_dissect_register(proto);
    kx_params_register(proto);
    kx_links_register(proto);
    kx_report_register();
    kx_stats_sample_register();
    kx_stats_srt_register(proto);
    kx_stats_kma_register(proto);
    kx_stats_relay_register();
    kx_stats_times_register();
    kx_stats_keys_register();
    kx_stats_links_register();
    kx_stats_conformance_register();
    kx_stats_json_register();
    kx_share_register();
    kx_filters_register();
    kx_findings_register(proto);
    kx_prefs_register(proto);
    kx_connection_register(proto);
    kx_frame_register(proto);
    kx_stream_register(proto);
    kx_claim_register(proto);
}

void proto_reg_handoff_kx(void)
{
    kx_handover_prepare();
    kx_links_prepare();
    kx_stats_tree_register();
    kx_claim_handoff();
}
