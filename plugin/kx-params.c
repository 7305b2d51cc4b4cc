/* kx-params.c
 * Tables 1 to 4 of clause 8, and the walk over a payload that shows each parameter as a field.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params.h"

#include <string.h>

#include <epan/tfs.h>
#include <epan/unit_strings.h>

#include "kx-names.h"
#include "kx-prefs.h"
#include "kx-table.h"

/* The name of an entry of Keys, to which its Key ID is added. */
#define KEY_FILE "Key file"

static int hf_source_kma_id = -1;
static int hf_destination_kma_id = -1;
static int hf_kma_id = -1;
static int hf_transit_kma_id = -1;
static int hf_keys = -1;
static int hf_keys_count = -1;
static int hf_key = -1;
static int hf_key_id = -1;
static int hf_key_data = -1;
static int hf_key_size = -1;
static int hf_key_extension = -1;
static int hf_key_relay_request_id = -1;
static int hf_session_id = -1;
static int hf_number_of_keys = -1;
static int hf_size_of_key = -1;
static int hf_response = -1;
static int hf_response_success = -1;
static int hf_extension = -1;
static int hf_parameter_name = -1;
static int hf_parameter_value = -1;

static int ett_keys = -1;
static int ett_key = -1;
static int ett_key_extension = -1;
static int ett_extension = -1;
static int ett_parameter = -1;

/* ---- Tables 1 to 4 ---- */

typedef enum { STRING, INTEGER, OBJECT, ARRAY_OF_OBJECTS } data_type;

static const char *const data_type_names[] = {
    [STRING] = "a String",
    [INTEGER] = "an Integer",
    [OBJECT] = "an Object",
    [ARRAY_OF_OBJECTS] = "an Array of objects",
};

typedef struct walk walk;
typedef struct row row;

/* Shows the value that the reader's token begins, through its end. Returns the item that stands for it. */
typedef proto_item *show_function(walk *w, const row *r, proto_tree *tree);

/* What else show_strings() does with a value. text: the value, escapes decoded, in the packet's pool; NULL if nobody
 * wants to see it and the row does not keep it. first: it is the one that counts for its parameter. */
typedef void value_function(walk *w, const row *r, proto_tree *tree, proto_item *item,
                            const kx_json_token *value, const char *text, bool first);

struct row {
    kx_parameter parameter;
    data_type type;
    bool mandatory;
    show_function *show; /* NULL in the rows of parameters that the table does not list */
    int *field;
    value_function *then; /* only show_strings() heeds these two */
    size_t kept;          /* offset of the string in kx_message that keeps the value; 0: none */
};

typedef struct {
    uint16_t command_code;
    const char *title;  /* as it is cited in findings */
    const row *rows;    /* KX_PARAMETERS of them */
    uint32_t mandatory; /* a bit per parameter, taken from the rows */
} table;

static show_function show_strings, show_transit, show_key_ids, show_keys, show_integer, show_number_of_keys,
    show_object, show_objects;
static value_function show_end_point, judge_response, count_key_id, label_key_file, measure_key;

#define KEPT(member) offsetof(kx_message, member)

/* clang-format off */
#define ROW(parameter, ...) [parameter] = {parameter, __VA_ARGS__}
#define SOURCE_KMA_ID(m) \
    ROW(KX_SOURCE_KMA_ID, STRING, m, show_strings, &hf_source_kma_id, show_end_point, KEPT(source_kma_id))
#define DESTINATION_KMA_ID(m) \
    ROW(KX_DESTINATION_KMA_ID, STRING, m, show_strings, &hf_destination_kma_id, show_end_point, \
        KEPT(destination_kma_id))
#define TRANSIT_KMA_IDS(m) ROW(KX_TRANSIT_KMA_IDS, STRING, m, show_transit, &hf_transit_kma_id, NULL, 0)
#define KEYS(m) ROW(KX_KEYS, ARRAY_OF_OBJECTS, m, show_keys, &hf_keys, NULL, 0)
#define KEY_RELAY_REQUEST_ID(m) \
    ROW(KX_KEY_RELAY_REQUEST_ID, STRING, m, show_strings, &hf_key_relay_request_id, NULL, \
        KEPT(key_relay_request_id))
#define RESPONSE(m) \
    ROW(KX_RESPONSE, STRING, m, show_strings, &hf_response, judge_response, KEPT(response))
#define SESSION_ID(m) ROW(KX_SESSION_ID, STRING, m, show_strings, &hf_session_id, NULL, KEPT(session_id))
#define NUMBER_OF_KEYS(m) \
    ROW(KX_NUMBER_OF_KEYS, INTEGER, m, show_number_of_keys, &hf_number_of_keys, NULL, 0)
#define SIZE_OF_KEY(m) ROW(KX_SIZE_OF_KEY, INTEGER, m, show_integer, &hf_size_of_key, NULL, 0)
#define KEY_IDS(m) ROW(KX_KEY_ID, STRING, m, show_key_ids, &hf_key_id, count_key_id, 0)
#define EXTENSION(m) ROW(KX_EXTENSION, ARRAY_OF_OBJECTS, m, show_objects, &hf_extension, NULL, 0)
/* clang-format on */

#define M true
#define O false

static const row table_1_rows[KX_PARAMETERS] = {
    SOURCE_KMA_ID(M), DESTINATION_KMA_ID(M),   TRANSIT_KMA_IDS(O),
    KEYS(M),          KEY_RELAY_REQUEST_ID(O), EXTENSION(O),
};

/* The part of Table 1 that describes one key file. */
static const row key_file_rows[KX_PARAMETERS] = {
    ROW(KX_KEY_ID, STRING, M, show_strings, &hf_key_id, label_key_file, 0),
    ROW(KX_KEY, STRING, M, show_strings, &hf_key_data, measure_key, 0),
    ROW(KX_KEY_EXTENSION, OBJECT, O, show_object, &hf_key_extension, NULL, 0),
};

static const row table_2_rows[KX_PARAMETERS] = {RESPONSE(M), KEY_RELAY_REQUEST_ID(O), EXTENSION(O)};

static const row table_3_rows[KX_PARAMETERS] = {SESSION_ID(M), NUMBER_OF_KEYS(O), SIZE_OF_KEY(O),
                                                EXTENSION(O)};

static const row table_4_rows[KX_PARAMETERS] = {SESSION_ID(M), KEY_IDS(M), RESPONSE(M), EXTENSION(O)};

/* What a command that Table I.1 does not list may hold: anything, and nothing is missed. */
static const row any_rows[KX_PARAMETERS] = {
    SOURCE_KMA_ID(O), DESTINATION_KMA_ID(O), TRANSIT_KMA_IDS(O), KEYS(O),        KEY_RELAY_REQUEST_ID(O),
    RESPONSE(O),      SESSION_ID(O),         NUMBER_OF_KEYS(O),  SIZE_OF_KEY(O), KEY_IDS(O),
    EXTENSION(O),
};

#undef M
#undef O

static table tables[] = {
    {KX_KEY_RELAY, "Table 1", table_1_rows, 0},
    {KX_KEY_RELAY_COMPLETION, "Table 2", table_2_rows, 0},
    {KX_KEY_SUPPLY, "Table 3", table_3_rows, 0},
    {KX_KEY_SUPPLY_RESPONSE, "Table 4", table_4_rows, 0},
};

static table key_file_table = {KX_KEY_RELAY, "Table 1, Keys", key_file_rows, 0};

static const table any_table = {0, "any table", any_rows, 0};

static void note_mandatory_rows(table *t)
{
    for (unsigned i = 0; i < KX_PARAMETERS; i++)
        if (t->rows[i].mandatory)
            t->mandatory |= UINT32_C(1) << i;
}

static const table *table_of(uint16_t command_code)
{
    for (unsigned i = 0; i < array_length(tables); i++)
        if (tables[i].command_code == command_code)
            return &tables[i];
    return &any_table;
}

/* ---- the walk ---- */

struct walk {
    tvbuff_t *tvb;
    int base; /* where the payload begins in tvb */
    packet_info *pinfo;
    const uint8_t *text;
    kx_json_reader *reader;
    kx_message *message;
    kx_findings *findings;
    const table *table;   /* of the object that is being read */
    bool keys_repeated;   /* so did Keys, whose entries are being shown */
    bool repeated;        /* the parameter that is being shown stood in its object before */
    proto_item *key_file; /* the item of the key file that is being read */
    uint32_t key_id_room; /* how many fit where the message keeps its Key IDs */
    wmem_strbuf_t *transit;
};

static bool failed(const walk *w)
{
    return w->reader->fault != KX_JSON_FAULT_NONE;
}

/* Whether anyone will see a field that takes work to compute. Under a parent that is not hidden, as one that Wireshark
 * 4.4 and later print by its name, every field becomes an item. */
static bool is_wanted(proto_tree *tree, int field)
{
    return tree && (PTREE_DATA(tree)->visible || !PROTO_ITEM_IS_HIDDEN(tree) ||
                    proto_field_is_referenced(tree, field));
}

static int at(const walk *w, uint32_t offset)
{
    return w->base + (int)offset;
}

static char *decode(const walk *w, const kx_json_token *token)
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

/* A token's text, escapes decoded, without a copy where there are none. */
typedef struct {
    const char *bytes;
    size_t length;
} text_view;

static text_view view(const walk *w, const kx_json_token *token)
{
    if (!token->escaped)
        return (text_view){(const char *)w->text + token->start, token->end - token->start};
    const char *text = decode(w, token);
    return (text_view){text, strlen(text)};
}

/* Extends the reader's token to the whole value, if it begins an object or an array. */
static kx_json_token whole_value(walk *w)
{
    kx_json_type type = w->reader->token.type;

    if (type != KX_JSON_OBJECT && type != KX_JSON_ARRAY)
        return w->reader->token;
    kx_json_skip(w->reader);
    kx_json_token token = w->reader->token;
    if (!failed(w))
        token.type = type;
    return token;
}

/* Adds a token's text, which is decoded already; NULL if nobody wants to see it, and then Wireshark does not look at it
 * either. As it is known to be UTF-8, a copy of it costs far less than proto_tree_add_item(), which checks that. */
static proto_item *add_decoded(const walk *w, proto_tree *tree, int field, const kx_json_token *token,
                               const char *text)
{
    return proto_tree_add_string(tree, field, w->tvb, at(w, token->start), (int)(token->end - token->start),
                                 text ? text : "");
}

static proto_item *add_text(const walk *w, proto_tree *tree, int field, const kx_json_token *token)
{
    return add_decoded(w, tree, field, token, is_wanted(tree, field) ? decode(w, token) : NULL);
}

static const char *json_type_name(kx_json_type type)
{
    static const char *const names[] = {
        [KX_JSON_OBJECT] = "an object", [KX_JSON_ARRAY] = "an array", [KX_JSON_STRING] = "a string",
        [KX_JSON_NUMBER] = "a number",  [KX_JSON_TRUE] = "true",      [KX_JSON_FALSE] = "false",
        [KX_JSON_NULL] = "null",
    };
    return names[type];
}

static void note_wrong_type(walk *w, const row *r, proto_item *item, const char *found)
{
    if (!failed(w))
        kx_findings_add(w->findings, KX_PARAMETER_WRONG_TYPE, (int)r->parameter, item,
                        "%s is %s, not %s (%s)", kx_parameter_name(r->parameter), found,
                        data_type_names[r->type], w->table->title);
}

/* Moves to the next element of the array that is being read. Returns false at its end or at a fault. */
static bool next_element(walk *w)
{
    kx_json_type type = kx_json_next(w->reader);

    return type != KX_JSON_ARRAY_END && type != KX_JSON_FAULT;
}

/* Opens the item of an object or array, to be closed when it was read. */
static proto_item *add_container(const walk *w, proto_tree *tree, int field, uint32_t start)
{
    return proto_tree_add_item(tree, field, w->tvb, at(w, start), 1, ENC_NA);
}

/* Sets the length of an item that was opened where its value starts, now that the value was read. */
static void close_item(const walk *w, proto_item *item, uint32_t start)
{
    uint32_t end = failed(w) ? w->reader->fault_offset : w->reader->token.end;

    proto_item_set_len(item, (int)(end - start));
}

static void add_key_count(const walk *w, proto_tree *tree, uint32_t count)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf_keys_count, w->tvb, 0, 0, count));
}

static proto_item *add_value(walk *w, proto_tree *tree)
{
    kx_json_token value = whole_value(w);

    return failed(w) ? NULL : add_text(w, tree, hf_parameter_value, &value);
}

/* A name and its value: a member of an extension, or a parameter that has no field of its own. */
static proto_item *show_member(walk *w, proto_tree *tree, const kx_json_token *name)
{
    proto_item *item = add_text(w, tree, hf_parameter_name, name);

    add_value(w, proto_item_add_subtree(item, ett_parameter));
    return item;
}

/* Shows the members of the object that the reader has just entered. */
static void show_members(walk *w, proto_tree *tree)
{
    while (kx_json_next(w->reader) == KX_JSON_NAME) {
        kx_json_token name = w->reader->token;
        if (kx_json_next(w->reader) == KX_JSON_FAULT)
            return;
        show_member(w, tree, &name);
        if (failed(w))
            return;
    }
}

static kx_parameter parameter_of(const walk *w, const kx_json_token *name)
{
    text_view text = view(w, name);

    return kx_parameter_from_name(text.bytes, text.length);
}

static void found_key_data(walk *w, proto_item *item)
{
    w->message->has_key_data = true;
    if (!w->message->in_tls)
        kx_findings_add(w->findings, KX_KEY_CLEARTEXT, 0, item, "Key material outside TLS");
}

/* Whether a value may be key material: anything but an empty string, true, false and null. */
static bool may_be_key(const kx_json_token *value)
{
    return value->type < KX_JSON_TRUE && value->end > value->start;
}

/* A parameter that the object's table does not list. A Key is key material wherever it stands. */
static void show_unlisted(walk *w, proto_tree *tree, const kx_json_token *name, kx_parameter parameter)
{
    kx_json_token value = w->reader->token;
    proto_item *item = show_member(w, tree, name);

    if (failed(w))
        return;
    if ((parameter == KX_KEY || parameter == KX_KEYS) && may_be_key(&value))
        found_key_data(w, item);
    if (w->table != &any_table)
        kx_findings_add(w->findings, KX_PARAMETER_UNKNOWN, 0, item, "%s does not list \"%.*s\"",
                        w->table->title, (int)(name->end - name->start), w->text + name->start);
}

static void note_missing(walk *w, uint32_t seen, proto_item *item)
{
    uint32_t missing = w->table->mandatory & ~seen;

    for (unsigned i = 0; missing; i++, missing >>= 1)
        if (missing & 1)
            kx_findings_add(w->findings, KX_PARAMETER_MISSING, (int)i, item, "%s is missing (%s)",
                            kx_parameter_name((kx_parameter)i), w->table->title);
}

/* Shows the value of one member of an object. */
static void show_parameter(walk *w, proto_tree *tree, const kx_json_token *name, kx_parameter parameter)
{
    const table *t = w->table;
    const row *r = parameter != KX_NO_PARAMETER ? &t->rows[parameter] : NULL;
    bool repeated = w->repeated;
    proto_item *item = tree;

    if (r && r->show)
        item = r->show(w, r, tree);
    else
        show_unlisted(w, tree, name, parameter);
    w->table = t;
    if (repeated && !failed(w))
        kx_findings_add(w->findings, KX_PARAMETER_DUPLICATE, (int)parameter, item, "%s stands twice (%s)",
                        kx_parameter_name(parameter), t->title);
}

/* Reads the object that the reader has just entered, by its table. item: stands for the object. */
static void walk_object(walk *w, const table *t, proto_tree *tree, proto_item *item)
{
    uint32_t seen = 0;

    w->table = t;
    while (kx_json_next(w->reader) == KX_JSON_NAME) {
        kx_json_token name = w->reader->token;
        kx_parameter parameter = parameter_of(w, &name);
        uint32_t bit = parameter != KX_NO_PARAMETER ? UINT32_C(1) << parameter : 0;

        if (kx_json_next(w->reader) == KX_JSON_FAULT)
            return;
        w->repeated = seen & bit;
        seen |= bit;
        show_parameter(w, tree, &name, parameter);
        if (failed(w))
            return;
    }
    if (!failed(w))
        note_missing(w, seen, item);
}

/* ---- strings ---- */

/* Shows one value as text. Returns NULL if the value turned out to be invalid. element: it stands in an array. */
static proto_item *show_text(walk *w, const row *r, proto_tree *tree, bool first, bool element)
{
    kx_json_token value = whole_value(w);

    if (failed(w))
        return NULL;
    bool keep = r->kept && first && value.type != KX_JSON_NULL;
    const char *text = keep || is_wanted(tree, *r->field) ? decode(w, &value) : NULL;
    proto_item *item = add_decoded(w, tree, *r->field, &value, text);

    if (!element && value.type != KX_JSON_STRING)
        note_wrong_type(w, r, item, json_type_name(value.type));
    if (keep)
        *(const char **)((char *)w->message + r->kept) = text;
    if (r->then && value.type != KX_JSON_NULL)
        r->then(w, r, tree, item, &value, text, first);
    return item;
}

/* Shows a String, and what is sent in its place: any other scalar as its text, an array element by element. */
static proto_item *show_strings(walk *w, const row *r, proto_tree *tree)
{
    proto_item *first_item = tree;

    if (w->reader->token.type != KX_JSON_ARRAY)
        return show_text(w, r, tree, !w->repeated, false);
    for (bool first = true; next_element(w); first = false) {
        proto_item *item = show_text(w, r, tree, first && !w->repeated, true);
        if (failed(w))
            return NULL;
        first_item = first ? item : first_item;
    }
    note_wrong_type(w, r, first_item, "an array");
    return first_item;
}

/* Either end of a key relay can be filtered by the same field too, which only filters see. */
static void show_end_point(walk *w, const row *r _U_, proto_tree *tree, proto_item *item _U_,
                           const kx_json_token *value, const char *text, bool first _U_)
{
    proto_item_set_hidden(text ? add_decoded(w, tree, hf_kma_id, value, text)
                               : add_text(w, tree, hf_kma_id, value));
}

static void judge_response(walk *w, const row *r _U_, proto_tree *tree, proto_item *item,
                           const kx_json_token *value _U_, const char *text, bool first)
{
    if (!first)
        return;
    bool success = kx_prefs_is_success(text);

    w->message->verdict = success ? KX_SUCCESS : KX_FAILURE;

    proto_item_set_generated(proto_tree_add_boolean(tree, hf_response_success, w->tvb, 0, 0, success));
    if (!success)
        kx_findings_add(w->findings, KX_RESPONSE_FAILURE, 0, item, "Response: %s", text);
}

static void count_key_id(walk *w, const row *r _U_, proto_tree *tree _U_, proto_item *item _U_,
                         const kx_json_token *value _U_, const char *text _U_, bool first _U_)
{
    w->message->key_count += !w->repeated;
}

/* The Key IDs of a response (Table 4). */
static proto_item *show_key_ids(walk *w, const row *r, proto_tree *tree)
{
    if (!w->repeated)
        w->message->key_count = 0;
    proto_item *item = show_strings(w, r, tree);

    if (!failed(w) && !w->repeated) {
        w->message->has_keys = true;
        add_key_count(w, tree, w->message->key_count);
    }
    return item;
}

/* ---- Transit KMA IDs ---- */

/* Statistics show a route's beginning; longer ones are not real. */
#define TRANSIT_SHOWN_MAX 1024

static proto_item *add_transit(walk *w, const row *r, proto_tree *tree, const kx_json_token *id)
{
    text_view text = view(w, id);
    kx_message *m = w->message;

    if (!w->repeated) {
        m->transit_count++;
        if (wmem_strbuf_get_len(w->transit) < TRANSIT_SHOWN_MAX) {
            if (wmem_strbuf_get_len(w->transit) > 0)
                wmem_strbuf_append(w->transit, ", ");
            wmem_strbuf_append_len(w->transit, text.bytes, text.length);
            m->transit_kma_ids = wmem_strbuf_get_str(w->transit);
        }
    }
    return add_text(w, tree, *r->field, id);
}

static bool is_separator(uint8_t byte)
{
    return byte == ',' || byte == ';';
}

/* One string with a list in it: each ID without the spaces around it. */
static proto_item *split_transit(walk *w, const row *r, proto_tree *tree)
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
            proto_item *item = add_transit(w, r, tree, &trimmed);
            first_item = first_item ? first_item : item;
        }
    }
    return first_item ? first_item : tree;
}

/* The list of relay nodes, which Table 1 calls a String: an array of strings conforms, and so does one string
 * with separators in it. */
static proto_item *show_transit(walk *w, const row *r, proto_tree *tree)
{
    kx_json_type type = w->reader->token.type;
    proto_item *first_item = NULL;

    w->transit = wmem_strbuf_new(w->pinfo->pool, "");
    if (type == KX_JSON_STRING)
        return split_transit(w, r, tree);
    if (type != KX_JSON_ARRAY) {
        kx_json_token value = whole_value(w);
        first_item = failed(w) ? NULL : add_text(w, tree, *r->field, &value);
        note_wrong_type(w, r, first_item, json_type_name(type));
        return first_item;
    }
    while (next_element(w)) {
        kx_json_token value = whole_value(w);
        if (failed(w))
            break;
        proto_item *item = add_transit(w, r, tree, &value);
        first_item = first_item ? first_item : item;
        if (value.type != KX_JSON_STRING)
            note_wrong_type(w, r, item, "an array that holds more than strings");
    }
    return first_item ? first_item : tree;
}

/* ---- integers ---- */

/* Shows an Integer, also one that stands in a string; anything else as a value without a field of its own. */
static proto_item *show_int64(walk *w, const row *r, proto_tree *tree, int64_t *value)
{
    kx_json_token token = w->reader->token;
    kx_json_type type = token.type;

    if ((type == KX_JSON_NUMBER || type == KX_JSON_STRING) &&
        kx_json_int64(w->text, token.start, token.end, value)) {
        proto_item *item = proto_tree_add_int64(tree, *r->field, w->tvb, at(w, token.start),
                                                (int)(token.end - token.start), *value);
        if (type == KX_JSON_STRING)
            note_wrong_type(w, r, item, "a string");
        return item;
    }
    *value = -1;
    proto_item *item = add_value(w, tree);
    token = w->reader->token;
    if (!failed(w))
        proto_item_set_text(item, "%s: %.*s", kx_parameter_name(r->parameter), (int)(token.end - token.start),
                            w->text + token.start);
    note_wrong_type(w, r, item,
                    type == KX_JSON_NUMBER ? "a number but no 64-bit integer" : json_type_name(type));
    return item;
}

static proto_item *show_integer(walk *w, const row *r, proto_tree *tree)
{
    int64_t value;

    return show_int64(w, r, tree, &value);
}

static proto_item *show_number_of_keys(walk *w, const row *r, proto_tree *tree)
{
    int64_t value;
    proto_item *item = show_int64(w, r, tree, &value);

    if (!w->repeated && value >= 0) {
        w->message->has_number_of_keys = true;
        w->message->number_of_keys = value;
    }
    return item;
}

/* ---- objects ---- */

/* Opens the subtree of one object and shows its members; of anything else, the value. */
static proto_item *add_object(walk *w, const row *r, proto_tree *tree, int ett)
{
    kx_json_token value = w->reader->token;
    proto_item *item = add_container(w, tree, *r->field, value.start);
    proto_tree *subtree = proto_item_add_subtree(item, ett);

    if (value.type == KX_JSON_OBJECT)
        show_members(w, subtree);
    else
        add_value(w, subtree);
    close_item(w, item, value.start);
    return item;
}

/* Key extension. */
static proto_item *show_object(walk *w, const row *r, proto_tree *tree)
{
    kx_json_type type = w->reader->token.type;
    proto_item *item = add_object(w, r, tree, ett_key_extension);

    if (type != KX_JSON_OBJECT)
        note_wrong_type(w, r, item, json_type_name(type));
    return item;
}

/* Extension. One object where an array of them is due is taken for the only element. */
static proto_item *show_objects(walk *w, const row *r, proto_tree *tree)
{
    kx_json_type type = w->reader->token.type;
    proto_item *first_item = NULL;

    if (type != KX_JSON_ARRAY) {
        first_item = add_object(w, r, tree, ett_extension);
        note_wrong_type(w, r, first_item, json_type_name(type));
        return first_item;
    }
    while (next_element(w)) {
        type = w->reader->token.type;
        proto_item *item = add_object(w, r, tree, ett_extension);
        first_item = first_item ? first_item : item;
        if (type != KX_JSON_OBJECT)
            note_wrong_type(w, r, item, "an array that holds more than objects");
    }
    return first_item ? first_item : tree;
}

/* ---- Keys ---- */

/* Keeps the hash of a Key ID, to find it again in other messages. */
static void remember_key_id(walk *w, text_view id)
{
    kx_message *m = w->message;
    uint64_t hash = kx_hash(0, id.bytes, id.length);

    if (m->key_id_count == 0)
        m->first_key_id = wmem_strndup(w->pinfo->pool, id.bytes, id.length);
    if (m->key_id_count == w->key_id_room) {
        w->key_id_room = w->key_id_room ? w->key_id_room * 2 : 8;
        m->key_ids =
            (uint64_t *)wmem_realloc(w->pinfo->pool, m->key_ids, w->key_id_room * sizeof *m->key_ids);
    }
    m->key_ids[m->key_id_count++] = hash;
    /* A sum: the order of the keys does not matter. */
    m->key_ids_hash += hash;
}

static void label_key_file(walk *w, const row *r _U_, proto_tree *tree _U_, proto_item *item _U_,
                           const kx_json_token *value, const char *text _U_, bool first)
{
    if (!first)
        return;
    text_view id = view(w, value);

    if (!w->keys_repeated)
        remember_key_id(w, id);
    proto_item_set_text(w->key_file, KEY_FILE ": %.*s", (int)id.length, id.bytes);
}

static void measure_key(walk *w, const row *r _U_, proto_tree *tree, proto_item *item,
                        const kx_json_token *value, const char *text _U_, bool first _U_)
{
    if (value->type < KX_JSON_TRUE && is_wanted(tree, hf_key_size)) {
        text_view key = view(w, value);
        uint32_t bits;
        if (kx_key_material_bits(key.bytes, key.length, (kx_encoding)kx_prefs.key_encoding, &bits))
            proto_item_set_generated(proto_tree_add_uint(tree, hf_key_size, w->tvb, 0, 0, bits));
    }
    if (may_be_key(value))
        found_key_data(w, item);
}

/* Reads the object that is one entry of Keys. */
static void show_key_file(walk *w, proto_tree *tree)
{
    uint32_t start = w->reader->token.start;
    const table *outer = w->table;

    w->key_file = add_container(w, tree, hf_key, start);
    walk_object(w, &key_file_table, proto_item_add_subtree(w->key_file, ett_key), w->key_file);
    close_item(w, w->key_file, start);
    w->table = outer;
}

/* Reads the entries of Keys. Returns their number, also those that are no objects. */
static uint32_t show_key_files(walk *w, const row *r, proto_tree *tree)
{
    uint32_t count = 0;

    for (; next_element(w); count++) {
        if (w->reader->token.type == KX_JSON_OBJECT)
            show_key_file(w, tree);
        else
            note_wrong_type(w, r, add_value(w, tree), "an array that holds more than objects");
    }
    return count;
}

/* One object where an array of them is due is taken for the only key file. */
static proto_item *show_keys(walk *w, const row *r, proto_tree *tree)
{
    kx_json_token value = w->reader->token;
    proto_item *item = add_container(w, tree, *r->field, value.start);
    proto_tree *subtree = proto_item_add_subtree(item, ett_keys);
    bool repeated = w->keys_repeated = w->repeated;
    uint32_t count = 0;

    if (value.type == KX_JSON_ARRAY) {
        count = show_key_files(w, r, subtree);
    } else if (value.type == KX_JSON_OBJECT) {
        show_key_file(w, subtree);
        count = 1;
    } else {
        add_value(w, subtree);
    }
    if (value.type != KX_JSON_ARRAY)
        note_wrong_type(w, r, item, json_type_name(value.type));
    close_item(w, item, value.start);
    if (!repeated) {
        add_key_count(w, subtree, count);
        w->message->has_keys = true;
        w->message->key_count = count;
    }
    return item;
}

/* ---- the payload ---- */

void kx_params_dissect(tvbuff_t *tvb, int payload_offset, packet_info *pinfo, proto_tree *tree,
                       kx_json_reader *reader, kx_message *message, kx_findings *findings)
{
    walk w = {.tvb = tvb,
              .base = payload_offset,
              .pinfo = pinfo,
              .text = reader->text,
              .reader = reader,
              .message = message,
              .findings = findings};
    kx_json_type type = kx_json_next(reader);

    proto_item *other = NULL;

    if (type == KX_JSON_OBJECT) {
        walk_object(&w, table_of(message->header.command_code), tree, tree);
    } else if (type != KX_JSON_FAULT) {
        other = add_value(&w, tree);
    }
    if (!failed(&w))
        kx_json_next(reader);
    if (!failed(&w) && type != KX_JSON_OBJECT)
        kx_findings_add(findings, KX_PAYLOAD_NOT_OBJECT, 0, other, "The payload is %s, not an object",
                        json_type_name(type));
}

void kx_params_register(int proto)
{
    static const unit_name_string bits = {" bit", " bits"};
    static hf_register_info fields[] = {
        {&hf_source_kma_id,
         {"Source KMA ID", "kx.source_kma_id", FT_STRING, BASE_NONE, NULL, 0,
          "KMA at which the whole key relay begins (Table 1)", HFILL}},
        {&hf_destination_kma_id,
         {"Destination KMA ID", "kx.destination_kma_id", FT_STRING, BASE_NONE, NULL, 0,
          "KMA at which the whole key relay ends (Table 1)", HFILL}},
        {&hf_kma_id,
         {"KMA ID", "kx.kma_id", FT_STRING, BASE_NONE, NULL, 0, "Source or Destination KMA ID, for filters",
          HFILL}},
        {&hf_transit_kma_id,
         {"Transit KMA ID", "kx.transit_kma_id", FT_STRING, BASE_NONE, NULL, 0,
          "One KMA of the relay nodes on the route (Table 1)", HFILL}},
        {&hf_keys, {"Keys", "kx.keys", FT_NONE, BASE_NONE, NULL, 0, "Key files (Table 1)", HFILL}},
        {&hf_keys_count,
         {"Number of entries", "kx.keys.count", FT_UINT32, BASE_DEC, NULL, 0,
          "Key files in Keys, or Key IDs in a response", HFILL}},
        {&hf_key, {KEY_FILE, "kx.key", FT_NONE, BASE_NONE, NULL, 0, "One entry of Keys (Table 1)", HFILL}},
        {&hf_key_id,
         {"Key ID", "kx.key.id", FT_STRING, BASE_NONE, NULL, 0,
          "ID of a KMA-key (Table 1) or of a KSA-key (Table 4)", HFILL}},
        {&hf_key_data,
         {"Key", "kx.key.data", FT_STRING, BASE_NONE, NULL, 0, "Key data as transmitted (Table 1)", HFILL}},
        {&hf_key_size,
         {"Key size", "kx.key.size", FT_UINT32, BASE_DEC | BASE_UNIT_STRING, &bits, 0,
          "Size of the key material, decoded from hexadecimal or base64", HFILL}},
        {&hf_key_extension,
         {"Key extension", "kx.key.extension", FT_NONE, BASE_NONE, NULL, 0,
          "Metadata of a key file (Table 1)", HFILL}},
        {&hf_key_relay_request_id,
         {"Key relay request ID", "kx.key_relay_request_id", FT_STRING, BASE_NONE, NULL, 0,
          "Names the key relay (Tables 1 and 2)", HFILL}},
        {&hf_session_id,
         {"Session ID", "kx.session_id", FT_STRING, BASE_NONE, NULL, 0,
          "Names the key supply (Tables 3 and 4)", HFILL}},
        {&hf_number_of_keys,
         {"Number of keys", "kx.number_of_keys", FT_INT64, BASE_DEC, NULL, 0, "KSA-keys to supply (Table 3)",
          HFILL}},
        {&hf_size_of_key,
         {"Size of key", "kx.size_of_key", FT_INT64, BASE_DEC, NULL, 0, "Length of each KSA-key (Table 3)",
          HFILL}},
        {&hf_response,
         {"Response", "kx.response", FT_STRING, BASE_NONE, NULL, 0, "Success, or why not (Tables 2 and 4)",
          HFILL}},
        {&hf_response_success,
         {"Success", "kx.response.success", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0,
          "Whether the Response says success", HFILL}},
        {&hf_extension,
         {"Extension", "kx.extension", FT_NONE, BASE_NONE, NULL, 0,
          "One element of Extension (Tables 1 to 4)", HFILL}},
        {&hf_parameter_name,
         {"Parameter", "kx.parameter.name", FT_STRING, BASE_NONE, NULL, 0,
          "Name of an extension's member, or of a parameter that the command's table does not list", HFILL}},
        {&hf_parameter_value,
         {"Value", "kx.parameter.value", FT_STRING, BASE_NONE, NULL, 0, "Value of such a parameter, as JSON",
          HFILL}},
    };
    static int *subtrees[] = {&ett_keys, &ett_key, &ett_key_extension, &ett_extension, &ett_parameter};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    for (unsigned i = 0; i < array_length(tables); i++)
        note_mandatory_rows(&tables[i]);
    note_mandatory_rows(&key_file_table);
}
