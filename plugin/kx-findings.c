/* kx-findings.c
 * Expert infos of one message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-findings.h"

#include <epan/expert.h>
#include <wsutil/utf8_entities.h>

#include "kx-standard.h"
#include "kx-text.h"

/* More hints than that are no hints. */
#define HINTS_MAX 3

static expert_field fields[KX_FINDINGS] = {
    [KX_PAYLOAD_INVALID] = EI_INIT,
    [KX_PAYLOAD_NOT_OBJECT] = EI_INIT,
    [KX_PARAMETER_MISSING] = EI_INIT,
    [KX_PARAMETER_WRONG_TYPE] = EI_INIT,
    [KX_PARAMETER_DUPLICATE] = EI_INIT,
    [KX_PARAMETER_UNKNOWN] = EI_INIT,
    [KX_COMMAND_CODE_UNKNOWN] = EI_INIT,
    [KX_PAYLOAD_NOT_HANDED_OVER] = EI_INIT,
    [KX_KEY_CLEARTEXT] = EI_INIT,
    [KX_RESPONSE_FAILURE] = EI_INIT,
    [KX_RESYNC] = EI_INIT,
    [KX_LENGTH_WRONG] = EI_INIT,
    [KX_FRAMING_MISTAKE] = EI_INIT,
    [KX_CONNECTION_LATE] = EI_INIT,
    [KX_MESSAGE_ID_REUSED] = EI_INIT,
    [KX_KEYS_MISMATCH] = EI_INIT,
    [KX_RELAY_INCONSISTENT] = EI_INIT,
    [KX_KEY_ID_REUSED] = EI_INIT,
    [KX_LINK_UNCERTAIN] = EI_INIT,
    [KX_REQUEST_REPEATED] = EI_INIT,
    [KX_KEY_DATA_REUSED] = EI_INIT,
    [KX_KEY_ID_SUPPLIED_AGAIN] = EI_INIT,
    [KX_RESPONSE_MISSING] = EI_INIT,
    [KX_RESPONSE_UNSOLICITED] = EI_INIT,
    [KX_PARAMETER_ODD_VALUE] = EI_INIT,
    [KX_ENVELOPE] = EI_INIT,
};

static ei_register_info infos[] = {
    {&fields[KX_PAYLOAD_INVALID],
     {"kx.payload.invalid", PI_MALFORMED, PI_ERROR, "Payload is not an RFC 8259 JSON text", EXPFILL}},
    {&fields[KX_PAYLOAD_NOT_OBJECT],
     {"kx.payload.not_object", PI_PROTOCOL, PI_ERROR, "Payload is valid JSON, but not an object", EXPFILL}},
    {&fields[KX_PARAMETER_MISSING],
     {"kx.parameter.missing", PI_PROTOCOL, PI_WARN, "Mandatory parameter is missing", EXPFILL}},
    {&fields[KX_PARAMETER_WRONG_TYPE],
     {"kx.parameter.wrong_type", PI_PROTOCOL, PI_WARN, "Parameter has another data type than its table says",
      EXPFILL}},
    {&fields[KX_PARAMETER_DUPLICATE],
     {"kx.parameter.duplicate", PI_PROTOCOL, PI_WARN, "Parameter stands twice in one object", EXPFILL}},
    {&fields[KX_PARAMETER_UNKNOWN],
     {"kx.parameter.unknown", PI_PROTOCOL, PI_NOTE, "Parameter that the command's table does not list",
      EXPFILL}},
    {&fields[KX_COMMAND_CODE_UNKNOWN],
     {"kx.command_code.unknown", PI_UNDECODED, PI_WARN, "CommandCode is not in Table I.1", EXPFILL}},
    {&fields[KX_PAYLOAD_NOT_HANDED_OVER],
     {"kx.payload.not_handed_over", PI_PROTOCOL, PI_NOTE, "Payload was not handed to the JSON dissector",
      EXPFILL}},
    {&fields[KX_KEY_CLEARTEXT],
     {"kx.key.cleartext", PI_SECURITY, PI_WARN, "Key material outside TLS", EXPFILL}},
    {&fields[KX_RESPONSE_FAILURE],
     {"kx.response.failure", PI_RESPONSE_CODE, PI_WARN, "Response does not say success", EXPFILL}},
    {&fields[KX_RESYNC],
     {"kx.resync", PI_SEQUENCE, PI_WARN, "Bytes skipped to find the next message header", EXPFILL}},
    {&fields[KX_LENGTH_WRONG],
     {"kx.length.wrong", PI_PROTOCOL, PI_WARN, "Length is not the payload's", EXPFILL}},
    {&fields[KX_FRAMING_MISTAKE],
     {"kx.framing.mistake", PI_PROTOCOL, PI_WARN, "Stream looks like something other than Kx", EXPFILL}},
    {&fields[KX_CONNECTION_LATE],
     {"kx.connection.late", PI_SEQUENCE, PI_NOTE, "Bytes before the first message were not read as Kx",
      EXPFILL}},
    {&fields[KX_MESSAGE_ID_REUSED],
     {"kx.message_id.reused", PI_SEQUENCE, PI_WARN, "MessageID was used before on this connection", EXPFILL}},
    {&fields[KX_KEYS_MISMATCH],
     {"kx.keys.mismatch", PI_PROTOCOL, PI_NOTE, "Other number of Key IDs than asked for", EXPFILL}},
    {&fields[KX_RELAY_INCONSISTENT],
     {"kx.relay.inconsistent", PI_SEQUENCE, PI_WARN, "Key relay differs from its first hop", EXPFILL}},
    {&fields[KX_KEY_ID_REUSED],
     {"kx.key.id.reused", PI_SECURITY, PI_WARN, "Key ID was relayed before", EXPFILL}},
    {&fields[KX_KEY_DATA_REUSED],
     {"kx.key.data.reused", PI_SECURITY, PI_WARN, "Key was relayed before as another one", EXPFILL}},
    {&fields[KX_KEY_ID_SUPPLIED_AGAIN],
     {"kx.key.id.supplied_again", PI_SECURITY, PI_WARN, "Key ID was supplied in another session", EXPFILL}},
    {&fields[KX_LINK_UNCERTAIN],
     {"kx.link.uncertain", PI_SEQUENCE, PI_NOTE, "What belongs together is the best of several possibilities",
      EXPFILL}},
    {&fields[KX_REQUEST_REPEATED],
     {"kx.request.repeated", PI_SEQUENCE, PI_NOTE, "Request was sent before", EXPFILL}},
    {&fields[KX_RESPONSE_MISSING],
     {"kx.response.missing", PI_SEQUENCE, PI_NOTE, "Request without a response", EXPFILL}},
    {&fields[KX_RESPONSE_UNSOLICITED],
     {"kx.response.unsolicited", PI_SEQUENCE, PI_NOTE, "Response without a request", EXPFILL}},
    {&fields[KX_PARAMETER_ODD_VALUE],
     {"kx.parameter.odd_value", PI_PROTOCOL, PI_NOTE, "Value that makes no sense", EXPFILL}},
    {&fields[KX_ENVELOPE],
     {"kx.envelope", PI_PROTOCOL, PI_NOTE, "Parameters inside an envelope object", EXPFILL}},
};

void kx_findings_init(kx_findings *findings, wmem_allocator_t *pool)
{
    findings->pool = pool;
    findings->count = 0;
}

void kx_findings_add(kx_findings *findings, kx_finding finding, int about, proto_item *item,
                     const char *format, ...)
{
    va_list arguments;
    unsigned i;

    for (i = 0; i < findings->count; i++)
        if (findings->entries[i].finding == finding && findings->entries[i].about == about) {
            findings->entries[i].times++;
            return;
        }
    if (i == KX_FINDINGS_MAX)
        return;
    findings->count++;
    findings->entries[i].finding = finding;
    findings->entries[i].about = about;
    findings->entries[i].times = 1;
    findings->entries[i].item = item;
    va_start(arguments, format);
    findings->entries[i].text =
        kx_text_shown_to(findings->pool, wmem_strdup_vprintf(findings->pool, format, arguments), KX_LINE_MAX);
    va_end(arguments);
}

void kx_findings_report(const kx_findings *findings, packet_info *pinfo)
{
    for (unsigned i = 0; i < findings->count; i++) {
        expert_field *field = &fields[findings->entries[i].finding];
        proto_item *item = findings->entries[i].item;
        if (findings->entries[i].times == 1)
            expert_add_info_format(pinfo, item, field, "%s", findings->entries[i].text);
        else
            expert_add_info_format(pinfo, item, field, "%s (the first of %u)", findings->entries[i].text,
                                   findings->entries[i].times);
    }
}

/* ---- what is said of a kind ---- */

static const char *const clauses[KX_FINDINGS] = {
    [KX_PAYLOAD_INVALID] = "Appendix I",
    [KX_PAYLOAD_NOT_OBJECT] = "8",
    [KX_PARAMETER_MISSING] = "8",
    [KX_PARAMETER_WRONG_TYPE] = "8",
    [KX_PARAMETER_DUPLICATE] = "8",
    [KX_PARAMETER_UNKNOWN] = "8",
    [KX_COMMAND_CODE_UNKNOWN] = "Table I.1",
    [KX_PAYLOAD_NOT_HANDED_OVER] = "Appendix I",
    [KX_KEY_CLEARTEXT] = "9",
    [KX_RESPONSE_FAILURE] = "8",
    [KX_RESYNC] = "Figure I.1",
    [KX_MESSAGE_ID_REUSED] = "Figure I.1",
    [KX_KEYS_MISMATCH] = "7.2",
    [KX_RELAY_INCONSISTENT] = "7.1",
    [KX_LINK_UNCERTAIN] = "7",
    [KX_REQUEST_REPEATED] = "7",
    [KX_KEY_ID_REUSED] = "7.1",
    [KX_KEY_DATA_REUSED] = "7.1",
    [KX_KEY_ID_SUPPLIED_AGAIN] = "7.2",
    [KX_RESPONSE_MISSING] = "7",
    [KX_RESPONSE_UNSOLICITED] = "7",
    [KX_PARAMETER_ODD_VALUE] = "8",
    [KX_ENVELOPE] = "8",
};

/* Words for Info; of what it says anyway, of what is so of every message in a lab, and of what deviates from nothing,
 * there are none. */
static const char *const hints[KX_FINDINGS] = {
    [KX_PAYLOAD_INVALID] = "invalid JSON",
    [KX_PAYLOAD_NOT_OBJECT] = "not an object",
    [KX_PARAMETER_MISSING] = "missing",
    [KX_PARAMETER_WRONG_TYPE] = "mistyped",
    [KX_PARAMETER_DUPLICATE] = "duplicate",
    [KX_LENGTH_WRONG] = "wrong Length",
    [KX_FRAMING_MISTAKE] = "not Kx?",
    [KX_MESSAGE_ID_REUSED] = "MessageID reused",
    [KX_KEYS_MISMATCH] = "other number of keys",
    [KX_RELAY_INCONSISTENT] = "unlike the first hop",
    [KX_LINK_UNCERTAIN] = "uncertain",
    [KX_REQUEST_REPEATED] = "repeat",
    [KX_KEY_ID_REUSED] = "Key ID reused",
    [KX_KEY_DATA_REUSED] = "Key reused",
    [KX_KEY_ID_SUPPLIED_AGAIN] = "Key ID supplied again",
    [KX_RESPONSE_MISSING] = "no response",
    [KX_RESPONSE_UNSOLICITED] = "no request",
};

static bool is_about_parameter(kx_finding finding)
{
    return finding == KX_PARAMETER_MISSING || finding == KX_PARAMETER_WRONG_TYPE ||
           finding == KX_PARAMETER_DUPLICATE;
}

static void append_hint(wmem_strbuf_t *out, const kx_noted *noted)
{
    wmem_strbuf_append(out, noted ? hints[noted->finding] : UTF8_HORIZONTAL_ELLIPSIS);
    if (noted && is_about_parameter(noted->finding)) {
        wmem_strbuf_append(out, " ");
        wmem_strbuf_append(out, kx_parameter_name((kx_parameter)noted->about));
    }
}

void kx_findings_hint(const kx_findings *findings, wmem_strbuf_t *out)
{
    unsigned given = 0;

    for (unsigned i = 0; i < findings->count && given <= HINTS_MAX; i++) {
        const kx_noted *noted = &findings->entries[i];
        bool again = i > 0 && noted[-1].finding == noted->finding && !is_about_parameter(noted->finding);
        if (!hints[noted->finding] || again)
            continue;
        wmem_strbuf_append(out, given == 0 ? " [" : ", ");
        append_hint(out, given < HINTS_MAX ? noted : NULL);
        given++;
    }
    if (given > 0)
        wmem_strbuf_append(out, "]");
}

static const expert_field_info *info_of(kx_finding finding)
{
    unsigned i = 0;

    while (infos[i].ids != &fields[finding])
        i++;
    return &infos[i].eiinfo;
}

kx_finding_kind kx_findings_kind(kx_finding finding)
{
    const expert_field_info *info = info_of(finding);

    return (kx_finding_kind){
        .filter = info->name,
        .severity = val_to_str_const((uint32_t)info->severity, expert_severity_vals, "Unknown"),
        .group = val_to_str_const((uint32_t)info->group, expert_group_vals, "Unknown"),
        .clause = clauses[finding],
        .about_parameter = is_about_parameter(finding),
    };
}

/* ---- registration ---- */

void kx_findings_register(int proto)
{
    expert_register_field_array(expert_register_protocol(proto), infos, array_length(infos));
}
