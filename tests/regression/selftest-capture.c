/* A small capture with Kx messages, written without Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "selftest-capture.h"

#include <string.h>

enum { CLIENT_PORT = 50000, IP_HEADER = 20, TCP_HEADER = 20, LINKTYPE_RAW = 101 };

typedef struct {
    guint32 id;
    guint16 command_code;
    const char *payload;
} message_t;

/* What one frame carries: bytes `from` up to `to` of its messages (to == 0: up to the end). */
typedef struct {
    gboolean from_client;
    message_t messages[2];
    gsize from, to;
} frame_t;

#define REQUEST  "{\"Session ID\":\"s-1\",\"Number of keys\":2,\"Size of key\":256}"
#define RESPONSE "{\"Session ID\":\"s-1\",\"Key ID\":\"k-9\",\"Response\":\"success\"}"
#define RELAY                                                                                                \
    "{\"Source KMA ID\":\"東京\",\"Destination KMA ID\":\"<b>&\",\"Transit KMA IDs\":[\"t1\",\"t2\"],"     \
    "\"Keys\":[{\"Key ID\":\"k-1\",\"Key\":\"AAAA\",\"Key extension\":{\"hash\":\"x\"}},"                    \
    "{\"Key ID\":\"k-2\",\"Key\":\"BBBBBBBB\"}],\"Key relay request ID\":\"r-1\"}"
#define NO_JSON "{\"Response\":\"success\",oops"

/* A question and its answer, two messages in one frame (one of them no JSON), one message in two segments. */
static const frame_t frames[] = {
    {TRUE, {{1, 0x1103, REQUEST}, {0, 0, NULL}}, 0, 0},
    {FALSE, {{1, 0x1104, RESPONSE}, {0, 0, NULL}}, 0, 0},
    {TRUE, {{2, 0x1101, RELAY}, {3, 0x1102, NO_JSON}}, 0, 0},
    {TRUE, {{4, 0x1103, REQUEST}, {0, 0, NULL}}, 0, 10},
    {TRUE, {{4, 0x1103, REQUEST}, {0, 0, NULL}}, 10, 0},
};

static void put16(GByteArray *out, guint16 value)
{
    guint16 wire = GUINT16_TO_BE(value);
    g_byte_array_append(out, (const guint8 *)&wire, sizeof wire);
}

static void put32(GByteArray *out, guint32 value)
{
    guint32 wire = GUINT32_TO_BE(value);
    g_byte_array_append(out, (const guint8 *)&wire, sizeof wire);
}

static void put_message(GByteArray *out, const message_t *message)
{
    gsize length = strlen(message->payload);

    put16(out, 1);
    put32(out, message->id);
    put16(out, message->command_code);
    put16(out, (guint16)length);
    g_byte_array_append(out, (const guint8 *)message->payload, (guint)length);
}

/* Returns the bytes of the frame's TCP segment. */
static GByteArray *segment(const frame_t *frame)
{
    GByteArray *bytes = g_byte_array_new();

    for (gsize i = 0; i < G_N_ELEMENTS(frame->messages) && frame->messages[i].payload; i++)
        put_message(bytes, &frame->messages[i]);
    if (frame->to != 0)
        g_byte_array_set_size(bytes, (guint)frame->to);
    if (frame->from != 0)
        g_byte_array_remove_range(bytes, 0, (guint)frame->from);
    return bytes;
}

/* Checksums stay zero: tshark does not verify them unless told to. */
static void put_ip_header(GByteArray *out, gboolean from_client, guint length)
{
    put16(out, 0x4500);
    put16(out, (guint16)(IP_HEADER + TCP_HEADER + length));
    put32(out, 0);
    put16(out, 0x4006); /* TTL 64, TCP */
    put16(out, 0);
    put32(out, from_client ? 0xC0000201u : 0xC0000202u); /* 192.0.2.0/24 is for documentation (RFC 5737) */
    put32(out, from_client ? 0xC0000202u : 0xC0000201u);
}

static void put_tcp_header(GByteArray *out, gboolean from_client, const guint32 sequence[2])
{
    put16(out, from_client ? CLIENT_PORT : SELFTEST_PORT);
    put16(out, from_client ? SELFTEST_PORT : CLIENT_PORT);
    put32(out, sequence[from_client]);
    put32(out, sequence[!from_client]);
    put16(out, 0x5018); /* 20 byte header, PSH and ACK */
    put16(out, 0xFFFF);
    put32(out, 0);
}

static void put_frame(GByteArray *out, gsize number, const frame_t *frame, guint32 sequence[2])
{
    g_autoptr(GByteArray) payload = segment(frame);
    guint length = IP_HEADER + TCP_HEADER + payload->len;

    put32(out, 1700000000u);
    put32(out, (guint32)number * 1500u); /* microseconds */
    put32(out, length);
    put32(out, length);
    put_ip_header(out, frame->from_client, payload->len);
    put_tcp_header(out, frame->from_client, sequence);
    g_byte_array_append(out, payload->data, payload->len);
    sequence[frame->from_client] += payload->len;
}

gboolean selftest_capture_write(const char *path, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    guint32 sequence[2] = {1, 1};

    put32(out, 0xA1B2C3D4u);
    put16(out, 2);
    put16(out, 4);
    put32(out, 0);
    put32(out, 0);
    put32(out, 65535);
    put32(out, LINKTYPE_RAW);
    for (gsize i = 0; i < G_N_ELEMENTS(frames); i++)
        put_frame(out, i, &frames[i], sequence);
    return g_file_set_contents(path, (const char *)out->data, out->len, error);
}
