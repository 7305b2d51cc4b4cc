/* Key data and identifiers that are the same in every run, and nobody's secret.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "key-material.h"

#include <string.h>

#define BLOCK_SIZE 32 /* of SHA-256 */

guint8 *key_material(const char *label, gsize size)
{
    gsize blocks = size / BLOCK_SIZE + 1;
    guint8 *bytes = g_malloc(blocks * BLOCK_SIZE);

    for (gsize i = 0; i < blocks; i++) {
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
        g_autofree char *seed = g_strdup_printf("kx-peer, no secret: %s: %" G_GSIZE_FORMAT, label, i);
        gsize length = BLOCK_SIZE;
        g_checksum_update(checksum, (const guchar *)seed, -1);
        g_checksum_get_digest(checksum, bytes + i * BLOCK_SIZE, &length);
    }
    return bytes;
}

char *key_material_uuid(const char *label)
{
    g_autofree guint8 *bytes = key_material(label, 16);
    GString *text = g_string_new(NULL);

    bytes[6] = (guint8)((bytes[6] & 0x0f) | 0x40); /* version 4, */
    bytes[8] = (guint8)((bytes[8] & 0x3f) | 0x80); /* variant 1 of RFC 4122 */
    for (guint i = 0; i < 16; i++)
        g_string_append_printf(text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", bytes[i]);
    return g_string_free(text, FALSE);
}

char *key_material_sha256(const guint8 *bytes, gsize size)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, size);
}

const char *key_encoding_name(enum key_encoding encoding)
{
    return encoding == KEY_HEX ? "hex" : "base64";
}

char *key_encode(const guint8 *bytes, gsize size, enum key_encoding encoding)
{
    GString *text;

    if (encoding == KEY_BASE64)
        return g_base64_encode(bytes, size);
    text = g_string_new(NULL);
    for (gsize i = 0; i < size; i++)
        g_string_append_printf(text, "%02x", bytes[i]);
    return g_string_free(text, FALSE);
}

guint8 *key_decode(const char *text, gsize *size, enum key_encoding encoding)
{
    guint8 *bytes;

    if (encoding == KEY_BASE64)
        return g_base64_decode(text, size);
    *size = strlen(text) / 2;
    bytes = g_malloc(*size + 1);
    for (gsize i = 0; i < *size; i++)
        bytes[i] = (guint8)(g_ascii_xdigit_value(text[2 * i]) << 4 | g_ascii_xdigit_value(text[2 * i + 1]));
    return bytes;
}
