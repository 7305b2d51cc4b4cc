/* documents.c
 * Takes requests to the bulk API as Elasticsearch and OpenSearch would, only more strictly.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "documents.h"

#include <gio/gio.h>
#include <string.h>

/* ---- JSON ---- */

typedef struct {
    GHashTable *members; /* by object: how many were parsed */
    char *repeated;      /* the first one of a name that its object had already */
} member_count;

static void count_member(JsonParser *parser G_GNUC_UNUSED, JsonObject *object, const char *name,
                         gpointer data)
{
    member_count *count = data;
    guint members = GPOINTER_TO_UINT(g_hash_table_lookup(count->members, object)) + 1;

    g_hash_table_insert(count->members, object, GUINT_TO_POINTER(members));
    if (members > json_object_get_size(object) && !count->repeated)
        count->repeated = g_strdup(name);
}

static JsonNode *parse(const char *text, member_count *count, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();

    g_signal_connect(parser, "object-member", G_CALLBACK(count_member), count);
    if (!g_utf8_validate(text, -1, NULL)) {
        g_set_error(error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_INVALID_DATA, "no UTF-8");
        return NULL;
    }
    if (!json_parser_load_from_data(parser, text, -1, error))
        return NULL;
    if (count->repeated) {
        g_set_error(error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE, "Duplicate field '%s'",
                    count->repeated);
        return NULL;
    }
    return json_parser_steal_root(parser);
}

JsonNode *json_strictly(const char *text, GError **error)
{
    member_count count = {g_hash_table_new(NULL, NULL), NULL};
    JsonNode *root = parse(text, &count, error);

    g_hash_table_unref(count.members);
    g_free(count.repeated);
    return root;
}

/* ---- documents ---- */

static gboolean is_integer(const char *text, gint64 least, gint64 most)
{
    return g_ascii_string_to_signed(text, 10, least, most, NULL, NULL);
}

static gboolean is_double(const char *text)
{
    char *end;

    g_ascii_strtod(text, &end);
    return end != text && *end == '\0' && !strpbrk(text, "xX");
}

static gboolean is_date(const char *text)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, utc);

    return date || is_integer(text, G_MININT64, G_MAXINT64);
}

static gboolean is_address(const char *text)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

    return address != NULL;
}

static gboolean is_of_type(const char *text, const char *type)
{
    static const struct {
        const char *type;
        gint64 least, most;
    } integers[] = {{"byte", G_MININT8, G_MAXINT8},
                    {"short", G_MININT16, G_MAXINT16},
                    {"integer", G_MININT32, G_MAXINT32},
                    {"long", G_MININT64, G_MAXINT64}};

    for (guint i = 0; i < G_N_ELEMENTS(integers); i++)
        if (strcmp(type, integers[i].type) == 0)
            return is_integer(text, integers[i].least, integers[i].most);
    if (strcmp(type, "double") == 0 || strcmp(type, "float") == 0)
        return is_double(text);
    if (g_str_has_prefix(type, "date"))
        return is_date(text);
    if (strcmp(type, "boolean") == 0)
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    if (strcmp(type, "ip") == 0)
        return is_address(text);
    return strcmp(type, "keyword") == 0;
}

static gboolean misfit(GError **error, const char *name, const char *what)
{
    g_set_error(error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_INVALID_DATA, "field [%s]: %s", name, what);
    return FALSE;
}

static gboolean object_fits(JsonObject *object, JsonObject *mapping, GError **error);

static gboolean value_fits(const char *name, JsonNode *value, JsonObject *mapping, GError **error)
{
    if (JSON_NODE_HOLDS_ARRAY(value)) {
        JsonArray *array = json_node_get_array(value);
        for (guint i = 0; i < json_array_get_length(array); i++)
            if (!value_fits(name, json_array_get_element(array, i), mapping, error))
                return FALSE;
        return TRUE;
    }
    if (JSON_NODE_HOLDS_OBJECT(value) || !json_object_has_member(mapping, "type"))
        return JSON_NODE_HOLDS_OBJECT(value) && json_object_has_member(mapping, "properties")
                   ? object_fits(json_node_get_object(value), mapping, error)
                   : misfit(error, name, "an object, or no object, where the other is mapped");
    if (!JSON_NODE_HOLDS_VALUE(value))
        return misfit(error, name, "null");
    g_autofree char *text = json_node_get_value_type(value) == G_TYPE_STRING ? json_node_dup_string(value)
                                                                             : json_to_string(value, FALSE);
    return is_of_type(text, json_object_get_string_member(mapping, "type")) || misfit(error, name, text);
}

static gboolean object_fits(JsonObject *object, JsonObject *mapping, GError **error)
{
    JsonObject *properties = json_object_get_object_member(mapping, "properties");
    JsonObjectIter members;
    const char *name;
    JsonNode *value;

    json_object_iter_init(&members, object);
    while (json_object_iter_next(&members, &name, &value)) {
        if (!json_object_has_member(properties, name))
            return misfit(error, name, "is not mapped");
        if (!value_fits(name, value, json_object_get_object_member(properties, name), error))
            return FALSE;
    }
    return TRUE;
}

gboolean document_fits(JsonNode *document, JsonNode *mapping, GError **error)
{
    JsonObject *mappings = json_object_get_object_member(json_node_get_object(mapping), "mappings");

    if (!JSON_NODE_HOLDS_OBJECT(document))
        return misfit(error, "document", "no object");
    return object_fits(json_node_get_object(document), mappings, error);
}

/* ---- bulk requests ---- */

static void bulk_item_free(bulk_item *item)
{
    g_free(item->index);
    g_free(item->id);
    g_free(item->text);
    g_free(item);
}

/* An action: {"index":{"_index":"...","_id":"..."}}, and nothing else. */
static gboolean read_action(const char *line, bulk_item *item, GError **error)
{
    g_autoptr(JsonNode) node = json_strictly(line, error);
    JsonObject *object, *action;

    if (!node)
        return FALSE;
    object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    if (!object || json_object_get_size(object) != 1 || !json_object_has_member(object, "index"))
        return misfit(error, "action", line);
    action = json_object_get_object_member(object, "index");
    if (json_object_get_size(action) != 2 || !json_object_has_member(action, "_index") ||
        !json_object_has_member(action, "_id"))
        return misfit(error, "index", line);
    item->index = g_strdup(json_object_get_string_member(action, "_index"));
    item->id = g_strdup(json_object_get_string_member(action, "_id"));
    return TRUE;
}

GPtrArray *bulk_items(const char *body, gsize length, GError **error)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func((GDestroyNotify)bulk_item_free);
    g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
    guint count = g_strv_length(lines);

    if (strlen(body) != length || count < 3 || *lines[count - 1] != '\0' || count % 2 == 0) {
        misfit(error, "request", "not two lines for each document, each with its end");
        return NULL;
    }
    for (guint i = 0; i + 1 < count; i += 2) {
        bulk_item *item = g_new0(bulk_item, 1);
        g_ptr_array_add(items, item);
        if (!read_action(lines[i], item, error))
            return NULL;
        item->text = g_strdup(lines[i + 1]);
    }
    return g_steal_pointer(&items);
}
