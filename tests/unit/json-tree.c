/* json-tree.c
 * Tokens into json-glib's tree, without recursion.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-tree.h"

#include <stdlib.h>
#include <string.h>

static char *unescape(const kx_json_reader *reader, bool *beyond)
{
    const kx_json_token *token = &reader->token;
    char *out = g_malloc(token->end - token->start + 1);

    kx_json_unescape(reader->text, token->start, token->end, out);
    /* The reader leaves \u0000 as it stands; json-glib puts a NUL. */
    if (token->escaped && strstr(out, "\\u0000"))
        *beyond = true;
    return out;
}

static JsonNode *number(const kx_json_reader *reader, bool *beyond)
{
    const kx_json_token *token = &reader->token;
    char *digits = g_strndup((const char *)reader->text + token->start, token->end - token->start);
    JsonNode *node = json_node_new(JSON_NODE_VALUE);
    int64_t value = 0;

    if (strpbrk(digits, ".eE")) {
        json_node_set_double(node, g_ascii_strtod(digits, NULL));
    } else {
        if (!kx_json_int64(reader->text, token->start, token->end, &value))
            *beyond = true;
        json_node_set_int(node, value);
    }
    g_free(digits);
    return node;
}

/* The node of the value the reader stands at; containers come back empty. */
static JsonNode *node_of(const kx_json_reader *reader, bool *beyond)
{
    JsonNode *node;
    char *string;

    switch (reader->token.type) {
    case KX_JSON_OBJECT:
        node = json_node_new(JSON_NODE_OBJECT);
        json_node_take_object(node, json_object_new());
        return node;
    case KX_JSON_ARRAY:
        node = json_node_new(JSON_NODE_ARRAY);
        json_node_take_array(node, json_array_new());
        return node;
    case KX_JSON_NUMBER:
        return number(reader, beyond);
    case KX_JSON_TRUE:
    case KX_JSON_FALSE:
        return json_node_init_boolean(json_node_alloc(), reader->token.type == KX_JSON_TRUE);
    case KX_JSON_STRING:
        string = unescape(reader, beyond);
        node = json_node_init_string(json_node_alloc(), string);
        g_free(string);
        return node;
    case KX_JSON_NONFINITE: /* a fault that is stepped over: the text is invalid, whatever else it holds */
        return json_node_init_null(json_node_alloc());
    default:
        g_assert_cmpint(reader->token.type, ==, KX_JSON_NULL);
        return json_node_init_null(json_node_alloc());
    }
}

/* Puts a finished node where it belongs. */
static void put(GPtrArray *open, GPtrArray *names, JsonNode **root, JsonNode *node)
{
    if (open->len == 0) {
        g_assert_null(*root);
        *root = node;
        return;
    }
    JsonNode *parent = g_ptr_array_index(open, open->len - 1);
    if (JSON_NODE_HOLDS_ARRAY(parent)) {
        json_array_add_element(json_node_get_array(parent), node);
        return;
    }
    char *name = g_ptr_array_steal_index(names, names->len - 1);
    json_object_set_member(json_node_get_object(parent), name, node);
    g_free(name);
}

JsonNode *json_tree_read(const uint8_t *text, uint32_t length, bool *beyond)
{
    kx_json_reader *reader = malloc(sizeof *reader);
    GPtrArray *open = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    JsonNode *root = NULL;
    kx_json_type type;

    *beyond = false;
    kx_json_init(reader, text, length);
    while ((type = kx_json_next(reader)) > KX_JSON_FAULT) {
        if (type == KX_JSON_NAME) {
            g_ptr_array_add(names, unescape(reader, beyond));
        } else if (type == KX_JSON_OBJECT || type == KX_JSON_ARRAY) {
            g_ptr_array_add(open, node_of(reader, beyond));
        } else if (type == KX_JSON_OBJECT_END || type == KX_JSON_ARRAY_END) {
            g_assert_cmpuint(open->len, >, 0);
            put(open, names, &root, g_ptr_array_steal_index(open, open->len - 1));
        } else {
            put(open, names, &root, node_of(reader, beyond));
        }
    }
    if (type == KX_JSON_END) {
        g_assert_nonnull(root);
        g_assert_cmpuint(open->len, ==, 0);
        g_assert_cmpuint(names->len, ==, 0);
    } else {
        g_clear_pointer(&root, json_node_unref);
    }
    g_ptr_array_unref(names);
    g_ptr_array_unref(open);
    free(reader);
    return root;
}
