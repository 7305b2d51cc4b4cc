/* kx-params-walk.h
 * What the walk over a payload (kx-params.c) shares with those who show what it meets: values (kx-params-values.c),
 * Keys (kx-params-keys.c), and the fields (kx-params-fields.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_PARAMS_WALK_H
#define KX_PARAMS_WALK_H

#include <string.h>

#include "kx-findings.h"
#include "kx-json.h"
#include "kx-message.h"
#include "kx-secrets.h"

/* ---- fields ---- */

typedef struct {
    int parameters[KX_PARAMETERS]; /* of Tables 1 to 4 */
    int kma_id, keys_count, key, key_size, response_success, parameter_name, parameter_value;
} kx_param_fields;

typedef struct {
    int keys, key, key_extension, extension, parameter;
} kx_param_subtrees;

extern kx_param_fields kx_hf;
extern kx_param_subtrees kx_ett;

/* ---- the walk ---- */

/* What the line of a key file says. */
typedef struct {
    const char *id; /* made fit to be shown; NULL: none so far */
    bool has_bits;
    uint32_t bits; /* the size of its Key */
} kx_key_label;

typedef struct {
    tvbuff_t *tvb;
    int base; /* where the payload begins in tvb */
    packet_info *pinfo;
    const uint8_t *text;
    kx_json_reader *reader;
    kx_secrets secrets;  /* reads it */
    bool name_is_secret; /* the name last read */
    kx_message *message;
    kx_findings *findings;
    const kx_parameter_table *table; /* of the object that is being read */
    bool keys_repeated;              /* Keys, whose entries are being shown, stood in its object before */
    bool repeated;                   /* so did the parameter that is being shown */
    kx_key_label key_file;           /* of the key file that is being read */
    bool in_key_file;
    bool in_keys; /* the Keys that is being read stands in another one */
    bool looked_for_envelope;
    uint32_t envelope;                  /* where the name of the root's member begins that is one; 0: none */
    uint64_t file_key;                  /* of the key file: the hash of its Key, while it has no Key ID */
    uint32_t file_index;                /* of the key file: the index of its Key ID, plus 1; 0: none */
    uint32_t key_id_room, transit_room; /* how many hashes fit where the message keeps them */
    uint64_t *transit_hashes;
    wmem_strbuf_t *transit;
} kx_walk;

/* Shows the value that the reader's token begins, through its end. Returns the item that stands for it. */
typedef proto_item *kx_show(kx_walk *w, kx_parameter parameter, proto_tree *tree);

/* The value of a parameter of the standard, shown as its row says. */
kx_show kx_show_value;

/* A String, and what is sent in its place: any other scalar as its text, an array element by element. */
kx_show kx_show_strings;

/* What else is done with a text. text: the value, escapes decoded, in the packet's pool; NULL if nobody wants to
 * see it and the message does not keep it. first: it is the one that counts for its parameter. */
typedef void kx_with_text(kx_walk *w, proto_tree *tree, proto_item *item, const kx_json_token *value,
                          const char *text, bool first);

kx_show kx_show_keys, kx_show_key_ids;
kx_show kx_show_key;
kx_with_text kx_take_key_id;

/* Notes what conforms to the tables and makes no sense, of one parameter or of the whole message. */
void kx_note_odd(kx_walk *w, kx_parameter parameter, proto_item *item, const char *what);
void kx_note_odd_message(kx_walk *w, proto_item *item);

/* Adds a hash to an array in the packet's pool. room: how many fit so far. */
void kx_add_hash(const kx_walk *w, uint64_t **hashes, uint32_t count, uint32_t *room, uint64_t hash);

/* Reads the object that the reader has just entered, by its table. item: stands for the object. */
void kx_walk_object(kx_walk *w, const kx_parameter_table *table, proto_tree *tree, proto_item *item);

/* Shows the value that the reader's token begins as one that has no field of its own. NULL if it turned out to be
 * invalid. */
proto_item *kx_show_plain(kx_walk *w, proto_tree *tree);

/* Shows a name and its value: a member of an extension, or a parameter that has no field of its own. */
proto_item *kx_show_member(kx_walk *w, proto_tree *tree, const kx_json_token *name);

void kx_note_wrong_type(kx_walk *w, kx_parameter parameter, proto_item *item, const char *found);

/* The same of a value of a parameter; NULL if nobody wants to see it. */
proto_item *kx_add_decoded(const kx_walk *w, proto_tree *tree, int field, const kx_json_token *token,
                           const char *text);

/* A token's text as it may be shown: of a secret, the size, if the user wants keys hidden. */
const char *kx_shown(const kx_walk *w, const kx_json_token *token);

/* ---- what is read ---- */

static inline bool kx_walk_failed(const kx_walk *w)
{
    return w->reader->token.type == KX_JSON_FAULT;
}

static inline int kx_walk_at(const kx_walk *w, uint32_t offset)
{
    return w->base + (int)offset;
}

/* Moves to the next element of the array that is being read. Returns false at its end or at a fault. */
static inline bool kx_next_element(kx_walk *w)
{
    kx_json_type type = kx_secrets_next(&w->secrets);

    return type != KX_JSON_ARRAY_END && type != KX_JSON_FAULT;
}

/* The name at which the reader is. */
static inline kx_json_token kx_take_name(kx_walk *w)
{
    w->name_is_secret = kx_secrets_since(&w->secrets, w->reader->token.start);
    return w->reader->token;
}

/* Extends the reader's token to the whole value, if it begins an object or an array. */
kx_json_token kx_whole_value(kx_walk *w);

/* A token's characters, escapes decoded, in the packet's pool. */
char *kx_decode(const kx_walk *w, const kx_json_token *token);

/* The same without a copy where there are no escapes. */
typedef struct {
    const char *bytes;
    size_t length;
} kx_view;

kx_view kx_view_of(const kx_walk *w, const kx_json_token *token);

/* "an object", "a number" ... */
const char *kx_json_type_name(kx_json_type type);

/* ---- what is shown ---- */

/* Whether anyone will see a field that takes work to compute. Under a parent that is not hidden, as one that
 * Wireshark 4.4 and later print by its name, every field becomes an item. */
static inline bool kx_is_wanted(proto_tree *tree, int field)
{
    return tree && (PTREE_DATA(tree)->visible || !PROTO_ITEM_IS_HIDDEN(tree) ||
                    proto_field_is_referenced(tree, field));
}

/* Whether the line of an item will be read. */
static inline bool kx_is_visible(proto_item *item)
{
    return item && PTREE_DATA(item)->visible;
}

/* Adds a token's text. */
proto_item *kx_add_text(const kx_walk *w, proto_tree *tree, int field, const kx_json_token *token);

/* Opens the item of an object or array, to be closed when it was read. */
static inline proto_item *kx_open_item(const kx_walk *w, proto_tree *tree, int field, uint32_t start)
{
    return proto_tree_add_item(tree, field, w->tvb, kx_walk_at(w, start), 1, ENC_NA);
}

/* Sets the length of an item that was opened where its value starts, now that the value was read. */
static inline void kx_close_item(const kx_walk *w, proto_item *item, uint32_t start)
{
    proto_item_set_len(item, (int)(w->reader->token.end - start));
}

#endif
