/* kx-params-keys.c
 * Keys, the key files in it, and the Key IDs of responses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params-walk.h"

#include <wsutil/str_util.h>

#include "kx-details.h"
#include "kx-key-material.h"
#include "kx-mask.h"
#include "kx-prefs.h"
#include "kx-table.h"
#include "kx-text.h"

static void add_key_count(const kx_walk *w, proto_tree *tree, uint32_t count)
{
    proto_item_set_generated(proto_tree_add_uint(tree, kx_hf.keys_count, w->tvb, 0, 0, count));
}

/* Keeps the hash of a Key ID, to find it again in other messages. */
static void remember_key_id(kx_walk *w, kx_view id)
{
    kx_message *m = w->message;
    uint32_t room = w->key_id_room;
    uint64_t hash = kx_hash(0, id.bytes, id.length);

    if (!w->in_key_file)
        kx_details_add_key(m->details);
    kx_details_set_key_id(m->details, id.bytes, id.length);
    if (m->key_id_count == 0 && w->in_key_file)
        m->first_key_id = wmem_strndup(w->pinfo->pool, id.bytes, id.length);
    kx_add_hash(w, &m->key_data, m->key_id_count, &room, w->file_key);
    kx_add_hash(w, &m->key_ids, m->key_id_count, &w->key_id_room, hash);
    m->key_id_count++;
    /* A sum: the order of the keys does not matter. */
    m->key_ids_hash += hash;
    w->file_index = m->key_id_count;
}

void kx_take_key_id(kx_walk *w, proto_tree *tree _U_, proto_item *item, const kx_json_token *value,
                    const char *text _U_, bool first)
{
    if (!w->in_key_file) {
        w->message->key_count += !w->repeated;
        if (!w->repeated)
            remember_key_id(w, kx_view_of(w, value));
    } else if (first) {
        if (!w->keys_repeated)
            remember_key_id(w, kx_view_of(w, value));
        if (kx_is_visible(item))
            w->key_file.id =
                kx_text_cut(w->pinfo->pool, kx_text_shown(w->pinfo->pool, kx_shown(w, value)), KX_LINE_MAX);
    }
}

/* ---- Key ---- */

/* Shorter ones may be alike by accident. */
#define KEY_FOR_HASH_MIN 16

/* Keeps the hash of a Key, to find it again under another Key ID: with its file's Key ID, which may stand before or
 * after it. In a masked capture all Keys of one length are alike. */
static void remember_key(kx_walk *w, const kx_json_token *value)
{
    uint32_t length = value->end - value->start;
    const uint8_t *key = w->text + value->start;

    if (w->repeated || w->keys_repeated || length < KEY_FOR_HASH_MIN || kx_mask_is_filler(key, length))
        return;
    w->file_key = kx_hash(0, key, length);
    if (w->file_index)
        w->message->key_data[w->file_index - 1] = w->file_key;
}

static bool measure_key(const kx_walk *w, const kx_json_token *value, uint32_t *bits)
{
    if (value->type == KX_JSON_ARRAY || value->type == KX_JSON_OBJECT)
        return kx_key_material_bytes(w->text + value->start, value->end - value->start, bits);
    kx_view key = kx_view_of(w, value);
    return value->type == KX_JSON_STRING &&
           kx_key_material_bits(key.bytes, key.length, (kx_encoding)kx_prefs.key_encoding, bits);
}

/* A Key, whatever it was sent as: one item. */
proto_item *kx_show_key(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    kx_json_token value = kx_whole_value(w);
    uint32_t bits;

    if (kx_walk_failed(w))
        return NULL;
    proto_item *item = kx_add_text(w, tree, kx_hf.parameters[parameter], &value);
    if (value.type != KX_JSON_STRING)
        kx_note_wrong_type(w, parameter, item, kx_json_type_name(value.type));
    if (value.type < KX_JSON_TRUE)
        remember_key(w, &value);
    if ((w->message->details || kx_is_wanted(tree, kx_hf.key_size)) && measure_key(w, &value, &bits)) {
        proto_item_set_generated(proto_tree_add_uint(tree, kx_hf.key_size, w->tvb, 0, 0, bits));
        if (!w->repeated)
            w->key_file = (kx_key_label){w->key_file.id, true, bits};
        if (!w->repeated && !w->keys_repeated)
            kx_details_set_key_bits(w->message->details, bits);
    }
    return item;
}

/* ---- Keys ---- */

static void label_key_file(proto_item *item, const kx_key_label *label)
{
    if (label->id)
        proto_item_append_text(item, ": %s", label->id);
    if (label->has_bits)
        proto_item_append_text(item, "%s%u %s", label->id ? ", " : ": ", label->bits,
                               plurality(label->bits, "bit", "bits"));
}

/* Reads the object that is one entry of Keys. */
static void show_key_file(kx_walk *w, proto_tree *tree)
{
    uint32_t start = w->reader->token.start;
    const kx_parameter_table *outer = w->table;
    proto_item *item = kx_open_item(w, tree, kx_hf.key, start);

    w->in_key_file = true;
    w->file_key = w->file_index = 0;
    if (!w->keys_repeated)
        kx_details_add_key(w->message->details);
    w->key_file = (kx_key_label){NULL, false, 0};
    kx_walk_object(w, &kx_parameter_tables[outer->key_files], proto_item_add_subtree(item, kx_ett.key), item);
    kx_close_item(w, item, start);
    if (kx_is_visible(item))
        label_key_file(item, &w->key_file);
    w->in_key_file = false;
    w->file_key = 0;
    w->table = outer;
}

/* Reads the entries of Keys. Returns their number, also those that are no objects. */
static uint32_t show_key_files(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    uint32_t count = 0;

    for (; kx_next_element(w); count++) {
        if (w->reader->token.type == KX_JSON_OBJECT)
            show_key_file(w, tree);
        else
            kx_note_wrong_type(w, parameter, kx_show_plain(w, tree), "an array that holds more than objects");
    }
    return count;
}

/* Whether Keys, whose object was just entered, holds Keys in its turn. */
static bool is_envelope(const kx_walk *w)
{
    kx_json_reader ahead;

    kx_json_fork(w->reader, &ahead);
    return !w->in_keys && kx_json_next(&ahead) == KX_JSON_NAME && kx_parameter_at(&ahead) == KX_KEYS;
}

static uint32_t show_entries(kx_walk *w, kx_parameter parameter, proto_tree *tree, proto_item *item);

/* Shows the Keys in Keys. Returns how many entries it has. */
static uint32_t show_keys_in_keys(kx_walk *w, proto_tree *tree)
{
    uint32_t count = 0;

    while (kx_secrets_next(&w->secrets) == KX_JSON_NAME) {
        kx_json_token name = kx_take_name(w);
        bool is_keys = w->secrets.parameter == KX_KEYS && count == 0;

        if (kx_secrets_next(&w->secrets) == KX_JSON_FAULT)
            break;
        if (is_keys)
            count = show_entries(w, KX_KEYS, tree, tree);
        else
            kx_show_member(w, tree, &name);
        if (kx_walk_failed(w))
            break;
    }
    return count;
}

/* One object where an array of them is due is taken for the only key file. */
static uint32_t show_entries(kx_walk *w, kx_parameter parameter, proto_tree *tree, proto_item *item)
{
    kx_json_type type = w->reader->token.type;

    if (type == KX_JSON_ARRAY)
        return show_key_files(w, parameter, tree);
    if (type != KX_JSON_OBJECT) {
        kx_show_plain(w, tree);
        return 0;
    }
    if (is_envelope(w)) {
        w->in_keys = true;
        kx_findings_add(w->findings, KX_ENVELOPE, (int)parameter, item, "Keys is inside Keys");
        return show_keys_in_keys(w, tree);
    }
    show_key_file(w, tree);
    return 1;
}

proto_item *kx_show_keys(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    kx_json_token value = w->reader->token;
    proto_item *item = kx_open_item(w, tree, kx_hf.parameters[parameter], value.start);
    proto_tree *subtree = proto_item_add_subtree(item, kx_ett.keys);
    bool repeated = w->keys_repeated = w->repeated;
    uint32_t count = show_entries(w, parameter, subtree, item);

    if (value.type != KX_JSON_ARRAY)
        kx_note_wrong_type(w, parameter, item, kx_json_type_name(value.type));
    else if (count == 0 && !kx_walk_failed(w))
        kx_note_odd(w, parameter, item, "empty");
    kx_close_item(w, item, value.start);
    if (!kx_walk_failed(w))
        proto_item_append_text(item, ": %u", count);
    if (!repeated) {
        add_key_count(w, subtree, count);
        w->message->has_keys = true;
        w->message->key_count = count;
    }
    return item;
}

/* The Key ID of a key file, or those of a response (Table 4). */
proto_item *kx_show_key_ids(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    if (w->in_key_file)
        return kx_show_strings(w, parameter, tree);
    if (!w->repeated)
        w->message->key_count = 0;
    proto_item *item = kx_show_strings(w, parameter, tree);

    if (!kx_walk_failed(w) && !w->repeated) {
        w->message->has_keys = true;
        add_key_count(w, tree, w->message->key_count);
    }
    return item;
}
