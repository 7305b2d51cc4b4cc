/* kx-params-keys.c
 * Keys, the key files in it, and the Key IDs of responses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params-walk.h"

#include "kx-details.h"
#include "kx-key-material.h"
#include "kx-prefs.h"
#include "kx-table.h"

static void add_key_count(const kx_walk *w, proto_tree *tree, uint32_t count)
{
    proto_item_set_generated(proto_tree_add_uint(tree, kx_hf.keys_count, w->tvb, 0, 0, count));
}

/* Keeps the hash of a Key ID, to find it again in other messages. */
static void remember_key_id(kx_walk *w, kx_view id)
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

void kx_take_key_id(kx_walk *w, proto_tree *tree _U_, proto_item *item _U_, const kx_json_token *value,
                    const char *text _U_, bool first)
{
    kx_view id = kx_view_of(w, value);

    if (!w->in_key_file && !w->repeated) {
        w->message->key_count++;
        kx_details_add_key(w->message->details);
        kx_details_set_key_id(w->message->details, id.bytes, id.length);
    }
    if (!w->in_key_file || !first)
        return;
    if (!w->keys_repeated) {
        remember_key_id(w, id);
        kx_details_set_key_id(w->message->details, id.bytes, id.length);
    }
    proto_item_set_text(w->key_file, "Key file: %.*s", (int)id.length, id.bytes);
}

void kx_take_key(kx_walk *w, proto_tree *tree, proto_item *item, const kx_json_token *value,
                 const char *text _U_, bool first _U_)
{
    if (value->type < KX_JSON_TRUE && (w->message->details || kx_is_wanted(tree, kx_hf.key_size))) {
        kx_view key = kx_view_of(w, value);
        uint32_t bits;
        if (kx_key_material_bits(key.bytes, key.length, (kx_encoding)kx_prefs.key_encoding, &bits)) {
            proto_item_set_generated(proto_tree_add_uint(tree, kx_hf.key_size, w->tvb, 0, 0, bits));
            if (!w->repeated && !w->keys_repeated)
                kx_details_set_key_bits(w->message->details, bits);
        }
    }
    if (kx_may_be_key(value))
        kx_found_key_data(w, item);
}

/* Reads the object that is one entry of Keys. */
static void show_key_file(kx_walk *w, proto_tree *tree)
{
    uint32_t start = w->reader->token.start;
    const kx_parameter_table *outer = w->table;

    w->in_key_file = true;
    if (!w->keys_repeated)
        kx_details_add_key(w->message->details);
    w->key_file = kx_open_item(w, tree, kx_hf.key, start);
    kx_walk_object(w, &kx_parameter_tables[outer->key_files], proto_item_add_subtree(w->key_file, kx_ett.key),
                   w->key_file);
    kx_close_item(w, w->key_file, start);
    w->in_key_file = false;
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

/* One object where an array of them is due is taken for the only key file. */
proto_item *kx_show_keys(kx_walk *w, kx_parameter parameter, proto_tree *tree)
{
    kx_json_token value = w->reader->token;
    proto_item *item = kx_open_item(w, tree, kx_hf.parameters[parameter], value.start);
    proto_tree *subtree = proto_item_add_subtree(item, kx_ett.keys);
    bool repeated = w->keys_repeated = w->repeated;
    uint32_t count = 0;

    if (value.type == KX_JSON_ARRAY) {
        count = show_key_files(w, parameter, subtree);
    } else if (value.type == KX_JSON_OBJECT) {
        show_key_file(w, subtree);
        count = 1;
    } else {
        kx_show_plain(w, subtree);
    }
    if (value.type != KX_JSON_ARRAY)
        kx_note_wrong_type(w, parameter, item, kx_json_type_name(value.type));
    kx_close_item(w, item, value.start);
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
