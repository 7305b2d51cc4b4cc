/* kx-report.c
 * What the tap "kx" carries, to which every statistic listens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-report.h"

#include <epan/tap.h>

static int tap = -1;

/* Relay number -> Key relay request ID, of what was sent. A statistic's filter may choose messages that have none. */
static wmem_map_t *request_ids;

static void note_request_id(const kx_report *report)
{
    const void *relay = GUINT_TO_POINTER(report->links.relay);
    const char *id = report->message.key_relay_request_id;

    if (report->links.relay && id && !wmem_map_contains(request_ids, relay))
        wmem_map_insert(request_ids, relay, wmem_strdup(wmem_file_scope(), id));
}

kx_report *kx_report_new(packet_info *pinfo)
{
    kx_report *report = wmem_new0(pinfo->pool, kx_report);

    report->first_pass = !PINFO_FD_VISITED(pinfo);
    if (have_tap_listener(tap))
        report->message.details = kx_details_new(pinfo->pool);
    return report;
}

void kx_report_send(packet_info *pinfo, kx_report *report, const kx_findings *findings)
{
    if (!report->message.details)
        return;
    report->findings = (const kx_noted *)wmem_memdup(pinfo->pool, findings->entries,
                                                     findings->count * sizeof *findings->entries);
    report->finding_count = findings->count;
    note_request_id(report);
    tap_queue_packet(tap, pinfo, report);
}

const char *kx_report_request_id(uint32_t relay)
{
    return (const char *)wmem_map_lookup(request_ids, GUINT_TO_POINTER(relay));
}

void kx_report_register(void)
{
    tap = register_tap("kx");
    request_ids = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
