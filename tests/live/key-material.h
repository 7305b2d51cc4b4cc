/* Key data and identifiers that are the same in every run, and nobody's secret.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_KEY_MATERIAL_H
#define KX_LIVE_KEY_MATERIAL_H

#include <glib.h>

/* Bytes made of SHA-256 over the label and a counter: they look random and are not. */
guint8 *key_material(const char *label, gsize size);

/* What looks like a UUID, made of the label in the same way. */
char *key_material_uuid(const char *label);

char *key_material_sha256(const guint8 *bytes, gsize size);

enum key_encoding { KEY_BASE64, KEY_HEX };

const char *key_encoding_name(enum key_encoding encoding);
char *key_encode(const guint8 *bytes, gsize size, enum key_encoding encoding);
guint8 *key_decode(const char *text, gsize *size, enum key_encoding encoding);

#endif
