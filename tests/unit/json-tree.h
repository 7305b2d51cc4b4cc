/* json-tree.h
 * Builds json-glib's tree from the reader's tokens, to be compared with the tree json-glib parses itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef JSON_TREE_H
#define JSON_TREE_H

#include <json-glib/json-glib.h>

#include "kx-json.h"

/* Returns the tree of a valid text; NULL when the reader finds it invalid.
 * beyond: set if the tree cannot hold all that the text says: an integer beyond int64_t, an escaped NUL. */
JsonNode *json_tree_read(const uint8_t *text, uint32_t length, bool *beyond);

#endif
