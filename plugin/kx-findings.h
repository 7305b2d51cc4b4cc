/* kx-findings.h
 * Expert infos of one message. However often a message deviates in the same way about the same parameter, it
 * gets one expert info with a count, so a flood costs no more than a glance.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_FINDINGS_H
#define KX_FINDINGS_H

#include "kx-compat.h"

typedef enum {
    KX_PAYLOAD_INVALID,
    KX_PAYLOAD_NOT_OBJECT,
    KX_PARAMETER_MISSING,
    KX_PARAMETER_WRONG_TYPE,
    KX_PARAMETER_DUPLICATE,
    KX_PARAMETER_UNKNOWN,
    KX_COMMAND_CODE_UNKNOWN,
    KX_PAYLOAD_NOT_HANDED_OVER,
    KX_KEY_CLEARTEXT,
    KX_RESPONSE_FAILURE,
    KX_RESYNC,
    KX_LENGTH_WRONG,
    KX_FRAMING_MISTAKE,
    KX_CONNECTION_LATE,
    KX_MESSAGE_ID_REUSED,
    KX_KEYS_MISMATCH,
    KX_RELAY_INCONSISTENT,
    KX_LINK_UNCERTAIN,
    KX_REQUEST_REPEATED,
    KX_KEY_ID_REUSED,
    KX_KEY_DATA_REUSED,
    KX_KEY_ID_SUPPLIED_AGAIN,
    KX_RESPONSE_MISSING,
    KX_RESPONSE_UNSOLICITED,
    KX_PARAMETER_ODD_VALUE,
    KX_ENVELOPE,
    KX_FINDINGS
} kx_finding;

/* More kinds of findings about different parameters than one message can have. */
#define KX_FINDINGS_MAX 64

/* What was noted. */
typedef struct {
    kx_finding finding;
    int about;
    unsigned times;
    proto_item *item;
    const char *text;
} kx_noted;

typedef struct {
    wmem_allocator_t *pool;
    unsigned count;
    kx_noted entries[KX_FINDINGS_MAX];
} kx_findings;

/* What is said of every finding of a kind. Static memory. */
typedef struct {
    const char *filter;   /* the display filter */
    const char *severity; /* "Error", "Warning", "Note" */
    const char *group;    /* "Malformed", "Protocol" ... */
    const char *clause;   /* of the standard, or its figure or table */
    bool about_parameter; /* what it is about is a kx_parameter */
} kx_finding_kind;

/* Starts with no finding. findings: uninitialised memory is fine; pool: where the texts live until the
 * report. */
void kx_findings_init(kx_findings *findings, wmem_allocator_t *pool);

/* Notes a deviation.
 * about: the kx_parameter, or any number that tells apart what deserves an expert info of its own.
 * item: what the expert info hangs on, if this is the first of its kind.
 * format: what is wrong, in a phrase; only used if this is the first of its kind. */
void kx_findings_add(kx_findings *findings, kx_finding finding, int about, proto_item *item,
                     const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Turns what was noted into expert infos, in the order it was noted. */
void kx_findings_report(const kx_findings *findings, packet_info *pinfo);

/* Appends what was noted in a few words: " [missing Session ID, repeat]"; nothing if nothing is worth them. */
void kx_findings_hint(const kx_findings *findings, wmem_strbuf_t *out);

kx_finding_kind kx_findings_kind(kx_finding finding);

/* Registers the expert infos. proto: the protocol's number. */
void kx_findings_register(int proto);

#endif
