/* make-seeds.c
 * Makes fuzz targets' first inputs out of a capture: the TCP payloads of all its frames, cut as they were.
 * usage: make-seeds TARGET CAPTURE FOLDER
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>

#include "cut.h"

enum { ETHERNET = 14, IPV4 = 0x0800, IPV6 = 0x86dd, IPV6_HEADER = 40, HEADER_OF_KX = 10 };
enum { FLAG_FIN = 0x01, FLAG_SYN = 0x02, FLAG_PSH = 0x08 };

/* Of fuzz-dissector: what most users see, the same in records of TLS, and as exported PDUs. */
static const uint8_t modes[] = {0x03, 0x43, 0x83};

/* Ports count from here up on the servers' side of most captures, and on the clients' side of all. */
#define CLIENT_PORT_MIN 49152

typedef struct {
    const char *folder, *name;
    unsigned number;      /* of files so far */
    gboolean json;        /* a file for each payload, else one for many segments */
    gboolean mode;        /* the target's inputs begin with a byte that says how to dissect */
    uint8_t opens;        /* CUT_OPENS if the last frame was a SYN */
    GByteArray *segments; /* three bytes each */
    GByteArray *bytes;
} seeds;

static unsigned read16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static void write_file(seeds *out, const uint8_t *bytes, gsize length)
{
    g_autofree char *file = g_strdup_printf("%s-%u", out->name, out->number++);
    g_autofree char *path = g_build_filename(out->folder, file, NULL);
    g_autoptr(GError) error = NULL;

    if (!g_file_set_contents(path, (const char *)bytes, (gssize)length, &error))
        g_error("%s", error->message);
}

/* mode: the first byte; -1: the target's inputs have none. */
static void write_segments(seeds *out, int mode)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    uint8_t first = (uint8_t)mode, count = (uint8_t)(out->segments->len / 3);

    g_byte_array_append(all, &first, mode >= 0);
    g_byte_array_append(all, &count, 1);
    g_byte_array_append(all, out->segments->data, out->segments->len);
    g_byte_array_append(all, out->bytes->data, out->bytes->len);
    write_file(out, all->data, all->len);
}

static void flush(seeds *out)
{
    if (out->segments->len == 0)
        return;
    if (!out->mode)
        write_segments(out, -1);
    for (unsigned i = 0; out->mode && i < G_N_ELEMENTS(modes); i++)
        write_segments(out, modes[i]);
    g_byte_array_set_size(out->segments, 0);
    g_byte_array_set_size(out->bytes, 0);
}

static void add_segment(seeds *out, const uint8_t *tcp, const uint8_t *payload, size_t length)
{
    unsigned from = read16(tcp), to = read16(tcp + 2);
    unsigned client = from > to ? from : to;
    uint8_t flags =
        (uint8_t)(out->opens | (tcp[13] & FLAG_PSH ? CUT_PUSH : 0) | (tcp[13] & FLAG_FIN ? CUT_FIN : 0) |
                  (from < to ? CUT_SERVER : 0) | ((client - CLIENT_PORT_MIN) & 1 ? CUT_SECOND : 0));

    out->opens = tcp[13] & FLAG_SYN ? CUT_OPENS : 0;
    if (length == 0 || length > UINT16_MAX)
        return;
    if (out->json && length > HEADER_OF_KX)
        write_file(out, payload + HEADER_OF_KX, length - HEADER_OF_KX);
    if (out->json)
        return;
    const uint8_t segment[3] = {flags, (uint8_t)(length >> 8), (uint8_t)length};
    g_byte_array_append(out->segments, segment, sizeof segment);
    g_byte_array_append(out->bytes, payload, (guint)length);
    if (out->segments->len / sizeof segment == CUT_SEGMENTS_MAX)
        flush(out);
}

/* Frames that are not TCP, or cut off within their headers, are no seeds. */
static void add_frame(seeds *out, const uint8_t *frame, size_t captured)
{
    if (captured < ETHERNET + 20)
        return;
    const uint8_t *ip = frame + ETHERNET;
    unsigned type = read16(frame + 12);
    size_t tcp = ETHERNET + (type == IPV6 ? IPV6_HEADER : (size_t)(ip[0] & 15) * 4);
    if ((type != IPV4 && type != IPV6) || ip[type == IPV6 ? 6 : 9] != 6 || captured < tcp + 20)
        return;
    size_t payload = tcp + (size_t)(frame[tcp + 12] >> 4) * 4;
    size_t end = ETHERNET + (type == IPV6 ? IPV6_HEADER + read16(ip + 4) : read16(ip + 2));
    if (end > captured)
        end = captured;
    if (payload <= end)
        add_segment(out, frame + tcp, frame + payload, end - payload);
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *record;
    const u_char *frame;

    if (argc != 4) {
        fputs("usage: make-seeds TARGET CAPTURE FOLDER\n", stderr);
        return 2;
    }
    g_autofree char *name = g_path_get_basename(argv[2]);
    seeds out = {.folder = argv[3],
                 .name = name,
                 .json = g_str_has_prefix(argv[1], "fuzz-json") || g_str_equal(argv[1], "fuzz-mask"),
                 .mode = g_str_equal(argv[1], "fuzz-dissector"),
                 .segments = g_byte_array_new(),
                 .bytes = g_byte_array_new()};
    pcap_t *capture = pcap_open_offline(argv[2], error);
    if (!capture || pcap_datalink(capture) != DLT_EN10MB) {
        fprintf(stderr, "make-seeds: %s: %s\n", argv[2], capture ? "not of Ethernet frames" : error);
        return 1;
    }
    while (pcap_next_ex(capture, &record, &frame) == 1)
        add_frame(&out, frame, record->caplen);
    flush(&out);
    pcap_close(capture);
    g_byte_array_unref(out.segments);
    g_byte_array_unref(out.bytes);
    return 0;
}
