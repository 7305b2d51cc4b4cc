/* The forms in which a scenario gives bytes.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_CONTENT_H
#define KX_CAPTURE_CONTENT_H

#include "reader.h"

/* Readers for tables. Each sets a template_t *, which the object owns. */

/** "payload": any JSON value, written compactly; {"$repeat": N, ...} in an array stands for N elements. */
bool read_payload(reader_t *reader, JsonNode *node, const member_t *member, void *object);

/** "text": a string, or an array of strings to be joined; placeholders are expanded. */
bool read_text(reader_t *reader, JsonNode *node, const member_t *member, void *object);

/** "hex": a string of hexadecimal digits, in which white space separates bytes. */
bool read_hex(reader_t *reader, JsonNode *node, const member_t *member, void *object);

/** "pieces" and "raw": a piece, or an array of pieces. */
bool read_pieces(reader_t *reader, JsonNode *node, const member_t *member, void *object);

#endif
