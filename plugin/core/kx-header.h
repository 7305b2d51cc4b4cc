/* kx-header.h
 * The header of a message (Figure I.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HEADER_H
#define KX_HEADER_H

#include <stdint.h>

#define KX_HEADER_LENGTH 10

/* Offsets of the header's fields (Figure I.1), all in network byte order. */
#define KX_OFFSET_VERSION      0
#define KX_OFFSET_MESSAGE_ID   2
#define KX_OFFSET_COMMAND_CODE 6
#define KX_OFFSET_LENGTH       8

typedef struct {
    uint16_t version;
    uint32_t message_id;
    uint16_t command_code;
    uint16_t length; /* of the payload, in bytes */
} kx_header;

/* Network byte order. */
static inline uint16_t kx_read_16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t kx_read_32(const uint8_t *bytes)
{
    return (uint32_t)kx_read_16(bytes) << 16 | kx_read_16(bytes + 2);
}

/* Decodes the KX_HEADER_LENGTH bytes at bytes. */
static inline kx_header kx_header_decode(const uint8_t *bytes)
{
    return (kx_header){
        .version = kx_read_16(bytes + KX_OFFSET_VERSION),
        .message_id = kx_read_32(bytes + KX_OFFSET_MESSAGE_ID),
        .command_code = kx_read_16(bytes + KX_OFFSET_COMMAND_CODE),
        .length = kx_read_16(bytes + KX_OFFSET_LENGTH),
    };
}

#endif
