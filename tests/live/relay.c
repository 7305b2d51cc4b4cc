/* Key relay (7.1): its messages, and what a node does with the keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "relay.h"

#include <string.h>

#define HASH      "hash"
#define HASH_NAME "hash algorithm"

static JsonArray *transit_of(const relay_t *relay)
{
    int step = relay->source < relay->destination ? 1 : -1;
    JsonArray *transit = json_array_new();

    for (int i = relay->source + step; i != relay->destination; i += step)
        json_array_add_string_element(transit, cast[i].kma_id);
    return transit;
}

static JsonObject *hash_extension(const guint8 *key, gsize size, gboolean wrong)
{
    JsonObject *extension = json_object_new();
    g_autofree char *hash = key_material_sha256(key, wrong ? size - 1 : size);

    json_object_set_string_member(extension, HASH_NAME, "SHA-256");
    json_object_set_string_member(extension, HASH, hash);
    return extension;
}

static JsonObject *new_key(const relay_t *relay, guint number)
{
    JsonObject *file = json_object_new();
    g_autofree char *label = g_strdup_printf("%s to %s, %s, key %u", cast[relay->source].kma_id,
                                             cast[relay->destination].kma_id, relay->request_id, number);
    g_autofree char *id = key_material_uuid(label);
    g_autofree guint8 *key = key_material(label, relay->key_size);
    g_autofree char *text = key_encode(key, relay->key_size, KEY_BASE64);
    gboolean wrong = relay->wrong_hash && number + 1 == relay->key_count;

    json_object_set_string_member(file, KEY_ID, id);
    json_object_set_string_member(file, KEY, text);
    if (relay->with_hash)
        json_object_set_object_member(file, KEY_EXTENSION, hash_extension(key, relay->key_size, wrong));
    return file;
}

/* Text that is not ASCII, a number and an object. */
static JsonArray *new_extension(void)
{
    JsonArray *extension = json_array_new();
    JsonObject *first = json_object_new(), *second = json_object_new(), *policy = json_object_new();

    json_object_set_string_member(first, "route", "東海道");
    json_object_set_int_member(first, "priority", 3);
    json_object_set_boolean_member(policy, "authenticated", TRUE);
    json_object_set_int_member(policy, "lifetime", 86400);
    json_object_set_object_member(second, "policy", policy);
    json_array_add_object_element(extension, first);
    json_array_add_object_element(extension, second);
    return extension;
}

JsonObject *relay_parameters(const relay_t *relay)
{
    JsonObject *parameters = json_object_new();
    JsonArray *transit = transit_of(relay), *keys = json_array_new();

    for (guint i = 0; i < relay->key_count; i++)
        json_array_add_object_element(keys, new_key(relay, i));
    json_object_set_string_member(parameters, SOURCE_KMA_ID, cast[relay->source].kma_id);
    json_object_set_string_member(parameters, DESTINATION_KMA_ID, cast[relay->destination].kma_id);
    json_object_set_array_member(parameters, TRANSIT_KMA_IDS, transit);
    json_object_set_array_member(parameters, KEYS, keys);
    if (relay->request_id)
        json_object_set_string_member(parameters, KEY_RELAY_REQUEST_ID, relay->request_id);
    if (relay->with_extension)
        json_object_set_array_member(parameters, EXTENSION, new_extension());
    return parameters;
}

static void apply_pad(guint8 *bytes, gsize size, const km_t *sender, const km_t *receiver, const char *id)
{
    g_autofree char *label = g_strdup_printf("pad of %s - %s, %s", sender->kma_id, receiver->kma_id, id);
    g_autofree guint8 *pad = key_material(label, size);

    for (gsize i = 0; i < size; i++)
        bytes[i] ^= pad[i];
}

/* What an object has, but for one member. */
static JsonObject *with_member(JsonObject *object, const char *name, JsonNode *value)
{
    JsonObject *copy = json_object_new();
    JsonObjectIter iter;
    const char *member;
    JsonNode *node;

    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &member, &node))
        json_object_set_member(copy, member, strcmp(member, name) == 0 ? value : json_node_copy(node));
    return copy;
}

static JsonObject *recode_key(JsonObject *file, const km_t *sender, const km_t *receiver,
                              enum key_encoding from, enum key_encoding to)
{
    JsonNode *value = json_node_new(JSON_NODE_VALUE);
    gsize size;
    g_autofree guint8 *key = key_decode(json_object_get_string_member(file, KEY), &size, from);
    g_autofree char *text = NULL;

    apply_pad(key, size, sender, receiver, json_object_get_string_member(file, KEY_ID));
    text = key_encode(key, size, to);
    json_node_set_string(value, text);
    return with_member(file, KEY, value);
}

static JsonObject *recode_keys(JsonObject *parameters, const km_t *sender, const km_t *receiver,
                               enum key_encoding from, enum key_encoding to)
{
    JsonArray *keys = json_object_get_array_member(parameters, KEYS), *recoded = json_array_new();
    JsonNode *value = json_node_new(JSON_NODE_ARRAY);

    for (guint i = 0; i < json_array_get_length(keys); i++)
        json_array_add_object_element(
            recoded, recode_key(json_array_get_object_element(keys, i), sender, receiver, from, to));
    json_node_take_array(value, recoded);
    return with_member(parameters, KEYS, value);
}

JsonObject *relay_encrypt(JsonObject *parameters, const km_t *sender, const km_t *receiver)
{
    return recode_keys(parameters, sender, receiver, KEY_BASE64, sender->key_encoding);
}

JsonObject *relay_decrypt(JsonObject *parameters, const km_t *sender, const km_t *receiver)
{
    return recode_keys(parameters, sender, receiver, sender->key_encoding, KEY_BASE64);
}

static gboolean is_intact(JsonObject *file)
{
    JsonObject *extension = json_object_has_member(file, KEY_EXTENSION)
                                ? json_object_get_object_member(file, KEY_EXTENSION)
                                : NULL;
    gsize size;
    g_autofree guint8 *key = NULL;
    g_autofree char *hash = NULL;

    if (!extension)
        return TRUE;
    key = g_base64_decode(json_object_get_string_member(file, KEY), &size);
    hash = key_material_sha256(key, size);
    return strcmp(hash, json_object_get_string_member(extension, HASH)) == 0;
}

static char *verdict(JsonObject *parameters)
{
    JsonArray *keys = json_object_get_array_member(parameters, KEYS);

    for (guint i = 0; i < json_array_get_length(keys); i++) {
        JsonObject *file = json_array_get_object_element(keys, i);
        if (!is_intact(file))
            return g_strdup_printf("failure: hash mismatch of key %s",
                                   json_object_get_string_member(file, KEY_ID));
    }
    return g_strdup("success");
}

JsonObject *relay_completion(JsonObject *parameters)
{
    JsonObject *completion = json_object_new();
    g_autofree char *response = verdict(parameters);

    json_object_set_string_member(completion, RESPONSE, response);
    if (json_object_has_member(parameters, KEY_RELAY_REQUEST_ID))
        json_object_set_string_member(completion, KEY_RELAY_REQUEST_ID,
                                      json_object_get_string_member(parameters, KEY_RELAY_REQUEST_ID));
    return completion;
}
