/* kx-params.c
 * The walk over a payload: which parameter stands where, and what the command's table says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params.h"

#include "kx-params-walk.h"

void kx_found_key_data(kx_walk *w, proto_item *item)
{
    w->message->has_key_data = true;
    if (!w->message->in_tls)
        kx_findings_add(w->findings, KX_KEY_CLEARTEXT, 0, item, "Key material outside TLS");
}

bool kx_may_be_key(const kx_json_token *value)
{
    return value->type < KX_JSON_TRUE && value->end > value->start;
}

/* A parameter that the object's table does not list. A Key is key material wherever it stands. */
static proto_item *show_unlisted(kx_walk *w, proto_tree *tree, const kx_json_token *name,
                                 kx_parameter parameter)
{
    kx_json_token value = w->reader->token;
    proto_item *item = kx_show_member(w, tree, name);

    if (kx_walk_failed(w))
        return item;
    if ((parameter == KX_KEY || parameter == KX_KEYS) && kx_may_be_key(&value))
        kx_found_key_data(w, item);
    if (w->table != &kx_parameter_tables[KX_NO_TABLE])
        kx_findings_add(w->findings, KX_PARAMETER_UNKNOWN, 0, item, "%s does not list \"%.*s\"",
                        w->table->title, (int)(name->end - name->start), w->text + name->start);
    return tree;
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

/* Shows the value of one member of an object. */
static void show_parameter(kx_walk *w, proto_tree *tree, const kx_json_token *name, kx_parameter parameter)
{
    const kx_parameter_table *table = w->table;
    bool repeated = w->repeated;
    proto_item *item = table->listed & set_of(parameter) ? kx_show_value(w, parameter, tree)
                                                         : show_unlisted(w, tree, name, parameter);

    w->table = table;
    if (repeated && !kx_walk_failed(w))
        kx_findings_add(w->findings, KX_PARAMETER_DUPLICATE, (int)parameter, item, "%s stands twice (%s)",
                        kx_parameter_name(parameter), table->title);
}

static kx_parameter parameter_of(const kx_walk *w, const kx_json_token *name)
{
    kx_view text = kx_view_of(w, name);

    return kx_parameter_from_name(text.bytes, text.length);
}

void kx_walk_object(kx_walk *w, const kx_parameter_table *table, proto_tree *tree, proto_item *item)
{
    uint32_t seen = 0;

    w->table = table;
    while (kx_json_next(w->reader) == KX_JSON_NAME) {
        kx_json_token name = w->reader->token;
        kx_parameter parameter = parameter_of(w, &name);

        if (kx_json_next(w->reader) == KX_JSON_FAULT)
            return;
        w->repeated = seen & set_of(parameter);
        seen |= set_of(parameter);
        show_parameter(w, tree, &name, parameter);
        if (kx_walk_failed(w))
            return;
    }
    if (!kx_walk_failed(w))
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
    kx_json_type type = kx_json_next(reader);
    proto_item *other = NULL;

    if (type == KX_JSON_OBJECT)
        kx_walk_object(&w, &kx_parameter_tables[kx_command_of(message->acts_as)->table], tree, tree);
    else if (type != KX_JSON_FAULT)
        other = kx_show_plain(&w, tree);
    if (!kx_walk_failed(&w))
        kx_json_next(reader);
    if (!kx_walk_failed(&w) && type != KX_JSON_OBJECT)
        kx_findings_add(findings, KX_PAYLOAD_NOT_OBJECT, 0, other, "The payload is %s, not an object",
                        kx_json_type_name(type));
}
