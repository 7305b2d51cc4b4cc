/* kx-lookalike.c
 * What other protocols send that looks like a Kx header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-lookalike.h"

#include <string.h>

#include "kx-framing.h"

static uint32_t read32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Unit 17 (0x11) and functions 1 to 4 stand where Kx has the CommandCode, the number of bytes behind the sixth where it
 * has the MessageID. A longer response counts its data in the ninth. */
static bool may_be_modbus(const uint8_t *bytes, uint32_t length)
{
    return read32(bytes + 2) == length - 6 && (length == KX_HEADER_LENGTH || bytes[8] == length - 9u);
}

/* A 4-byte length of all (JDWP) or of what is behind it (Kafka), then a counter that passes 0x1101. */
static bool counts_itself(const uint8_t *bytes, uint32_t length)
{
    return read32(bytes) == length || read32(bytes) == length - 4;
}

/* Requests and replies with an IPv4 address that ends in 17.1 to 17.4. */
static bool may_be_socks_5(const uint8_t *bytes, uint32_t length)
{
    return length == KX_HEADER_LENGTH && bytes[0] == 5 && bytes[1] <= 8 && bytes[2] == 0 && bytes[3] == 1;
}

/* A link frame without data, from a station whose address is 0x..11. */
static bool may_be_dnp3(const uint8_t *bytes, uint32_t length)
{
    return length == KX_HEADER_LENGTH && memcmp(bytes, "\x05\x64\x05", 3) == 0;
}

bool kx_lookalike_segment(const uint8_t *bytes, uint32_t length)
{
    return may_be_modbus(bytes, length) || counts_itself(bytes, length) || may_be_socks_5(bytes, length) ||
           may_be_dnp3(bytes, length);
}

static bool is_varint_of_two(const uint8_t *bytes)
{
    return (bytes[0] & 0x80) && !(bytes[1] & 0x80);
}

static unsigned read_varint_of_two(const uint8_t *bytes)
{
    return (bytes[0] & 0x7fU) | (unsigned)bytes[1] << 7;
}

/* Kafka, record number 1,088 to 1,151 of a batch, without a key: the end of the one before, two bytes of length,
 * attributes, time, two bytes of number, "no key", two bytes of the value's length, the value, a JSON object. The two
 * lengths, which are doubled, differ by the eight bytes that are not the value. */
bool kx_lookalike_record(const uint8_t *bytes)
{
    const uint8_t *length = bytes + 1, *value = bytes + KX_OFFSET_LENGTH;

    return is_varint_of_two(length) && is_varint_of_two(value) &&
           read_varint_of_two(length) == read_varint_of_two(value) + 2 * 8;
}
