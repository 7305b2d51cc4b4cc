/* kx-records.c
 * TLS records that share TCP segments: each message is shown once, in the first pass and in the second alike. Real
 * sessions are among the live captures; these are made by hand, of a cipher suite that encrypts nothing, as no TLS
 * library can be told how to cut.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "program.h"
#include "traffic.h"

enum { CHANGE_CIPHER_SPEC = 20, HANDSHAKE = 22, APPLICATION_DATA = 23 };
enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, SERVER_HELLO_DONE = 14, CLIENT_KEY_EXCHANGE = 16, FINISHED = 20 };
enum { MANY = 300 };

/* What the client sends in one segment, as bytes of records. */
typedef void (*maker)(GByteArray *to);

/* ---- TLS 1.2 with TLS_RSA_WITH_NULL_SHA256 ---- */

#define RANDOM "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define MAC    "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"
#define SUITE  "\0\x3b"

static void add(GByteArray *to, const void *bytes, gsize length)
{
    g_byte_array_append(to, (const guint8 *)bytes, (guint)length);
}

static void add_record(GByteArray *to, guint8 type, const void *bytes, gsize length, gboolean protected)
{
    gsize whole = length + (protected ? sizeof MAC - 1 : 0);
    const guint8 header[] = {type, 3, 3, (guint8)(whole >> 8), (guint8)whole};

    add(to, header, sizeof header);
    add(to, bytes, length);
    if (protected)
        add(to, MAC, sizeof MAC - 1);
}

static void add_handshake(GByteArray *to, guint8 type, const void *body, gsize length, gboolean protected)
{
    g_autoptr(GByteArray) message = g_byte_array_new();
    const guint8 header[] = {type, 0, 0, (guint8)length};

    add(message, header, sizeof header);
    add(message, body, length);
    add_record(to, HANDSHAKE, message->data, message->len, protected);
}

static void add_finished(GByteArray *to)
{
    add_record(to, CHANGE_CIPHER_SPEC, "\1", 1, FALSE);
    add_handshake(to, FINISHED, "ffffffffffff", 12, TRUE);
}

static void send_all(traffic *out, tcp *connection, gboolean server, const GByteArray *bytes)
{
    segment all = {connection->sent[server], connection->sent[server] + bytes->len, TRUE};

    traffic_send(out, connection, server, &all, bytes->data);
}

static void shake_hands(traffic *out, tcp *connection)
{
    g_autoptr(GByteArray) hello = g_byte_array_new(), answer = g_byte_array_new(), key = g_byte_array_new(),
                          end = g_byte_array_new();
    static const char client[] = "\3\3" RANDOM "\0\0\2" SUITE "\1", server[] = "\3\3" RANDOM "\0" SUITE;
    guint8 secret[50] = {0, 48};

    add_handshake(hello, CLIENT_HELLO, client, sizeof client, FALSE); /* with its NUL: no compression */
    add_handshake(answer, SERVER_HELLO, server, sizeof server, FALSE);
    add_handshake(answer, SERVER_HELLO_DONE, NULL, 0, FALSE);
    add_handshake(key, CLIENT_KEY_EXCHANGE, secret, sizeof secret, FALSE);
    add_finished(key);
    add_finished(end);
    send_all(out, connection, FALSE, hello);
    send_all(out, connection, TRUE, answer);
    send_all(out, connection, FALSE, key);
    send_all(out, connection, TRUE, end);
}

/* ---- messages ---- */

/* surplus: how much too large Length is. */
static GByteArray *new_message(guint id, guint surplus)
{
    g_autofree char *payload = g_strdup_printf("{\"Session ID\":\"s-%03u\"}", id);
    guint length = (guint)strlen(payload) + surplus;
    const guint8 header[] = {0, 1, 0, 0, (guint8)(id >> 8), (guint8)id, 0x11, 3, 0, (guint8)length};
    GByteArray *message = g_byte_array_new();

    add(message, header, sizeof header);
    add(message, payload, strlen(payload));
    return message;
}

static void add_data(GByteArray *to, const void *bytes, gsize length)
{
    add_record(to, APPLICATION_DATA, bytes, length, TRUE);
}

static void add_message(GByteArray *to, guint id)
{
    g_autoptr(GByteArray) message = new_message(id, 0);

    add_data(to, message->data, message->len);
}

static void many(GByteArray *to)
{
    for (guint id = 1; id <= MANY; id++)
        add_message(to, id);
}

static void too_large(GByteArray *to)
{
    g_autoptr(GByteArray) first = new_message(1, 0), second = new_message(2, 1);

    add(first, second->data, second->len);
    add_data(to, first->data, first->len);
    add_message(to, 3);
}

static void in_pieces(GByteArray *to)
{
    static const guint ends[] = {2, 6, 8, 10};
    g_autoptr(GByteArray) first = new_message(1, 0);
    guint from = 0;

    add_data(to, "This key manager speaks Kx.\n", 28);
    for (guint i = 0; i < G_N_ELEMENTS(ends); from = ends[i++])
        add_data(to, first->data + from, ends[i] - from);
    add_data(to, first->data + from, first->len - from);
    add_message(to, 2);
    add_message(to, 3);
}

static void three(GByteArray *to)
{
    for (guint id = 1; id <= 3; id++)
        add_message(to, id);
}

/* A segment each for records of one length. */
static void send_each(traffic *out, tcp *connection, const GByteArray *records, guint count)
{
    guint32 start = connection->sent[0], length = records->len / count;

    for (guint i = 0; i < count; i++) {
        segment one = {start + i * length, start + (i + 1) * length, TRUE};
        traffic_send(out, connection, FALSE, &one, records->data + i * length);
    }
}

static const struct {
    const char *name;
    maker make;
    guint first, last; /* MessageIDs that are shown */
    gboolean doubled;  /* segments that come twice: TCP takes the first one's copy for one out of order */
} cases[] = {
    {"more records in a frame than JSON dissectors fit in", many, 1, MANY, FALSE},
    {"a Length that is too large, and the next message in the next record", too_large, 1, 3, FALSE},
    {"something else, then a header field by field", in_pieces, 2, 3, FALSE},
    {"segments that are seen again", three, 1, 3, TRUE},
};

/* ---- the captures ---- */

static gboolean write_capture(const char *path, maker make, gboolean doubled, GError **error)
{
    traffic out = {capture_open(path, 262144, TRUE, error), 0};
    g_autoptr(GByteArray) sent = g_byte_array_new();
    tcp connection;

    if (!out.capture)
        return FALSE;
    traffic_open(&out, &connection, 0, 0, SERVER_PORT);
    shake_hands(&out, &connection);
    make(sent);
    if (doubled) {
        tcp copied = connection;
        send_each(&out, &connection, sent, 3);
        send_each(&out, &copied, sent, 3);
    } else {
        send_all(&out, &connection, FALSE, sent);
    }
    return capture_commit(out.capture, error);
}

/* Of this cipher suite nothing needs the master secret but that there is one. */
static gboolean write_secrets(const char *path, GError **error)
{
    GString *line = g_string_new("CLIENT_RANDOM ");

    for (guint i = 0; i < sizeof RANDOM - 1; i++)
        g_string_append_printf(line, "%02x", RANDOM[i]);
    g_string_append_c(line, ' ');
    for (guint i = 0; i < 48; i++)
        g_string_append(line, "6d");
    g_autofree char *text = g_string_free(line, FALSE);
    return g_file_set_contents(path, text, -1, error);
}

/* A line for each frame: MessageIDs, skipped bytes, which messages were seen before. */
/* KX_COPY_OF_RECORD: the first of them again, where Wireshark's TLS hands over a record that it has read
 * (CMakeLists.txt). */
static char *expected_of(guint number)
{
    GString *ids = g_string_new(NULL);

    if (cases[number].doubled)
        return g_string_free(g_string_append(ids, "1\t\t\n2\t\t\n3\t\t\n" KX_COPY_OF_RECORD), FALSE);
    for (guint id = cases[number].first; id <= cases[number].last; id++)
        g_string_append_printf(ids, "%s%u", ids->len ? "," : "", id);
    return g_string_free(g_string_append(ids, "\t\t\n"), FALSE);
}

static gboolean is_right(tshark_t *tshark, const char *capture, const char *secrets, guint number,
                         GError **error)
{
    g_autofree char *preference = g_strdup_printf("tls.keylog_file:%s", secrets);
    g_autofree char *expected = expected_of(number);

    for (int passes = 1; passes <= 2; passes++) {
        const char *const arguments[] = {"-r",
                                         capture,
                                         "-o",
                                         preference,
                                         "-o",
                                         "tls.ignore_ssl_mac_failed:TRUE",
                                         "-o",
                                         "tcp.no_subdissector_on_error:FALSE",
                                         "-Y",
                                         "kx",
                                         "-T",
                                         "fields",
                                         "-e",
                                         "kx.message_id",
                                         "-e",
                                         "kx.resync.length",
                                         "-e",
                                         "kx.seen_before",
                                         passes == 2 ? "-2" : NULL,
                                         NULL};
        g_autofree char *shown = tshark_run(tshark, arguments, error);
        if (!shown)
            return FALSE;
        if (strcmp(shown, expected) != 0) {
            g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s, passes %d: %snot %s",
                        cases[number].name, passes, shown, expected);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean check(tshark_t *tshark, const char *folder, guint number, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "records.pcap", NULL);
    g_autofree char *keys = g_build_filename(folder, "records.keys", NULL);

    if (!write_capture(path, cases[number].make, cases[number].doubled, error) || !write_secrets(keys, error))
        return FALSE;
    g_autofree char *capture = tshark_share(tshark, path, error);
    g_autofree char *secrets = capture ? tshark_share(tshark, keys, error) : NULL;
    return secrets && is_right(tshark, capture, secrets, number, error);
}

static gboolean run(kx_program *program, GError **error)
{
    gboolean right = TRUE;

    for (guint i = 0; right && i < G_N_ELEMENTS(cases); i++)
        right = check(program->tshark, program->folder, i, error);
    return right;
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Dissects TLS records that share segments", NULL, run);
}
