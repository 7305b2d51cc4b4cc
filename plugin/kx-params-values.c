/* kx-params-values.c
 * How each kind of value is shown, whatever JSON type it was sent as.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params-walk.h"

#include "kx-details.h"
#include "kx-prefs.h"
#include "kx-standard.h"
#include "kx-table.h"
#include "kx-text.h"

typedef struct {
    kx_show *show;
    kx_with_text *then; /* only kx_show_strings() heeds it */
} kx_display_row;

void kx_add_hash(const kx_walk *w, uint64_t **hashes, uint32_t count, uint32_t *room, uint64_t hash)
{
    if (count == *room) {
        *room = *room ? *room * 2 : 8;
        *hashes = (uint64_t *)wmem_realloc(w->pinfo->pool, *hashes, *room * sizeof **hashes);
    }
    (*hashes)[count] = hash;
}

/* ---- text ---- */

char *kx_decode(const kx_walk *w, const kx_json_token *token)
{
    uint32_t length = token->end - token->start;
    char *text = (char *)wmem_alloc(w->pinfo->pool, length + 1);

    if (token->escaped) {
        kx_json_unescape(w->text, token->start, token->end, text);
    } else {
        memcpy(text, w->text + token->start, length);
        text[length] = '\0';
    }
    return text;
}

kx_view kx_view_of(const kx_walk *w, const kx_json_token *token)
{
    if (!token->escaped)
        return (kx_view){(const char *)w->text + token->start, token->end - token->start};
    const char *text = kx_decode(w, token);
    return (kx_view){text, strlen(text)};
}

kx_json_token kx_whole_value(kx_walk *w)
{
    kx_json_type type = w->reader->token.type;

    if (type != KX_JSON_OBJECT && type != KX_JSON_ARRAY)
        return w->reader->token;
    kx_secrets_skip(&w->secrets);
    kx_json_token token = w->reader->token;
    if (!kx_walk_failed(w))
        token.type = type;
    return token;
}

static const char *shown(const kx_walk *w, const kx_json_token *token, bool secret)
{
    return kx_prefs.hide_keys && secret
               ? wmem_strdup_printf(w->pinfo->pool, "(hidden: %u bytes)", token->end - token->start)
               : kx_decode(w, token);
}

const char *kx_shown(const kx_walk *w, const kx_json_token *token)
{
    return shown(w, token, kx_secrets_since(&w->secrets, token->start));
}

/* What nobody wants to see Wireshark does not look at either. As the text is known to be UTF-8, a copy of it costs
 * far less than proto_tree_add_item(), which checks that. */
proto_item *kx_add_decoded(const kx_walk *w, proto_tree *tree, int field, const kx_json_token *token,
                           const char *text)
{
    proto_item *item = proto_tree_add_string(tree, field, w->tvb, kx_walk_at(w, token->start),
                                             (int)(token->end - token->start), text ? text : "");

    if (text)
        kx_text_label(w->pinfo->pool, item, text);
    return item;
}

proto_item *kx_add_text(const kx_walk *w, proto_tree *tree, int field, const kx_json_token *token)
{
    return kx_add_decoded(w, tree, field, token, kx_is_wanted(tree, field) ? kx_shown(w, token) : NULL);
}

proto_item *kx_show_plain(kx_walk *w, proto_tree *tree)
{
    kx_json_token value = kx_whole_value(w);

    return kx_walk_failed(w) ? NULL : kx_add_text(w, tree, kx_hf.parameter_value, &value);
}

static void label_member(const kx_walk *w, proto_item *item, const char *name, const kx_json_token *value)
{
    wmem_strbuf_t *text = wmem_strbuf_new(w->pinfo->pool, "");

    kx_text_append(text, name);
    wmem_strbuf_append(text, ": ");
    kx_text_append(text, kx_shown(w, value));
    proto_item_set_text(item, "Parameter: %s",
                        kx_text_cut(w->pinfo->pool, wmem_strbuf_get_str(text), KX_LINE_MAX));
}

proto_item *kx_show_member(kx_walk *w, proto_tree *tree, const kx_json_token *name)
{
    bool wanted = kx_is_wanted(tree, kx_hf.parameter_name);
    const char *text = wanted ? shown(w, name, w->name_is_secret) : NULL;
    proto_item *item = kx_add_decoded(w, tree, kx_hf.parameter_name, name, text);

    proto_tree *subtree = proto_item_add_subtree(item, kx_ett.parameter);
    kx_json_token value = kx_whole_value(w);
    if (kx_walk_failed(w))
        return item;
    kx_add_text(w, subtree, kx_hf.parameter_value, &value);
    if (kx_is_visible(item))
        label_member(w, item, text, &value);
    return item;
}

/* ---- types ---- */

const char *kx_json_type_name(kx_json_type type)
{
    static const char *const names[] = {
        [KX_JSON_OBJECT] = "an object", [KX_JSON_ARRAY] = "an array",
        [KX_JSON_STRING] = "a string",  [KX_JSON_NUMBER] = "a number",
        [KX_JSON_TRUE] = "true",        [KX_JSON_FALSE] = "false",
        [KX_JSON_NULL] = "null",        [KX_JSON_NONFINITE] = "NaN or Infinity",
    };
    return names[type];
}

void kx_note_wrong_type(kx_walk *w, kx_parameter parameter, proto_item *item, const char *found)
{
    static const char *const names[] = {
        [KX_STRING] = "a String",
        [KX_INTEGER] = "an Integer",
        [KX_OBJECT] = "an Object",
        [KX_ARRAY_OF_OBJECTS] = "an Array of objects",
    };

    if (!kx_walk_failed(w))
        kx_findings_add(w->findings, KX_PARAMETER_WRONG_TYPE, (int)parameter, item, "%s is %s, not %s (%s)",
                        kx_parameter_name(parameter), found, names[kx_parameter_rows[parameter].type],
                        w->table->title);
}

/* ---- strings ---- */

static const kx_display_row displays[KX_DISPLAYS];

/* Where a message keeps a parameter's text; NULL if it does not. */
static const char **kept_text(kx_message *message, kx_parameter parameter)
{
    switch (parameter) {
    case KX_SOURCE_KMA_ID:
        return &message->source_kma_id;
    case KX_DESTINATION_KMA_ID:
        return &message->destination_kma_id;
    case KX_KEY_RELAY_REQUEST_ID:
        return &message->key_relay_request_id;
    case KX_SESSION_ID:
        return &message->session_id;
    case KX_RESPONSE:
        return &message->response;
    default:
        return NULL;
    }
}

/* Which members of an object are looked for. */
typedef bool is_member(const kx_json_reader *reader, kx_parameter parameter);

/* Finds the only scalar among the members of an object that are looked for. members: set to how many there are in
 * all. Returns false if there is none, or several. */
static bool find_member(const kx_walk *w, const kx_json_token *object, is_member *is, kx_parameter parameter,
                        kx_json_token *value, unsigned *members)
{
    kx_json_reader reader;
    unsigned found = 0;
    bool scalar = false;

    kx_json_init(&reader, w->text + object->start, object->end - object->start);
    kx_json_next(&reader);
    for (*members = 0; kx_json_next(&reader) == KX_JSON_NAME; ++*members) {
        bool looked_for = is(&reader, parameter);
        kx_json_next(&reader);
        if (looked_for && found++ == 0) {
            scalar = reader.token.type >= KX_JSON_STRING && reader.token.type < KX_JSON_NULL;
            *value = (kx_json_token){reader.token.type, object->start + reader.token.start,
                                     object->start + reader.token.end, reader.token.escaped};
        }
        kx_json_skip(&reader);
    }
    return found == 1 && scalar;
}

static bool is_same_parameter(const kx_json_reader *reader, kx_parameter parameter)
{
    return kx_parameter_at(reader) == parameter;
}

/* An ID that is an object whose only member has the ID's own name is that member's value. */
static void unwrap(const kx_walk *w, kx_parameter parameter, kx_json_token *value)
{
    kx_json_token inner;
    unsigned members;

    if (value->type == KX_JSON_OBJECT &&
        find_member(w, value, is_same_parameter, parameter, &inner, &members) && members == 1)
        *value = inner;
}

static void note_string(kx_walk *w, kx_parameter parameter, proto_item *item, kx_json_type type, bool empty)
{
    if (type != KX_JSON_STRING)
        kx_note_wrong_type(w, parameter, item, kx_json_type_name(type));
    else if (empty && (w->table->mandatory & KX_SET_OF(parameter)))
        kx_note_odd(w, parameter, item, "empty");
}

/* Shows one value as text. Returns NULL if the value turned out to be invalid. element: it stands in an array. first:
 * it is the one that counts. */
static proto_item *show_text(kx_walk *w, kx_parameter parameter, proto_tree *tree, bool first, bool element)
{
    kx_json_token value = kx_whole_value(w);
    kx_json_type type = value.type;
    kx_with_text *then = displays[kx_parameter_rows[parameter].display].then;
    int field = kx_hf.parameters[parameter];

    if (kx_walk_failed(w))
        return NULL;
    unwrap(w, parameter, &value);
    const char **kept = first && value.type != KX_JSON_NULL ? kept_text(w->message, parameter) : NULL;
    const char *text = kept || kx_is_wanted(tree, field) ? kx_shown(w, &value) : NULL;
    proto_item *item = kx_add_decoded(w, tree, field, &value, text);

    if (!element)
        note_string(w, parameter, item, type, value.end == value.start);
    if (kept)
        *kept = text;
    if (then && value.type != KX_JSON_NULL)
        then(w, tree, item, &value, text, first);
    return item;
}

/* Shows a String, and what is sent in its place: any other scalar as its text, an array element by element. */
proto_item *kx_show_strings(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    proto_item *first_item = tree;

    if (w->reader->token.type != KX_JSON_ARRAY)
        return show_text(w, parameter, tree, !w->repeated, false);
    for (bool first = true; kx_next_element(w); first = false) {
        proto_item *item = show_text(w, parameter, tree, first && !w->repeated, true);
        if (kx_walk_failed(w))
            return NULL;
        first_item = first ? item : first_item;
    }
    kx_note_wrong_type(w, parameter, first_item, "an array");
    return first_item;
}

/* Either end of a key relay can be filtered by the same field too, which only filters see. */
static void add_end_point(kx_walk *w, proto_tree *tree, proto_item *item _U_, const kx_json_token *value,
                          const char *text, bool first _U_)
{
    proto_item_set_hidden(text ? kx_add_decoded(w, tree, kx_hf.kma_id, value, text)
                               : kx_add_text(w, tree, kx_hf.kma_id, value));
}

static bool is_result(const kx_json_reader *reader, kx_parameter parameter _U_)
{
    static const char *const names[] = {"code", "status", "result", "success"};
    const kx_json_token *name = &reader->token;

    for (unsigned i = 0; i < array_length(names); i++)
        if (strlen(names[i]) == name->end - name->start &&
            g_ascii_strncasecmp(names[i], (const char *)reader->text + name->start, strlen(names[i])) == 0)
            return true;
    return false;
}

/* Of a Response that is an object, the one member counts that says a result. */
static kx_verdict verdict_of(const kx_walk *w, const kx_json_token *value, const char *text)
{
    kx_json_token result;
    unsigned members;

    if (value->type == KX_JSON_OBJECT && find_member(w, value, is_result, KX_RESPONSE, &result, &members))
        text = kx_decode(w, &result);
    return kx_prefs_judge(text);
}

static void judge_response(kx_walk *w, proto_tree *tree, proto_item *item, const kx_json_token *value,
                           const char *text, bool first)
{
    if (!first)
        return;
    kx_verdict verdict = w->message->verdict = verdict_of(w, value, text);

    if (verdict != KX_INTERIM)
        proto_item_set_generated(
            proto_tree_add_boolean(tree, kx_hf.response_success, w->tvb, 0, 0, verdict == KX_SUCCESS));
    if (verdict == KX_FAILURE)
        kx_findings_add(w->findings, KX_RESPONSE_FAILURE, 0, item, "The Response does not say success");
}

/* ---- Transit KMA IDs ---- */

/* Statistics show a route's beginning; longer ones are not real. */
#define TRANSIT_SHOWN_MAX 1024

static proto_item *add_transit(kx_walk *w, kx_parameter parameter, proto_tree *tree, const kx_json_token *id)
{
    kx_view text = kx_view_of(w, id);
    kx_message *m = w->message;

    if (!w->repeated) {
        uint64_t hash = kx_hash(0, text.bytes, text.length);
        kx_details_add_transit(m->details, text.bytes, text.length);
        kx_add_hash(w, &w->transit_hashes, m->transit_count++, &w->transit_room, hash);
        m->transit = w->transit_hashes;
        if (wmem_strbuf_get_len(w->transit) < TRANSIT_SHOWN_MAX) {
            if (wmem_strbuf_get_len(w->transit) > 0)
                wmem_strbuf_append(w->transit, ", ");
            wmem_strbuf_append_len(w->transit, text.bytes, text.length);
            m->transit_kma_ids = wmem_strbuf_get_str(w->transit);
        }
    }
    return kx_add_text(w, tree, kx_hf.parameters[parameter], id);
}

static bool is_separator(uint8_t byte)
{
    return byte == ',' || byte == ';';
}

/* One string with a list in it: each ID without the spaces around it. */
static proto_item *split_transit(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    kx_json_token list = w->reader->token, id = list;
    proto_item *first_item = NULL;

    for (uint32_t next = list.start; next < list.end; next = id.end + 1) {
        for (id.end = next; id.end < list.end && !is_separator(w->text[id.end]);)
            id.end++;
        kx_json_token trimmed = {KX_JSON_STRING, next, id.end, list.escaped};
        while (trimmed.start < trimmed.end && w->text[trimmed.start] == ' ')
            trimmed.start++;
        while (trimmed.start < trimmed.end && w->text[trimmed.end - 1] == ' ')
            trimmed.end--;
        if (trimmed.start < trimmed.end) {
            proto_item *item = add_transit(w, parameter, tree, &trimmed);
            first_item = first_item ? first_item : item;
        }
    }
    return first_item ? first_item : tree;
}

/* The list of relay nodes, which Table 1 calls a String: an array of strings conforms, and so does one string
 * with separators in it. */
static proto_item *show_transit(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    kx_json_type type = w->reader->token.type;
    proto_item *first_item = NULL;

    w->transit = wmem_strbuf_new(w->pinfo->pool, "");
    if (type == KX_JSON_STRING)
        return split_transit(w, parameter, tree);
    if (type != KX_JSON_ARRAY) {
        kx_json_token value = kx_whole_value(w);
        first_item = kx_walk_failed(w) ? NULL : kx_add_text(w, tree, kx_hf.parameters[parameter], &value);
        kx_note_wrong_type(w, parameter, first_item, kx_json_type_name(type));
        return first_item;
    }
    while (kx_next_element(w)) {
        kx_json_token value = kx_whole_value(w);
        if (kx_walk_failed(w))
            break;
        proto_item *item = add_transit(w, parameter, tree, &value);
        first_item = first_item ? first_item : item;
        if (value.type != KX_JSON_STRING)
            kx_note_wrong_type(w, parameter, item, "an array that holds more than strings");
    }
    return first_item ? first_item : tree;
}

/* ---- integers ---- */

/* Whether a value is an integer, and larger than any that has a field. */
static bool is_huge(const kx_walk *w, const kx_json_token *value)
{
    for (uint32_t i = value->start; i < value->end; i++)
        if (!g_ascii_isdigit(w->text[i]))
            return false;
    return value->end > value->start && w->text[value->start] != '0';
}

/* A value that has no field of its own, as it is no 64-bit integer. */
static proto_item *show_no_integer(kx_walk *w, kx_parameter parameter, proto_tree *tree, kx_json_type type)
{
    uint32_t start = w->reader->token.start;
    proto_item *item = kx_show_plain(w, tree);

    if (item && PTREE_DATA(item)->visible && !kx_walk_failed(w)) {
        kx_json_token value = {type, start, w->reader->token.end, false};
        proto_item_set_text(item, "%s: %s", kx_parameter_name(parameter),
                            kx_text_shown(w->pinfo->pool, kx_shown(w, &value)));
    }
    kx_note_wrong_type(w, parameter, item,
                       type == KX_JSON_NUMBER ? "a number but no 64-bit integer" : kx_json_type_name(type));
    return item;
}

/* Shows an Integer, also one that stands in a string; anything else as a value without a field of its own. */
static proto_item *show_int64(kx_walk *w, kx_parameter parameter, proto_tree *tree, int64_t *value)
{
    kx_json_token token = w->reader->token;
    bool may_be = token.type == KX_JSON_NUMBER || token.type == KX_JSON_STRING;

    if (!may_be || !kx_json_int64(w->text, token.start, token.end, value)) {
        *value = may_be && is_huge(w, &token) ? INT64_MAX : -1;
        return show_no_integer(w, parameter, tree, token.type);
    }
    proto_item *item =
        proto_tree_add_int64(tree, kx_hf.parameters[parameter], w->tvb, kx_walk_at(w, token.start),
                             (int)(token.end - token.start), *value);
    if (token.type == KX_JSON_STRING)
        kx_note_wrong_type(w, parameter, item, "a string");
    if (*value <= 0)
        kx_note_odd(w, parameter, item, *value ? "negative" : "0");
    return item;
}

static proto_item *show_integer(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    int64_t value;
    proto_item *item = show_int64(w, parameter, tree, &value);

    if (parameter == KX_SIZE_OF_KEY && !w->repeated && value >= 0)
        kx_details_set_size_of_key(w->message->details, value);
    if (parameter == KX_NUMBER_OF_KEYS && !w->repeated && value >= 0) {
        w->message->has_number_of_keys = true;
        w->message->number_of_keys = value;
    }
    return item;
}

/* ---- objects ---- */

/* Shows the members of the object that the reader has just entered. */
static void show_members(kx_walk *w, proto_tree *tree)
{
    while (kx_secrets_next(&w->secrets) == KX_JSON_NAME) {
        kx_json_token name = kx_take_name(w);
        if (kx_secrets_next(&w->secrets) == KX_JSON_FAULT)
            return;
        kx_show_member(w, tree, &name);
        if (kx_walk_failed(w))
            return;
    }
}

/* Opens the subtree of one object and shows its members; of anything else, the value. */
static proto_item *add_object(kx_walk *w, kx_parameter parameter, proto_tree *tree, int ett)
{
    kx_json_token value = w->reader->token;
    proto_item *item = kx_open_item(w, tree, kx_hf.parameters[parameter], value.start);
    proto_tree *subtree = proto_item_add_subtree(item, ett);

    if (value.type == KX_JSON_OBJECT)
        show_members(w, subtree);
    else
        kx_show_plain(w, subtree);
    kx_close_item(w, item, value.start);
    return item;
}

/* Key extension. */
static proto_item *show_object(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    kx_json_type type = w->reader->token.type;
    proto_item *item = add_object(w, parameter, tree, kx_ett.key_extension);

    if (type != KX_JSON_OBJECT)
        kx_note_wrong_type(w, parameter, item, kx_json_type_name(type));
    return item;
}

/* Extension. One object where an array of them is due is taken for the only element. */
static proto_item *show_objects(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    kx_json_type type = w->reader->token.type;
    proto_item *first_item = NULL;

    if (type != KX_JSON_ARRAY) {
        first_item = add_object(w, parameter, tree, kx_ett.extension);
        kx_note_wrong_type(w, parameter, first_item, kx_json_type_name(type));
        return first_item;
    }
    while (kx_next_element(w)) {
        type = w->reader->token.type;
        proto_item *item = add_object(w, parameter, tree, kx_ett.extension);
        first_item = first_item ? first_item : item;
        if (type != KX_JSON_OBJECT)
            kx_note_wrong_type(w, parameter, item, "an array that holds more than objects");
    }
    return first_item ? first_item : tree;
}

/* ---- all of them ---- */

static const kx_display_row displays[KX_DISPLAYS] = {
    [KX_AS_TEXT] = {kx_show_strings, NULL},
    [KX_AS_KMA_ID] = {kx_show_strings, add_end_point},
    [KX_AS_KMA_IDS] = {show_transit, NULL},
    [KX_AS_KEYS] = {kx_show_keys, NULL},
    [KX_AS_KEY_ID] = {kx_show_key_ids, kx_take_key_id},
    [KX_AS_KEY] = {kx_show_key, NULL},
    [KX_AS_INTEGER] = {show_integer, NULL},
    [KX_AS_OBJECT] = {show_object, NULL},
    [KX_AS_OBJECTS] = {show_objects, NULL},
    [KX_AS_RESPONSE] = {kx_show_strings, judge_response},
};

proto_item *kx_show_value(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    return displays[kx_parameter_rows[parameter].display].show(w, parameter, tree);
}
