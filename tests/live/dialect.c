/* The spellings of the parameters' names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialect.h"
#include "message.h"

#include <string.h>

static const char *const standard_names[] = {
    SOURCE_KMA_ID,        DESTINATION_KMA_ID, TRANSIT_KMA_IDS, KEYS,           KEY_ID,      KEY,
    KEY_EXTENSION,        RESPONSE,           SESSION_ID,      NUMBER_OF_KEYS, SIZE_OF_KEY, EXTENSION,
    KEY_RELAY_REQUEST_ID,
};

static char *spell(const char *name, enum spelling spelling)
{
    GString *text = g_string_new(NULL);
    gboolean begins_word = FALSE;

    if (spelling == SPELLING_PROSE)
        return g_string_free(g_string_append(text, name), FALSE);
    for (; *name != '\0'; name++) {
        if (*name != ' ')
            g_string_append_c(text, begins_word && spelling == SPELLING_CAMEL ? g_ascii_toupper(*name)
                                                                              : g_ascii_tolower(*name));
        else if (spelling == SPELLING_SNAKE)
            g_string_append_c(text, '_');
        begins_word = *name == ' ';
    }
    return g_string_free(text, FALSE);
}

/* The standard's name of what is spelled in any way; the name itself if it is none of the standard's. */
static const char *unspell(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(standard_names); i++)
        for (enum spelling spelling = SPELLING_PROSE; spelling <= SPELLING_CAMEL; spelling++) {
            g_autofree char *spelled = spell(standard_names[i], spelling);
            if (strcmp(spelled, name) == 0)
                return standard_names[i];
        }
    return name;
}

static JsonObject *rename_object(JsonObject *object, gboolean write, enum spelling spelling);

static JsonNode *rename_array(JsonArray *array, gboolean write, enum spelling spelling)
{
    JsonArray *renamed = json_array_new();
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);

    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);
        if (JSON_NODE_HOLDS_OBJECT(element))
            json_array_add_object_element(renamed,
                                          rename_object(json_node_get_object(element), write, spelling));
        else
            json_array_add_element(renamed, json_node_copy(element));
    }
    json_node_take_array(node, renamed);
    return node;
}

static JsonObject *rename_object(JsonObject *object, gboolean write, enum spelling spelling)
{
    JsonObject *renamed = json_object_new();
    JsonObjectIter iter;
    const char *name;
    JsonNode *value;

    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &name, &value)) {
        g_autofree char *new_name = write ? spell(name, spelling) : g_strdup(unspell(name));
        const char *standard_name = write ? name : new_name;
        if (JSON_NODE_HOLDS_ARRAY(value) && strcmp(standard_name, EXTENSION) != 0)
            value = rename_array(json_node_get_array(value), write, spelling);
        else
            value = json_node_copy(value);
        json_object_set_member(renamed, new_name, value);
    }
    return renamed;
}

JsonNode *dialect_write(JsonObject *parameters, enum spelling spelling)
{
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    json_node_take_object(node, rename_object(parameters, TRUE, spelling));
    return node;
}

JsonObject *dialect_read(JsonNode *payload)
{
    return rename_object(json_node_get_object(payload), FALSE, SPELLING_PROSE);
}
