/* kx-foreign.c
 * Streams of other protocols, most of them made to resemble Kx: none may be claimed, and all must be dissected as
 * they are without Kx.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "program.h"
#include "random.h"
#include "traffic.h"

#define OBJECT "{\"Session ID\":\"session-1\",\"Number of keys\":1,\"Size of key\":256}"

/* Ports from here on that no protocol of Wireshark has. */
#define SERVER_PORT_MIN 33000

enum { MESSAGES = 20, OBJECT_LENGTH = sizeof OBJECT - 1, RANDOM_STREAMS = 400 };

/* Appends one message of a protocol. number: counts them from 0. */
typedef void (*maker)(GByteArray *to, guint number);

static void add(GByteArray *to, const char *bytes, gsize length)
{
    g_byte_array_append(to, (const guint8 *)bytes, (guint)length);
}

static void add_text(GByteArray *to, const char *text)
{
    add(to, text, strlen(text));
}

static void add_big(GByteArray *to, guint64 value, guint bytes)
{
    for (guint i = bytes; i-- > 0;)
        add(to, (const char[]){(char)(value >> (8 * i))}, 1);
}

static void add_little(GByteArray *to, guint64 value, guint bytes)
{
    for (guint i = 0; i < bytes; i++)
        add(to, (const char[]){(char)(value >> (8 * i))}, 1);
}

/* ---- length-prefixed JSON ---- */

static void length_2_big(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

static void length_2_little(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_little(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

static void length_4_big(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_big(to, OBJECT_LENGTH, 4);
    add_text(to, OBJECT);
}

static void length_4_little(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_little(to, OBJECT_LENGTH, 4);
    add_text(to, OBJECT);
}

static void length_8_big(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_big(to, OBJECT_LENGTH, 8);
    add_text(to, OBJECT);
}

static void length_varint(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_little(to, (OBJECT_LENGTH & 0x7f) | 0x80, 1);
    add_little(to, OBJECT_LENGTH >> 7, 1);
    add_text(to, OBJECT);
}

static void netstring(GByteArray *to, guint number G_GNUC_UNUSED)
{
    g_autofree char *text = g_strdup_printf("%d:" OBJECT ",", (int)OBJECT_LENGTH);

    add_text(to, text);
}

static void lines(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_text(to, OBJECT "\n");
}

static void records_of_rfc_7464(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_text(to, "\x1e" OBJECT "\n");
}

static void concatenated(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_text(to, OBJECT);
}

/* Other interfaces of a QKDN: the same header, codes that do not begin with 11. */
static void other_interface(GByteArray *to, guint number)
{
    add_big(to, 1, 2);
    add_big(to, number + 1, 4);
    add_big(to, 0x2201 + number % 4, 2);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* The same header but for one thing. */
static void header_little(GByteArray *to, guint number)
{
    add_little(to, 1, 2);
    add_little(to, number + 1, 4);
    add_little(to, 0x1101, 2);
    add_little(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

static void length_of_4(GByteArray *to, guint number)
{
    add_big(to, 1, 2);
    add_big(to, number + 1, 4);
    add_big(to, 0x1101, 2);
    add_big(to, OBJECT_LENGTH, 4);
    add_text(to, OBJECT);
}

static void code_first(GByteArray *to, guint number)
{
    add_big(to, 0x1101, 2);
    add_big(to, number + 1, 4);
    add_big(to, OBJECT_LENGTH, 4);
    add_text(to, OBJECT);
}

static void code_last(GByteArray *to, guint number)
{
    add_big(to, number + 1, 4);
    add_big(to, OBJECT_LENGTH, 4);
    add_big(to, 0x1101, 2);
    add_text(to, OBJECT);
}

static void code_in_4(GByteArray *to, guint number)
{
    add_big(to, number + 1, 4);
    add_big(to, 0x11010000, 4);
    add_big(to, OBJECT_LENGTH, 4);
    add_text(to, OBJECT);
}

/* The same header before something that is no JSON. */
static void binary_payload(GByteArray *to, guint number)
{
    random_t random = {number};
    guint8 bytes[64];

    random_fill(&random, bytes, sizeof bytes);
    bytes[0] = 0x80;
    add_big(to, 1, 2);
    add_big(to, number + 1, 4);
    add_big(to, 0x1101, 2);
    add_big(to, sizeof bytes, 2);
    g_byte_array_append(to, bytes, sizeof bytes);
}

static void text_payload(GByteArray *to, guint number)
{
    static const char text[] = "Source KMA ID=KMA-1;Destination KMA ID=KMA-2;Keys=key-1,key-2";

    add_big(to, 1, 2);
    add_big(to, number + 1, 4);
    add_big(to, 0x1103, 2);
    add_big(to, sizeof text - 1, 2);
    add_text(to, text);
}

/* ---- protocols that carry JSON, or that have short binary headers ---- */

static void json_rpc(GByteArray *to, guint number)
{
    g_autofree char *body = g_strdup_printf("{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"x\"}", number);
    g_autofree char *text = g_strdup_printf("Content-Length: %zu\r\n\r\n%s", strlen(body), body);

    add_text(to, text);
}

static void http(GByteArray *to, guint number G_GNUC_UNUSED)
{
    g_autofree char *text =
        g_strdup_printf("POST /kx HTTP/1.1\r\nHost: kma\r\nContent-Type: application/json\r\n"
                        "Content-Length: %d\r\n\r\n" OBJECT,
                        (int)OBJECT_LENGTH);

    add_text(to, text);
}

/* A whole Kx message as the body of a request: it belongs to HTTP. */
static void http_with_kx(GByteArray *to, guint number)
{
    g_autofree char *text = g_strdup_printf("POST /kx HTTP/1.1\r\nHost: kma.example\r\nUser-Agent: kma/1\r\n"
                                            "Accept: */*\r\nContent-Type: application/octet-stream\r\n"
                                            "Content-Length: %d\r\n\r\n",
                                            (int)OBJECT_LENGTH + 10);

    add_text(to, text);
    add_big(to, 1, 2);
    add_big(to, number + 1, 4);
    add_big(to, 0x1103, 2);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* The same in a short response. */
static void http_response_with_kx(GByteArray *to, guint number)
{
    g_autofree char *text =
        g_strdup_printf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", (int)OBJECT_LENGTH + 10);

    add_text(to, text);
    add_big(to, 1, 2);
    add_big(to, number + 1, 4);
    add_big(to, 0x1104, 2);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

static void mongodb(GByteArray *to, guint number)
{
    add_little(to, 16 + 4 + 1 + 5, 4);
    add_little(to, number + 0x1101, 4);
    add_little(to, 0, 4);
    add_little(to, 2013, 4);
    add_little(to, 0, 5);
    add(to, "\5\0\0\0\0", 5);
}

static void redis(GByteArray *to, guint number G_GNUC_UNUSED)
{
    g_autofree char *text =
        g_strdup_printf("*3\r\n$3\r\nSET\r\n$5\r\nkey-1\r\n$%d\r\n" OBJECT "\r\n", (int)OBJECT_LENGTH);

    add_text(to, text);
}

/* An API version of 0x1101 where Kx has its CommandCode. */
static void kafka(GByteArray *to, guint number)
{
    add_big(to, 2 + 2 + 4 + 2 + OBJECT_LENGTH, 4);
    add_big(to, 0, 2);
    add_big(to, 0x1101, 2);
    add_big(to, number, 4);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

static void amqp(GByteArray *to, guint number)
{
    if (number == 0)
        add(to, "AMQP\0\0\x09\x01", 8);
    add_big(to, 3, 1);
    add_big(to, 1, 2);
    add_big(to, OBJECT_LENGTH, 4);
    add_text(to, OBJECT);
    add_big(to, 0xce, 1);
}

static void mqtt(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_big(to, 0x30, 1);
    add_big(to, 2 + 2 + OBJECT_LENGTH, 1);
    add_big(to, 2, 2);
    add_text(to, "kx" OBJECT);
}

static void websocket(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_big(to, 0x81, 1);
    add_big(to, OBJECT_LENGTH, 1);
    add_text(to, OBJECT);
}

static void grpc(GByteArray *to, guint number)
{
    add_big(to, OBJECT_LENGTH + 5, 3);
    add_big(to, 0, 2);
    add_big(to, 2 * number + 1, 4);
    add_big(to, OBJECT_LENGTH, 5);
    add_text(to, OBJECT);
}

/* Application data whose record is as long as a CommandCode. */
static void tls(GByteArray *to, guint number)
{
    random_t random = {number};
    guint8 bytes[0x1101];

    random_fill(&random, bytes, sizeof bytes);
    add(to, "\x17\x03\x03\x11\x01", 5);
    g_byte_array_append(to, bytes, sizeof bytes);
}

static void ssh(GByteArray *to, guint number)
{
    random_t random = {number};
    guint8 bytes[60];

    if (number == 0)
        add_text(to, "SSH-2.0-kma_1.0\r\n");
    random_fill(&random, bytes, sizeof bytes);
    add_big(to, sizeof bytes, 4);
    g_byte_array_append(to, bytes, sizeof bytes);
}

static void telnet(GByteArray *to, guint number)
{
    add_text(to, number % 2 ? "show keys\r\n" : "\x11\x01\x13 {\"a\":1}\r\n");
}

/* ---- protocols in whose messages a CommandCode and an object or a blank can meet by chance ---- */

/* Commands whose identifiers pass 0x1101: resume the virtual machine. */
static void jdwp(GByteArray *to, guint number)
{
    add_big(to, 11, 4);
    add_big(to, 0x10f8 + number, 4);
    add(to, "\0\1\x09", 3);
}

/* Responses without an error, whose correlation identifiers pass 0x1101. */
static void kafka_heartbeat(GByteArray *to, guint number)
{
    add_big(to, 6, 4);
    add_big(to, 0x10f8 + number, 4);
    add_big(to, 0, 2);
}

static void add_varint(GByteArray *to, guint value)
{
    for (value *= 2; value >= 0x80; value >>= 7)
        add_little(to, (value & 0x7f) | 0x80, 1);
    add_little(to, value, 1);
}

/* Records of a batch, without a key. The later ones of more than a thousand have numbers that end in 0x11. */
static void kafka_records(GByteArray *to, guint number)
{
    g_autoptr(GByteArray) record = g_byte_array_new();

    add_little(record, 0, 2); /* attributes, time */
    add_varint(record, 1080 + number);
    add_little(record, 1, 1); /* no key */
    add_varint(record, OBJECT_LENGTH * 2);
    add_text(record, OBJECT);
    add_text(record, OBJECT);
    add_little(record, 0, 1); /* no headers */
    add_varint(to, record->len);
    g_byte_array_append(to, record->data, record->len);
}

/* A JSON object of so many bytes, whose last ones are given. */
static void add_object_of(GByteArray *to, guint length, const char *end)
{
    g_autofree char *text = g_strdup_printf("{\"text\":\"%*s%s", (int)(length - 9 - strlen(end)), "", end);

    add_text(to, text);
}

/* An array of JSON texts in BSON, from the hundredth on: type, name, length with NUL. */
static void mongodb_array(GByteArray *to, guint number)
{
    g_autofree char *name = g_strdup_printf("\2%u", 100 + number);

    add(to, name, strlen(name) + 1);
    add_little(to, 0x0111, 4);
    add_object_of(to, 0x0110, "\"}");
    add_little(to, 0, 1);
}

static void rethinkdb(GByteArray *to, guint number)
{
    add_little(to, 0x7d00 + number, 8);
    add_little(to, 0x0111, 4);
    add_object_of(to, 0x0111, "\"}");
}

/* JSON as people like to read it, behind its length. */
static void length_4_little_indented(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_little(to, 0x0111, 4);
    add_object_of(to, 0x0111, "\",\"b\":{\n    \"c\":{}\n  }\n}");
}

/* Length and sequence number, little endian. */
static void length_and_sequence(GByteArray *to, guint number)
{
    add_little(to, 0x0100, 4);
    add_little(to, 0x0108 + number, 4);
    add_object_of(to, 0x0100, "\"}");
}

/* Length, TPDU, message type 0200, a bitmap that begins with 30 20, and the rest of it. */
static void iso_8583(GByteArray *to, guint number)
{
    guint8 rest[42] = {(guint8)number};

    add(to, "\0\x38\x60\0\x11\0\x11\2\0\x30\x20\x05\x80\x20\xc0\0\4", 16);
    g_byte_array_append(to, rest, sizeof rest);
}

/* One register of unit 17, which holds a number. */
static void modbus(GByteArray *to, guint number)
{
    add_big(to, number, 2);
    add_big(to, 5, 4);
    add(to, "\x11\3\2", 3);
    add_big(to, number, 2);
}

/* The status of a coil of unit 17. */
static void modbus_coil(GByteArray *to, guint number)
{
    add_big(to, number, 2);
    add_big(to, 4, 4);
    add(to, "\x11\1\1", 3);
    add_big(to, number % 2, 1);
}

/* The status of link of station 273. */
static void dnp3(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add(to, "\x05\x64\x05\x0b\1\0\x11\1\x5a\xc3", 10);
}

/* A request for 192.168.17.1, then what the client says to that host. */
static void socks_5(GByteArray *to, guint number)
{
    if (number == 0)
        add(to, "\5\1\0\1\xc0\xa8\x11\1\x01\xbb", 10);
    else
        tls(to, number);
}

/* ---- protocols whose numbers pass a CommandCode after thousands of messages ---- */

enum { PASSING = 400, BEFORE_CODE = 0x1101 - 200 };

/* Magic number, sequence number, length, JSON. */
static void magic_and_sequence(GByteArray *to, guint number)
{
    add_big(to, 0x4b4d4131, 4);
    add_big(to, BEFORE_CODE + number, 4);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* A sequence number that counts twice as fast. */
static void sequence_of_8(GByteArray *to, guint number)
{
    add_big(to, BEFORE_CODE - 200 + 2 * number, 8);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* Eight bytes of anything before a text: of every message, one in sixteen ends like a CommandCode. */
static void prefix_of_8(GByteArray *to, guint number)
{
    random_t random = {number};
    guint8 prefix[8];

    random_fill(&random, prefix, sizeof prefix);
    if (number > 100 && number % 16 == 0)
        memcpy(prefix + 6, (const guint8[]){0x11, (guint8)(1 + number / 16 % 4)}, 2);
    g_byte_array_append(to, prefix, sizeof prefix);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* An outer value with a type and a length, and in it a number and a text. */
static void tlvs(GByteArray *to, guint number)
{
    add_big(to, 1, 2);
    add_big(to, 2 + 4 + OBJECT_LENGTH, 2);
    add_big(to, number, 2);
    add_big(to, 0x1101 + number % 4, 2);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* PUBLISH of MQTT 5 with properties: its format, a topic alias, a user property that ends like a CommandCode. */
static void mqtt_5(GByteArray *to, guint number)
{
    static const char properties[] = "\1\1\x23\0\1\x26\0\1k\0\4ab\x11\2";

    add_big(to, 0x30, 1);
    add_big(to, 2 + 2 + 1 + sizeof properties - 1 + 2 + OBJECT_LENGTH, 1);
    add_big(to, 2, 2);
    add_text(to, number % 2 ? "kx" : "\x11\1");
    add_big(to, sizeof properties - 1, 1);
    add(to, properties, sizeof properties - 1);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* A device token of 32 bytes that ends like a CommandCode, then a JSON text. */
static void apns(GByteArray *to, guint number)
{
    add_big(to, 1, 1);
    add_big(to, number, 4);
    add_big(to, 0x69000000, 4);
    add_big(to, 32, 2);
    add_text(to, "0123456789abcdef0123456789abcd\x11\3");
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

/* The same in items with numbers. */
static void apns_items(GByteArray *to, guint number G_GNUC_UNUSED)
{
    add_big(to, 2, 1);
    add_big(to, 3 + 32 + 3 + OBJECT_LENGTH, 4);
    add_big(to, 1, 1);
    add_big(to, 32, 2);
    add_text(to, "0123456789abcdef0123456789abcde\x11");
    add_big(to, 2, 1);
    add_big(to, OBJECT_LENGTH, 2);
    add_text(to, OBJECT);
}

static const struct {
    const char *name;
    maker make;
    guint segment; /* bytes; 0: a message each */
    guint messages;
} protocols[] = {
    {"2-byte length, big endian", length_2_big, 0, MESSAGES},
    {"2-byte length, little endian", length_2_little, 0, MESSAGES},
    {"4-byte length, big endian", length_4_big, 0, MESSAGES},
    {"4-byte length, little endian", length_4_little, 0, MESSAGES},
    {"8-byte length", length_8_big, 0, MESSAGES},
    {"varint length", length_varint, 0, MESSAGES},
    {"netstring", netstring, 0, MESSAGES},
    {"JSON lines", lines, 0, MESSAGES},
    {"JSON lines in pieces", lines, 10, MESSAGES},
    {"RFC 7464", records_of_rfc_7464, 0, MESSAGES},
    {"concatenated JSON", concatenated, 0, MESSAGES},
    {"other Q.416x interface", other_interface, 0, MESSAGES},
    {"other Q.416x interface, header apart", other_interface, 10, MESSAGES},
    {"little endian header", header_little, 0, MESSAGES},
    {"4-byte Length", length_of_4, 0, MESSAGES},
    {"code first", code_first, 0, MESSAGES},
    {"code last", code_last, 0, MESSAGES},
    {"code in 4 bytes", code_in_4, 0, MESSAGES},
    {"binary payload", binary_payload, 0, MESSAGES},
    {"text payload", text_payload, 0, MESSAGES},
    {"JSON-RPC", json_rpc, 0, MESSAGES},
    {"HTTP", http, 0, MESSAGES},
    {"HTTP with Kx in it", http_with_kx, 0, MESSAGES},
    {"HTTP response with Kx in it", http_response_with_kx, 0, MESSAGES},
    {"MongoDB", mongodb, 0, MESSAGES},
    {"Redis", redis, 0, MESSAGES},
    {"Kafka", kafka, 0, MESSAGES},
    {"AMQP", amqp, 0, MESSAGES},
    {"MQTT", mqtt, 0, MESSAGES},
    {"WebSocket", websocket, 0, MESSAGES},
    {"gRPC", grpc, 0, MESSAGES},
    {"TLS", tls, 0, MESSAGES},
    {"SSH", ssh, 0, MESSAGES},
    {"telnet", telnet, 1, MESSAGES},
    {"JDWP", jdwp, 0, MESSAGES},
    {"Kafka, heartbeat", kafka_heartbeat, 0, MESSAGES},
    {"Kafka, records", kafka_records, 1460, MESSAGES},
    {"MongoDB, array of JSON texts", mongodb_array, 1460, MESSAGES},
    {"RethinkDB", rethinkdb, 0, MESSAGES},
    {"4-byte length, little endian, indented", length_4_little_indented, 1460, MESSAGES},
    {"length and sequence number, little endian", length_and_sequence, 1460, MESSAGES},
    {"ISO 8583", iso_8583, 0, MESSAGES},
    {"Modbus", modbus, 0, MESSAGES},
    {"Modbus, coil", modbus_coil, 0, MESSAGES},
    {"Modbus in pieces", modbus, 7, MESSAGES},
    {"DNP3", dnp3, 0, MESSAGES},
    {"SOCKS 5", socks_5, 0, MESSAGES},
    {"magic number and sequence number", magic_and_sequence, 0, PASSING},
    {"sequence number of 8 bytes", sequence_of_8, 0, PASSING},
    {"8-byte prefix", prefix_of_8, 0, PASSING},
    {"TLVs", tlvs, 0, MESSAGES},
    {"MQTT 5", mqtt_5, 0, PASSING},
    {"APNs", apns, 0, MESSAGES},
    {"APNs, items", apns_items, 0, MESSAGES},
};

/* ---- the capture ---- */

static void send_all(traffic *out, guint number, gboolean server, const GByteArray *bytes, guint segment_size,
                     const GArray *ends)
{
    tcp connection;

    traffic_open(out, &connection, number, (guint8)(number % 100), (guint16)(SERVER_PORT_MIN + number));
    for (guint32 from = 0, i = 0; from < bytes->len; i++) {
        guint32 to = segment_size ? from + segment_size : g_array_index(ends, guint32, i);
        segment s = {from, MIN(to, bytes->len), TRUE};
        traffic_send(out, &connection, server, &s, bytes->data + from);
        from = s.to;
    }
}

static void send_protocol(traffic *out, guint number)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(guint32));

    for (guint i = 0; i < protocols[number].messages; i++) {
        protocols[number].make(bytes, i);
        g_array_append_val(ends, bytes->len);
    }
    send_all(out, number, FALSE, bytes, protocols[number].segment, ends);
}

static void send_random(traffic *out, guint number)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    random_t random = {number};

    g_byte_array_set_size(bytes, 2000);
    random_fill(&random, bytes->data, bytes->len);
    send_all(out, number, number % 2, bytes, 1 + number % 97, NULL);
}

static gboolean write_capture(const char *path, GError **error)
{
    traffic out = {capture_open(path, 262144, TRUE, error), 0};

    if (!out.capture)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(protocols); i++)
        send_protocol(&out, i);
    for (guint i = 0; i < RANDOM_STREAMS; i++)
        send_random(&out, G_N_ELEMENTS(protocols) + i);
    return capture_commit(out.capture, error);
}

/* Prints whose streams are dissected in another way with Kx's heuristics than without. Returns how many frames. */
static guint report(const char *with, const char *without)
{
    g_auto(GStrv) frames = g_strsplit(with, "\n", -1);
    g_auto(GStrv) others = g_strsplit(without, "\n", -1);
    guint touched = g_strv_length(frames) != g_strv_length(others), last = G_MAXUINT;

    for (guint i = 0; frames[i] && others[i]; i++) {
        guint stream = (guint)g_ascii_strtoull(frames[i], NULL, 10);
        if (strcmp(frames[i], others[i]) == 0)
            continue;
        touched++;
        if (stream != last)
            fprintf(stderr, "touched: %s\n  %s\n  not\n  %s\n",
                    stream < G_N_ELEMENTS(protocols) ? protocols[stream].name : "random", frames[i],
                    others[i]);
        last = stream;
    }
    return touched;
}

/* Each frame's stream, protocols and columns. */
static char *dissect(tshark_t *tshark, const char *capture, gboolean heuristics, GError **error)
{
    const char *const arguments[] = {"-r",
                                     capture,
                                     "-2",
                                     "-T",
                                     "fields",
                                     "-e",
                                     "tcp.stream",
                                     "-e",
                                     "frame.protocols",
                                     "-e",
                                     "_ws.col.Protocol",
                                     "-e",
                                     "_ws.col.Info",
                                     heuristics ? NULL : "--disable-heuristic",
                                     "kx_tcp",
                                     NULL};

    return tshark_run(tshark, arguments, error);
}

static gboolean run(kx_program *program, GError **error)
{
    g_autofree char *path = g_build_filename(program->folder, "foreign.pcap", NULL);
    gboolean made = write_capture(path, error);
    g_autofree char *shared = made ? tshark_share(program->tshark, path, error) : NULL;
    g_autofree char *with = shared ? dissect(program->tshark, shared, TRUE, error) : NULL;
    g_autofree char *without = with ? dissect(program->tshark, shared, FALSE, error) : NULL;

    if (!without)
        return FALSE;
    guint touched = report(with, without);
    printf("%u streams, %u frames touched\n", (guint)G_N_ELEMENTS(protocols) + RANDOM_STREAMS, touched);
    return touched == 0;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Makes sure that nothing foreign is claimed", NULL, run);
}
