/* kx-mistakes.c
 * What is wrong with how messages are put on a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-mistakes.h"

#include <inttypes.h>

void kx_note_mistake(proto_item *item, kx_mistake mistake, kx_findings *findings)
{
    static const char *const texts[] = {
        [KX_LITTLE_ENDIAN] = "The header looks little-endian; Figure I.1 is read in network byte order",
        [KX_LENGTH_OF_32_BITS] = "Length looks like 4 bytes; Figure I.1 has 2",
        [KX_UTF_16] = "The payload looks like UTF-16; RFC 8259 asks for UTF-8",
        [KX_TLS_RECORDS] =
            "This looks like TLS: set the port in kx.tls.port, not in kx.tcp.port, and give the secrets",
    };

    if (mistake != KX_NO_MISTAKE)
        kx_findings_add(findings, KX_FRAMING_MISTAKE, 0, item, "%s", texts[mistake]);
}

void kx_note_late(proto_item *item, uint64_t late, kx_findings *findings)
{
    if (late > 0)
        kx_findings_add(
            findings, KX_CONNECTION_LATE, 0, item,
            "%" PRIu64
            " bytes before were not read as Kx; to have them read, set the port in the preferences",
            late);
}

bool kx_note_length(tvbuff_t *tvb, proto_item *item, uint16_t said, kx_findings *findings)
{
    static const char *const causes[] = {
        [KX_LENGTH_COUNTS_HEADER] = "it seems to count the header",
        [KX_LENGTH_COUNTS_CHARACTERS] = "it seems to count characters",
        [KX_LENGTH_COUNTS_END] = "it seems to count a NUL or line end that was not sent",
        [KX_LENGTH_INCLUDES_NUL] = "it includes a NUL, which is no JSON",
        [KX_LENGTH_WRONG_SOMEHOW] = "the payload is complete as JSON",
    };
    uint32_t present = (uint32_t)tvb_captured_length(tvb) - KX_HEADER_LENGTH;
    kx_length_cause cause =
        present == 0
            ? KX_LENGTH_RIGHT
            : kx_framing_explain_length(tvb_get_ptr(tvb, KX_HEADER_LENGTH, (int)present), present, said);

    if (cause != KX_LENGTH_RIGHT)
        kx_findings_add(findings, KX_LENGTH_WRONG, 0, item, "Length says %u bytes, the payload has %u: %s",
                        said, present, causes[cause]);
    return cause != KX_LENGTH_RIGHT;
}
