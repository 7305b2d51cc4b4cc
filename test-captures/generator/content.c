/* The forms in which a scenario gives bytes.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "content.h"

#include <string.h>

enum { REPEAT_MAX = 1 << 24 };

static bool add_text(struct reader *reader, struct template *template, const char *text, bool json)
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

static bool add_value(struct reader *reader, JsonNode *node, struct template *template);

static bool add_string(struct reader *reader, const char *text, struct template *template)
{
    template_add_bytes(template, "\"", 1);
    bool ok = add_text(reader, template, text, true);
    template_add_bytes(template, "\"", 1);
    return ok;
}

/* An array element that stands for many: {"$repeat": 480, "$as": "k", "$item": ...}. */
struct generated {
    int64_t count;
    char *as;
    JsonNode *item; /* borrowed */
};

static bool read_item(struct reader *reader, JsonNode *node, const struct member *member, void *object)
{
    (void)reader;
    (void)member;
    ((struct generated *)object)->item = node;
    return true;
}

static const struct member generated_members[] = {
    {"$repeat", read_integer, offsetof(struct generated, count), true, 1, REPEAT_MAX},
    {"$as", read_string, offsetof(struct generated, as), false, 0, 0},
    {"$item", read_item, 0, true, 0, 0},
    {NULL, NULL, 0, false, 0, 0},
};

static bool add_generated(struct reader *reader, JsonNode *node, struct template *template)
{
    struct generated generated = {0};
    unsigned slot;
    bool ok = read_members(reader, node, generated_members, &generated);
    if (ok && reader_push_counter(reader, generated.as ? generated.as : "k", &slot)) {
        struct template *body = template_add_repetition(template, (uint64_t)generated.count, slot, ',');
        size_t mark = reader_enter(reader, "$item", 0);
        ok = add_value(reader, generated.item, body);
        reader_leave(reader, mark);
        reader_pop_counter(reader);
    }
    g_free(generated.as);
    return ok && !reader->error;
}

static bool add_element(struct reader *reader, JsonNode *node, void *object)
{
    struct template *template = object;
    bool generated =
        JSON_NODE_HOLDS_OBJECT(node) && json_object_has_member(json_node_get_object(node), "$repeat");
    return generated ? add_generated(reader, node, template) : add_value(reader, node, template);
}

struct array_writer {
    struct template *template;
    bool started;
};

static bool add_separated_element(struct reader *reader, JsonNode *node, void *object)
{
    struct array_writer *writer = object;
    template_add_bytes(writer->template, ",", writer->started ? 1 : 0);
    writer->started = true;
    return add_element(reader, node, writer->template);
}

static bool add_array(struct reader *reader, JsonNode *node, struct template *template)
{
    struct array_writer writer = {template, false};
    template_add_bytes(template, "[", 1);
    bool ok = read_elements(reader, node, &writer, add_separated_element);
    template_add_bytes(template, "]", 1);
    return ok;
}

static bool add_member(struct reader *reader, JsonObject *object, const char *name, struct template *template)
{
    size_t mark = reader_enter(reader, name, 0);
    bool ok = add_string(reader, name, template);
    template_add_bytes(template, ":", 1);
    ok = ok && add_value(reader, json_object_get_member(object, name), template);
    reader_leave(reader, mark);
    return ok;
}

static bool add_object(struct reader *reader, JsonNode *node, struct template *template)
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

static bool add_scalar(JsonNode *node, struct template *template)
{
    char *text = json_to_string(node, FALSE);
    template_add_bytes(template, text, strlen(text));
    g_free(text);
    return true;
}

static bool add_value(struct reader *reader, JsonNode *node, struct template *template)
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

static bool add_hex(struct reader *reader, JsonNode *node, struct template *template)
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

static bool add_piece_or_pieces(struct reader *reader, JsonNode *node, struct template *template);

/* {"repeat": piece or pieces, "count": N, "as": "n"} */
struct filling {
    JsonNode *pieces; /* borrowed */
    int64_t count;
    char *as;
};

static bool read_filling_pieces(struct reader *reader, JsonNode *node, const struct member *member,
                                void *object)
{
    (void)reader;
    (void)member;
    ((struct filling *)object)->pieces = node;
    return true;
}

static const struct member filling_members[] = {
    {"repeat", read_filling_pieces, 0, true, 0, 0},
    {"count", read_integer, offsetof(struct filling, count), true, 0, REPEAT_MAX},
    {"as", read_string, offsetof(struct filling, as), false, 0, 0},
    {NULL, NULL, 0, false, 0, 0},
};

static bool add_filling(struct reader *reader, JsonNode *node, struct template *template)
{
    struct filling filling = {0};
    unsigned slot;
    bool ok = read_members(reader, node, filling_members, &filling);
    if (ok && reader_push_counter(reader, filling.as ? filling.as : "n", &slot)) {
        struct template *body = template_add_repetition(template, (uint64_t)filling.count, slot, '\0');
        size_t mark = reader_enter(reader, "repeat", 0);
        ok = add_piece_or_pieces(reader, filling.pieces, body);
        reader_leave(reader, mark);
        reader_pop_counter(reader);
    }
    g_free(filling.as);
    return ok && !reader->error;
}

/* {"hex": "00 ff"} and {"json": value} */
static bool read_hex_piece(struct reader *reader, JsonNode *node, const struct member *member, void *object)
{
    (void)member;
    return add_hex(reader, node, object);
}

static bool read_json_piece(struct reader *reader, JsonNode *node, const struct member *member, void *object)
{
    (void)member;
    return add_value(reader, node, object);
}

static bool add_object_piece(struct reader *reader, JsonNode *node, struct template *template)
{
    static const struct member hex_members[] = {{"hex", read_hex_piece, 0, true, 0, 0}, {0}};
    static const struct member json_members[] = {{"json", read_json_piece, 0, true, 0, 0}, {0}};
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

static bool add_piece(struct reader *reader, JsonNode *node, void *object)
{
    struct template *template = object;
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        return add_object_piece(reader, node, template);
    }
    return reader_expect(reader, node, "a piece (a string or an object)", node_is_string(node)) &&
           add_text(reader, template, json_node_get_string(node), false);
}

static bool add_piece_or_pieces(struct reader *reader, JsonNode *node, struct template *template)
{
    return JSON_NODE_HOLDS_ARRAY(node) ? read_elements(reader, node, template, add_piece)
                                       : add_piece(reader, node, template);
}

/* ---- readers for tables ---- */

static struct template *target(const struct member *member, void *object)
{
    struct template **template = (struct template **)(void *)((char *)object + member->offset);
    *template = template_new();
    return *template;
}

bool read_payload(struct reader *reader, JsonNode *node, const struct member *member, void *object)
{
    return add_value(reader, node, target(member, object));
}

static bool add_line(struct reader *reader, JsonNode *node, void *object)
{
    return reader_expect(reader, node, "a string", node_is_string(node)) &&
           add_text(reader, object, json_node_get_string(node), false);
}

bool read_text(struct reader *reader, JsonNode *node, const struct member *member, void *object)
{
    struct template *template = target(member, object);
    return JSON_NODE_HOLDS_ARRAY(node) ? read_elements(reader, node, template, add_line)
                                       : add_line(reader, node, template);
}

bool read_hex(struct reader *reader, JsonNode *node, const struct member *member, void *object)
{
    return add_hex(reader, node, target(member, object));
}

bool read_pieces(struct reader *reader, JsonNode *node, const struct member *member, void *object)
{
    return add_piece_or_pieces(reader, node, target(member, object));
}
