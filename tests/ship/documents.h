/* documents.h
 * Takes requests to the bulk API as Elasticsearch and OpenSearch would, only more strictly.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SHIP_DOCUMENTS_H
#define KX_SHIP_DOCUMENTS_H

#include <json-glib/json-glib.h>

/* A JSON text with no member twice in an object, as a parser in strict mode takes it; else NULL, and the error. */
JsonNode *json_strictly(const char *text, GError **error);

/* Whether a document fits the mapping of its index: every field is mapped, every value is of the field's type. */
gboolean document_fits(JsonNode *document, JsonNode *mapping, GError **error);

/* One document of a bulk request. */
typedef struct {
    char *index, *id, *text;
} bulk_item;

/* The documents of a bulk request, or NULL if anything about its form is wrong. */
GPtrArray *bulk_items(const char *body, gsize length, GError **error);

#endif
