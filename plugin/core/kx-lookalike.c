/* kx-lookalike.c
 * What other protocols send that looks like a Kx header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-lookalike.h"

#include <string.h>

#include "kx-header.h"

/* Unit 17 (0x11) and functions 1 to 4 stand where Kx has the CommandCode, the number of bytes behind the sixth
 * where it has the MessageID. A longer response counts its data in the ninth. */
static bool may_be_modbus(const uint8_t *bytes, uint32_t length)
{
    return kx_read_32(bytes + 2) == length - 6 && (length == KX_HEADER_LENGTH || bytes[8] == length - 9u);
}

/* Whether a number is that of all bytes, or of those after it. at: where it stands; size: in how many bytes. */
static bool counts(uint32_t number, uint32_t at, uint32_t size, uint32_t length)
{
    return number == length || number == length - at - size;
}

/* A Version that is a number of bytes: not 1.0 in either half. */
static bool is_odd_version(uint32_t version)
{
    return (version & 0xff) != 0 && version > 0x10;
}

/* A length of all, or of what comes after it, then a counter that passes 0x1101 (JDWP, Kafka), or a type (TLVs). One
 * MessageID of thousands is such a length too. */
bool kx_lookalike_counted(const uint8_t *bytes, uint32_t length)
{
    return counts(kx_read_32(bytes), 0, 4, length) || counts(kx_read_32(bytes + 2), 2, 4, length) ||
           counts(kx_read_16(bytes + 2), 2, 2, length) ||
           (is_odd_version(kx_read_16(bytes)) && counts(kx_read_16(bytes), 0, 2, length));
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
    return may_be_modbus(bytes, length) || counts(kx_read_32(bytes), 0, 4, length) ||
           may_be_socks_5(bytes, length) || may_be_dnp3(bytes, length);
}

/* APNs, and other lists of what is preceded by its own length: a device token, say, that ends in 0x1101, then the
 * length of a JSON text. One or two bytes of a tag may come between. A value of fewer than four bytes is not looked
 * for: its length would be a small MessageID. */
bool kx_lookalike_value(const uint8_t *bytes, uint32_t at)
{
    uint32_t end = at + KX_OFFSET_LENGTH;

    for (uint32_t i = 0; i <= at + 2; i++) {
        uint32_t behind = i + 2 + kx_read_16(bytes + i);
        if (behind <= end && behind + 2 >= end)
            return true;
    }
    return false;
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
