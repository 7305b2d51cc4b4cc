/* kx-report.h
 * What the tap "kx" carries, to which every statistic listens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REPORT_H
#define KX_REPORT_H

#include "kx-track.h"

/* One message. Lives as long as the packet's dissection. */
typedef struct {
    kx_message message;
    kx_links links;
    unsigned length; /* of the message, header included, in bytes */
} kx_report;

#endif
