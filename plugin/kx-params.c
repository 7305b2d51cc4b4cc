/* kx-params.c
 * The walk over a payload: which parameter stands where, and what the command's table says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params.h"

#include "kx-params-walk.h"
#include "kx-standard.h"

/* A message is reported once, at the first secret it shows. */
static void note_secret(kx_walk *w, proto_item *item)
{
    if (!w->secrets.found || w->message->has_key_data)
        return;
    w->message->has_key_data = true;
    if (!w->message->in_tls)
        kx_findings_add(w->findings, KX_KEY_CLEARTEXT, 0, item, "Key material outside TLS");
}

static void note_missing(kx_walk *w, uint32_t seen, proto_item *item)
{
    uint32_t missing = w->table->mandatory & ~seen;

    for (unsigned i = 0; missing; i++, missing >>= 1)
        if (missing & 1)
            kx_findings_add(w->findings, KX_PARAMETER_MISSING, (int)i, item, "%s is missing (%s)",
                            kx_parameter_name((kx_parameter)i), w->table->title);
}

static uint32_t set_of(kx_parameter parameter)
{
    return parameter != KX_NO_PARAMETER ? KX_SET_OF(parameter) : 0;
}

/* ---- envelopes ---- */

/* Whether the object that the reader has just entered has one of these parameters. Reads through its end. */
static bool has_any(kx_json_reader *reader, uint32_t parameters)
{
    bool has = false;

    while (kx_json_next(reader) == KX_JSON_NAME) {
        has |= (set_of(kx_parameter_at(reader)) & parameters) != 0;
        kx_json_next(reader);
        if (!kx_json_skip(reader))
            break;
    }
    return has;
}

/* Where the name of the root's only member begins that is an object with mandatory parameters, if the root itself has
 * none of them; else 0. The reader is at the root's first name. */
static uint32_t find_envelope(const kx_walk *w)
{
    kx_json_reader ahead;
    uint32_t found = 0, mandatory = w->table->mandatory;

    kx_json_fork(w->reader, &ahead);
    do {
        uint32_t name = ahead.token.start;
        if (set_of(kx_parameter_at(&ahead)) & mandatory)
            return 0;
        if (kx_json_next(&ahead) != KX_JSON_OBJECT) {
            kx_json_skip(&ahead);
        } else if (has_any(&ahead, mandatory)) {
            if (found)
                return 0;
            found = name;
        }
    } while (kx_json_next(&ahead) == KX_JSON_NAME);
    return found;
}

static proto_item *show_envelope(kx_walk *w, proto_tree *tree, const kx_json_token *name)
{
    proto_item *item = kx_add_text(w, tree, kx_hf.parameter_name, name);

    kx_findings_add(w->findings, KX_ENVELOPE, 0, item, "The parameters are inside an envelope object");
    kx_walk_object(w, w->table, proto_item_add_subtree(item, kx_ett.parameter), item);
    return item;
}

/* ---- the walk ---- */

/* A parameter that the object's table does not list. */
static proto_item *show_unlisted(kx_walk *w, proto_tree *tree, const kx_json_token *name)
{
    proto_item *item = kx_show_member(w, tree, name);

    if (!kx_walk_failed(w) && w->table->mandatory)
        kx_findings_add(w->findings, KX_PARAMETER_UNKNOWN, 0, item, "%s does not list this parameter",
                        w->table->title);
    return item;
}

/* Shows the value of one member of an object. */
static void show_parameter(kx_walk *w, proto_tree *tree, const kx_json_token *name, kx_parameter parameter)
{
    const kx_parameter_table *table = w->table;
    bool repeated = w->repeated;
    proto_item *item;

    if (w->envelope && name->start == w->envelope)
        item = show_envelope(w, tree, name);
    else if (table->listed & set_of(parameter))
        item = kx_show_value(w, parameter, tree);
    else
        item = show_unlisted(w, tree, name);
    note_secret(w, item);
    w->table = table;
    if (repeated && !kx_walk_failed(w))
        kx_findings_add(w->findings, KX_PARAMETER_DUPLICATE, (int)parameter, item, "%s stands twice (%s)",
                        kx_parameter_name(parameter), table->title);
}

void kx_walk_object(kx_walk *w, const kx_parameter_table *table, proto_tree *tree, proto_item *item)
{
    uint32_t seen = 0;
    bool root = w->reader->depth == 1;

    for (w->table = table; kx_secrets_next(&w->secrets) == KX_JSON_NAME;) {
        kx_json_token name = kx_take_name(w);
        kx_parameter parameter = w->secrets.parameter;

        if (root && !seen && !w->looked_for_envelope) {
            w->looked_for_envelope = true;
            w->envelope = table->mandatory ? find_envelope(w) : 0;
        }
        if (kx_secrets_next(&w->secrets) == KX_JSON_FAULT)
            return;
        w->repeated = seen & set_of(parameter);
        seen |= set_of(parameter);
        show_parameter(w, tree, &name, parameter);
        if (kx_walk_failed(w))
            return;
    }
    if (!kx_walk_failed(w) && !(root && w->envelope))
        note_missing(w, seen, item);
}

void kx_params_dissect(tvbuff_t *tvb, int payload_offset, packet_info *pinfo, proto_tree *tree,
                       kx_json_reader *reader, kx_message *message, kx_findings *findings)
{
    kx_walk w = {.tvb = tvb,
                 .base = payload_offset,
                 .pinfo = pinfo,
                 .text = reader->text,
                 .reader = reader,
                 .message = message,
                 .findings = findings};
    proto_item *other = NULL;

    kx_secrets_init(&w.secrets, reader);
    kx_json_type type = kx_secrets_next(&w.secrets);
    if (type == KX_JSON_OBJECT)
        kx_walk_object(&w, &kx_parameter_tables[kx_command_of(message->header.command_code)->table], tree,
                       tree);
    else if (type != KX_JSON_FAULT)
        other = kx_show_plain(&w, tree);
    if (!kx_walk_failed(&w))
        kx_secrets_next(&w.secrets);
    note_secret(&w, other ? other : tree);
    kx_note_odd_message(&w, tree);
    if (!kx_walk_failed(&w) && type != KX_JSON_OBJECT)
        kx_findings_add(findings, KX_PAYLOAD_NOT_OBJECT, 0, other, "The payload is %s, not an object",
                        kx_json_type_name(type));
}
