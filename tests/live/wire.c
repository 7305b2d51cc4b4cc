/* Kx messages to bytes and back (Figure I.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wire.h"
#include "dialect.h"

#include <string.h>

const gsize header_ends[4] = {2, 6, 8, 10};

static void put16(GByteArray *bytes, guint16 value)
{
    value = GUINT16_TO_BE(value);
    g_byte_array_append(bytes, (const guint8 *)&value, sizeof value);
}

static void put32(GByteArray *bytes, guint32 value)
{
    value = GUINT32_TO_BE(value);
    g_byte_array_append(bytes, (const guint8 *)&value, sizeof value);
}

static char *payload_of(const kx_message_t *message, const km_t *km, gsize *length)
{
    g_autoptr(JsonNode) node = dialect_write(message->parameters, km->spelling);
    g_autoptr(JsonGenerator) generator = json_generator_new();

    json_generator_set_root(generator, node);
    json_generator_set_pretty(generator, km->pretty);
    return json_generator_to_data(generator, length);
}

GBytes *wire_encode(const kx_message_t *message, const km_t *km)
{
    gsize length;
    g_autofree char *payload = payload_of(message, km, &length);
    GByteArray *bytes = g_byte_array_new();

    if (length > G_MAXUINT16)
        g_error("a payload of %" G_GSIZE_FORMAT " bytes does not fit into a Kx message", length);
    put16(bytes, message->version);
    put32(bytes, message->id);
    put16(bytes, (guint16)message->command);
    put16(bytes, (guint16)length);
    g_byte_array_append(bytes, (const guint8 *)payload, (guint)length);
    return g_byte_array_free_to_bytes(bytes);
}

guint16 wire_decode_header(const guint8 *header, kx_message_t *message)
{
    message->version = (guint16)(header[0] << 8 | header[1]);
    message->id = (guint32)header[2] << 24 | (guint32)header[3] << 16 | (guint32)header[4] << 8 | header[5];
    message->command = (enum command)(header[6] << 8 | header[7]);
    return (guint16)(header[8] << 8 | header[9]);
}

gboolean wire_decode_payload(const char *payload, gssize length, kx_message_t *message, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();

    if (!json_parser_load_from_data(parser, payload, length, error))
        return FALSE;
    message->parameters = dialect_read(json_parser_get_root(parser));
    return TRUE;
}
