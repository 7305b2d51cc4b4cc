/* Ethernet, IP and TCP headers around a piece of a TCP stream.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame.h"

#include <string.h>

enum {
    ETHERNET_HEADER = 14,
    IPV4_HEADER = 20,
    IPV6_HEADER = 40,
    TCP_HEADER = 20,
    PROTOCOL_TCP = 6,
    TTL = 64
};

/* Advertised windows are the largest there are (65,535 << 7), so that no transfer ever looks limited. */
enum { WINDOW = 65535 };
static const uint8_t syn_options[] = {2, 4, 1460 >> 8, 1460 & 0xff, 1, 3, 3, 7};

static uint8_t *put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
    return put16(put16(at, value >> 16), value & 0xffff);
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t length)
{
    if (length > 0) {
        memcpy(at, bytes, length);
    }
    return at + length;
}

static size_t address_length(const endpoint_t *endpoint)
{
    return endpoint->ipv6 ? 16 : 4;
}

/* Locally administered, and readable: 02:00, then the end of the address. 02:01 to 02:20 have a meaning (Microsoft's
 * network load balancing), which Wireshark would show as a name.
 */
static uint8_t *put_mac(uint8_t *at, const endpoint_t *endpoint)
{
    at = put16(at, 0x0200);
    return put_bytes(at, endpoint->address + address_length(endpoint) - 4, 4);
}

/* RFC 1071. 64 bits hold the sum of any packet without a carry. */
static uint64_t add_words(uint64_t sum, const uint8_t *bytes, size_t length)
{
    for (; length > 1; bytes += 2, length -= 2) {
        sum += (unsigned)bytes[0] << 8 | bytes[1];
    }
    return length > 0 ? sum + ((unsigned)bytes[0] << 8) : sum;
}

static uint16_t checksum(uint64_t sum)
{
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static uint8_t *put_ipv4(uint8_t *at, const segment_frame_t *segment, size_t tcp_length)
{
    uint8_t *start = at;
    at = put16(at, 0x4500);
    at = put16(at, (unsigned)(IPV4_HEADER + tcp_length));
    at = put16(at, segment->ip_id);
    at = put16(at, 0x4000); /* don't fragment */
    at = put16(at, TTL << 8 | PROTOCOL_TCP);
    at = put16(at, 0);
    at = put_bytes(at, segment->source->address, 4);
    at = put_bytes(at, segment->destination->address, 4);
    put16(start + 10, checksum(add_words(0, start, IPV4_HEADER)));
    return at;
}

static uint8_t *put_ipv6(uint8_t *at, const segment_frame_t *segment, size_t tcp_length)
{
    at = put32(at, UINT32_C(6) << 28);
    at = put16(at, (unsigned)tcp_length);
    at = put16(at, PROTOCOL_TCP << 8 | TTL);
    at = put_bytes(at, segment->source->address, 16);
    return put_bytes(at, segment->destination->address, 16);
}

static uint64_t pseudo_header(const segment_frame_t *segment, size_t tcp_length)
{
    uint64_t sum = tcp_length + PROTOCOL_TCP;
    sum = add_words(sum, segment->source->address, address_length(segment->source));
    return add_words(sum, segment->destination->address, address_length(segment->destination));
}

static uint8_t *put_tcp(uint8_t *at, const segment_frame_t *segment, size_t options)
{
    uint8_t *start = at;
    size_t tcp_length = TCP_HEADER + options + segment->length;
    at = put16(at, segment->source->port);
    at = put16(at, segment->destination->port);
    at = put32(at, segment->sequence);
    at = put32(at, segment->acknowledgement);
    *at++ = (uint8_t)((TCP_HEADER + options) / 4 << 4);
    *at++ = segment->flags;
    at = put16(at, WINDOW);
    at = put32(at, 0); /* checksum, see below; urgent pointer */
    at = put_bytes(at, syn_options, options);
    at = put_bytes(at, segment->payload, segment->length);
    put16(start + 16, checksum(add_words(pseudo_header(segment, tcp_length), start, tcp_length)));
    return at;
}

size_t frame_build(const segment_frame_t *segment, uint8_t *frame)
{
    bool ipv6 = segment->source->ipv6;
    size_t options = (segment->flags & TCP_SYN) != 0 ? sizeof syn_options : 0;
    size_t tcp_length = TCP_HEADER + options + segment->length;
    uint8_t *at = put_mac(frame, segment->destination);
    at = put_mac(at, segment->source);
    at = put16(at, ipv6 ? 0x86dd : 0x0800);
    at = ipv6 ? put_ipv6(at, segment, tcp_length) : put_ipv4(at, segment, tcp_length);
    return (size_t)(put_tcp(at, segment, options) - frame);
}
