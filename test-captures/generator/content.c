/* The forms in which a scenario gives bytes.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "content.h"

#include <string.h>

enum { REPEAT_MAX = 1 << 24 };

static bool add_text(reader_t *reader, template_t *template, const char *text, bool json)
{
    GError *error = NULL;
    if (template_add_text(template, text, json, &reader->scope, &error)) {
        return true;
    }
    reader_fail(reader, "%s", error->message);
    g_error_free(error);
    return false;
}

/* ---- JSON values ---- */

static bool add_value(reader_t *reader, JsonNode *node, template_t *template);

static bool add_string(reader_t *reader, const char *text, template_t *template)
{
    template_add_bytes(template, "\"", 1);
    bool ok = add_text(reader, template, text, true);
    template_add_bytes(template, "\"", 1);
    return ok;
}

/* An array element that stands for many: {"$repeat": 480, "$as": "k", "$item": ...}. */
typedef struct {
    int64_t count;
    char *as;
    JsonNode *item; /* borrowed */
} generated_t;

static bool read_item(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    (void)reader;
    (void)member;
    ((generated_t *)object)->item = node;
    return true;
}

static const member_t generated_members[] = {
    {"$repeat", read_integer, offsetof(generated_t, count), true, 1, REPEAT_MAX},
    {"$as", read_string, offsetof(generated_t, as), false, 0, 0},
    {"$item", read_item, 0, true, 0, 0},
    {NULL, NULL, 0, false, 0, 0},
};

static bool add_generated(reader_t *reader, JsonNode *node, template_t *template)
{
    generated_t generated = {0};
    unsigned slot;
    bool ok = read_members(reader, node, generated_members, &generated);
    if (ok && reader_push_counter(reader, generated.as ? generated.as : "k", &slot)) {
        template_t *body = template_add_repetition(template, (uint64_t)generated.count, slot, ',');
        size_t mark = reader_enter(reader, "$item", 0);
        ok = add_value(reader, generated.item, body);
        reader_leave(reader, mark);
        reader_pop_counter(reader);
    }
    g_free(generated.as);
    return ok && !reader->error;
}

static bool add_element(reader_t *reader, JsonNode *node, void *object)
{
    template_t *template = object;
    bool generated =
        JSON_NODE_HOLDS_OBJECT(node) && json_object_has_member(json_node_get_object(node), "$repeat");
    return generated ? add_generated(reader, node, template) : add_value(reader, node, template);
}

typedef struct {
    template_t *template;
    bool started;
} array_writer_t;

static bool add_separated_element(reader_t *reader, JsonNode *node, void *object)
{
    array_writer_t *writer = object;
    template_add_bytes(writer->template, ",", writer->started ? 1 : 0);
    writer->started = true;
    return add_element(reader, node, writer->template);
}

static bool add_array(reader_t *reader, JsonNode *node, template_t *template)
{
    array_writer_t writer = {template, false};
    template_add_bytes(template, "[", 1);
    bool ok = read_elements(reader, node, &writer, add_separated_element);
    template_add_bytes(template, "]", 1);
    return ok;
}

static bool add_member(reader_t *reader, JsonObject *object, const char *name, template_t *template)
{
    size_t mark = reader_enter(reader, name, 0);
    bool ok = add_string(reader, name, template);
    template_add_bytes(template, ":", 1);
    ok = ok && add_value(reader, json_object_get_member(object, name), template);
    reader_leave(reader, mark);
    return ok;
}

static bool add_object(reader_t *reader, JsonNode *node, template_t *template)
{
    JsonObject *object = json_node_get_object(node);
    GList *names = json_object_get_members(object); /* in the order they stand in */
    bool ok = true;
    template_add_bytes(template, "{", 1);
    for (GList *name = names; ok && name; name = name->next) {
        template_add_bytes(template, ",", name != names ? 1 : 0);
        ok = add_member(reader, object, name->data, template);
    }
    template_add_bytes(template, "}", 1);
    g_list_free(names);
    return ok;
}

static bool add_scalar(JsonNode *node, template_t *template)
{
    char *text = json_to_string(node, FALSE);
    template_add_bytes(template, text, strlen(text));
    g_free(text);
    return true;
}

static bool add_value(reader_t *reader, JsonNode *node, template_t *template)
{
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        return add_object(reader, node, template);
    }
    if (JSON_NODE_HOLDS_ARRAY(node)) {
        return add_array(reader, node, template);
    }
    return node_is_string(node) ? add_string(reader, json_node_get_string(node), template)
                                : add_scalar(node, template);
}

/* ---- pieces ---- */

static bool add_hex(reader_t *reader, JsonNode *node, template_t *template)
{
    bool ok = reader_expect(reader, node, "a string", node_is_string(node));
    const char *at = ok ? json_node_get_string(node) : "";
    while (ok && *(at += strspn(at, " \t\r\n")) != '\0') {
        int high = g_ascii_xdigit_value(at[0]);
        int low = high >= 0 ? g_ascii_xdigit_value(at[1]) : -1;
        uint8_t byte = (uint8_t)(high << 4 | low);
        ok = low >= 0 || reader_fail(reader, "\"%.8s\" is not a byte in two hexadecimal digits", at);
        template_add_bytes(template, &byte, 1);
        at += 2;
    }
    return ok;
}

static bool add_piece_or_pieces(reader_t *reader, JsonNode *node, template_t *template);

/* {"repeat": piece or pieces, "count": N, "as": "n"} */
typedef struct {
    JsonNode *pieces; /* borrowed */
    int64_t count;
    char *as;
} filling_t;

static bool read_filling_pieces(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    (void)reader;
    (void)member;
    ((filling_t *)object)->pieces = node;
    return true;
}

static const member_t filling_members[] = {
    {"repeat", read_filling_pieces, 0, true, 0, 0},
    {"count", read_integer, offsetof(filling_t, count), true, 0, REPEAT_MAX},
    {"as", read_string, offsetof(filling_t, as), false, 0, 0},
    {NULL, NULL, 0, false, 0, 0},
};

static bool add_filling(reader_t *reader, JsonNode *node, template_t *template)
{
    filling_t filling = {0};
    unsigned slot;
    bool ok = read_members(reader, node, filling_members, &filling);
    if (ok && reader_push_counter(reader, filling.as ? filling.as : "n", &slot)) {
        template_t *body = template_add_repetition(template, (uint64_t)filling.count, slot, '\0');
        size_t mark = reader_enter(reader, "repeat", 0);
        ok = add_piece_or_pieces(reader, filling.pieces, body);
        reader_leave(reader, mark);
        reader_pop_counter(reader);
    }
    g_free(filling.as);
    return ok && !reader->error;
}

/* {"hex": "00 ff"} and {"json": value} */
static bool read_hex_piece(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    (void)member;
    return add_hex(reader, node, object);
}

static bool read_json_piece(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    (void)member;
    return add_value(reader, node, object);
}

static bool add_object_piece(reader_t *reader, JsonNode *node, template_t *template)
{
    static const member_t hex_members[] = {{"hex", read_hex_piece, 0, true, 0, 0}, {0}};
    static const member_t json_members[] = {{"json", read_json_piece, 0, true, 0, 0}, {0}};
    JsonObject *object = json_node_get_object(node);
    if (json_object_has_member(object, "repeat")) {
        return add_filling(reader, node, template);
    }
    if (json_object_has_member(object, "hex")) {
        return read_members(reader, node, hex_members, template);
    }
    return json_object_has_member(object, "json")
               ? read_members(reader, node, json_members, template)
               : reader_fail(reader, "a piece has \"hex\", \"json\", or \"repeat\" and \"count\"");
}

static bool add_piece(reader_t *reader, JsonNode *node, void *object)
{
    template_t *template = object;
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        return add_object_piece(reader, node, template);
    }
    return reader_expect(reader, node, "a piece (a string or an object)", node_is_string(node)) &&
           add_text(reader, template, json_node_get_string(node), false);
}

static bool add_piece_or_pieces(reader_t *reader, JsonNode *node, template_t *template)
{
    return JSON_NODE_HOLDS_ARRAY(node) ? read_elements(reader, node, template, add_piece)
                                       : add_piece(reader, node, template);
}

/* ---- readers for tables ---- */

static template_t *target(const member_t *member, void *object)
{
    template_t **template = (template_t **)(void *)((char *)object + member->offset);
    *template = template_new();
    return *template;
}

bool read_payload(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    return add_value(reader, node, target(member, object));
}

static bool add_line(reader_t *reader, JsonNode *node, void *object)
{
    return reader_expect(reader, node, "a string", node_is_string(node)) &&
           add_text(reader, object, json_node_get_string(node), false);
}

bool read_text(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    template_t *template = target(member, object);
    return JSON_NODE_HOLDS_ARRAY(node) ? read_elements(reader, node, template, add_line)
                                       : add_line(reader, node, template);
}

bool read_hex(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    return add_hex(reader, node, target(member, object));
}

bool read_pieces(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    return add_piece_or_pieces(reader, node, target(member, object));
}
