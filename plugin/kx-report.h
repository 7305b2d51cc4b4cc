/* kx-report.h
 * What the tap "kx" carries, to which every statistic listens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REPORT_H
#define KX_REPORT_H

#include "kx-details.h"
#include "kx-findings.h"
#include "kx-track.h"

/* One message. Lives as long as the packet's dissection. */
typedef struct {
    kx_message message;
    kx_links links;
    unsigned ordinal; /* counts the messages of the frame from 0 */
    unsigned length;  /* of the message, header included, in bytes */
    bool first_pass;  /* what follows the message in the capture is not known */
    const kx_noted *findings;
    unsigned finding_count;
} kx_report;

/* Begins a report, in the packet's pool. If there are statistics, the message keeps details. */
kx_report *kx_report_new(packet_info *pinfo);

/* Hands a message to the statistics, if there are any. */
void kx_report_send(packet_info *pinfo, kx_report *report, const kx_findings *findings);

/* The Key relay request ID of a relay, once a message of it that has one was sent; else NULL. Lives as long as the
 * capture. */
const char *kx_report_request_id(uint32_t relay);

/* Makes the tap. */
void kx_report_register(void);

#endif
