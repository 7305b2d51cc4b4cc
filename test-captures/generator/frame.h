/* Ethernet, IP and TCP headers around a piece of a TCP stream.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_FRAME_H
#define KX_CAPTURE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* The longest TCP payload that fits into an IPv4 packet with 20 bytes of each header. */
    FRAME_PAYLOAD_MAX = 65535 - 20 - 20,
    /* Ethernet header, IPv6 header, TCP header with options, payload. */
    FRAME_MAX = 14 + 40 + 60 + FRAME_PAYLOAD_MAX,
};

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* One end of a TCP connection. */
typedef struct {
    bool ipv6;
    uint8_t address[16]; /* network byte order; the first 4 bytes if not ipv6 */
    uint16_t port;
} endpoint_t;

/* What stands in one frame. */
typedef struct {
    const endpoint_t *source;
    const endpoint_t *destination;
    uint32_t sequence;
    uint32_t acknowledgement; /* 0 unless TCP_ACK is set */
    uint8_t flags;            /* TCP_*; TCP_SYN adds the options that a SYN carries */
    uint16_t ip_id;           /* IPv4 only */
    const uint8_t *payload;
    size_t length; /* of the payload, at most FRAME_PAYLOAD_MAX */
} segment_frame_t;

/**
 * Builds the Ethernet frame of one TCP segment, with valid checksums.
 * @param segment what to send; both end points of the same IP version
 * @param frame   receives the frame, at least FRAME_MAX bytes
 * @return the length of the frame in bytes
 */
size_t frame_build(const segment_frame_t *segment, uint8_t *frame);

#endif
