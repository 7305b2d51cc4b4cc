/* Reads `tshark -T json`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output-run.h"
#include "value.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    values_t *values;
    const field_table_t *fields;
    guint frame;
} collector_t;

static void collect_node(collector_t *collector, const char *name, JsonNode *node);

static void add_value(collector_t *collector, const char *name, const char *shown)
{
    const char *type = field_table_type(collector->fields, name);
    g_autofree char *value = NULL;

    if (*type == '\0')
        return;
    value = value_comparable(type, shown);
    values_add(collector->values, collector->frame, name, value);
}

/* Later versions may write numbers and booleans without quotes. */
static void collect_scalar(collector_t *collector, const char *name, JsonNode *node)
{
    g_autofree char *text = json_to_string(node, FALSE);

    if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
        add_value(collector, name, json_node_get_string(node));
    else
        add_value(collector, name, text);
}

static void collect_member(JsonObject *object, const char *name, JsonNode *node, gpointer user_data)
{
    (void)object;
    collect_node(user_data, name, node);
}

static void collect_element(collector_t *collector, const char *name, JsonArray *array)
{
    for (guint i = 0; i < json_array_get_length(array); i++)
        collect_node(collector, name, json_array_get_element(array, i));
}

/* A field that has fields below it but no value is an object. One with a value has the former in name_tree,
 * which is the name of no field. */
static void collect_node(collector_t *collector, const char *name, JsonNode *node)
{
    if (JSON_NODE_HOLDS_ARRAY(node)) {
        collect_element(collector, name, json_node_get_array(node));
    } else if (JSON_NODE_HOLDS_OBJECT(node)) {
        add_value(collector, name, "");
        json_object_foreach_member(json_node_get_object(node), collect_member, collector);
    } else {
        collect_scalar(collector, name, node);
    }
}

/* Returns the object at a member of an object; NULL if there is none. */
static JsonObject *member_object(JsonObject *object, const char *name)
{
    JsonNode *node = object ? json_object_get_member(object, name) : NULL;

    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static void collect_frame(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
    collector_t *collector = user_data;
    JsonObject *packet = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    JsonObject *layers = member_object(member_object(packet, "_source"), "layers");
    JsonObject *frame = member_object(layers, "frame");
    JsonNode *number = frame ? json_object_get_member(frame, "frame.number") : NULL;
    g_autofree char *text = number ? json_to_string(number, FALSE) : NULL;

    (void)array;
    (void)index;
    if (!text)
        return;
    collector->frame = (guint)strtoul(*text == '"' ? text + 1 : text, NULL, 10);
    json_object_foreach_member(layers, collect_member, collector);
}

static values_t *collect(JsonNode *root, const field_table_t *fields, GError **error)
{
    collector_t collector = {.values = values_new(), .fields = fields};

    if (root && JSON_NODE_HOLDS_ARRAY(root)) {
        json_array_foreach_element(json_node_get_array(root), collect_frame, &collector);
        return collector.values;
    }
    g_tree_unref(collector.values);
    g_set_error(error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE, "-T json is no array");
    return NULL;
}

values_t *output_json(const capture_t *capture, const char *const *how, GError **error)
{
    g_autofree char *output = output_run(capture, output_command(capture, how, "json"), error);
    g_autoptr(JsonParser) parser = json_parser_new();

    if (!output || !json_parser_load_from_data(parser, output, -1, error))
        return NULL;
    return collect(json_parser_get_root(parser), capture->fields, error);
}
