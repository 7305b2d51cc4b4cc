/* kx-tunnels.c
 * Kx after something else on the same connection: what tells of a connection first (PROXY protocol), opens a tunnel
 * through it (HTTP CONNECT, SOCKS 5), or goes on for long. The same messages in the first pass and in the second; none
 * is lost unless so much came before that two messages are needed to be sure.
 *
 * usage: kx-tunnels --tshark PROGRAM --plugins FOLDER [--keep FOLDER]
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "traffic.h"
#include "tree.h"
#include "tshark.h"

#define V1          "PROXY TCP4 192.0.2.1 192.0.2.2 49152 7100\r\n"
#define V2          "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xc0\0\x1b\xbc"
#define V2_LOCAL    "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"
#define CONNECT     "CONNECT kma-2.example:7100 HTTP/1.1\r\nHost: kma-2.example:7100\r\n\r\n"
#define ESTABLISHED "HTTP/1.1 200 Connection established\r\n\r\n"
#define GREETING    "{\"hello\":\"this key manager says a lot before it speaks Kx\"}\n"
#define SOCKS_HELLO "\5\1\0"
#define SOCKS_OK    "\5\0"
#define SOCKS_ASKS  "\5\1\0\1\xc0\0\2\2\x1b\xbc"
#define SOCKS_GIVES "\5\0\0\1\xc0\0\2\1\xc0\0"
#define REQUEST(id) "\0\1\0\0\0" id "\x11\3\0\x16{\"Session ID\":\"s-001\"}"
#define RESPONSE(id)                                                                                         \
    "\0\1\0\0\0" id "\x11\4\0\x33{\"Session ID\":\"s-001\",\"Key ID\":\"k\",\"Response\":\"ok\"}"

/* A segment of client or server. */
typedef struct {
    gboolean server;
    const char *bytes;
    gsize length;
} said;

#define CLIENT(literal)                                                                                      \
    {                                                                                                        \
        FALSE, literal, sizeof(literal) - 1                                                                  \
    }
#define SERVER(literal)                                                                                      \
    {                                                                                                        \
        TRUE, literal, sizeof(literal) - 1                                                                   \
    }

static const struct {
    const char *name;
    guint16 port; /* where Wireshark looks for the tunnel's protocol */
    said said[8];
    const char *expected; /* MessageIDs of the frames with messages */
    guint greetings;      /* segments with something else that come first */
} cases[] = {
    {"PROXY v1, apart", SERVER_PORT, {CLIENT(V1), CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2"))}, "1 2", 0},
    {"PROXY v1, together",
     SERVER_PORT,
     {CLIENT(V1 REQUEST("\1")), SERVER(RESPONSE("\2")), CLIENT(REQUEST("\3"))},
     "1 2 3",
     0},
    {"PROXY v1, together with a beginning",
     SERVER_PORT,
     {CLIENT(V1 "\0\1\0\0\0\1\x11\3\0\x16{\"Session"), CLIENT(" ID\":\"s-001\"}"), SERVER(RESPONSE("\2"))},
     "1 2",
     0},
    {"PROXY v1, together with what is no message by itself",
     SERVER_PORT,
     {CLIENT(V1 "{\"a\":1,\"b\":2}"), CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2"))},
     "1 2",
     0},
    {"PROXY v1, together with a malformed message",
     SERVER_PORT,
     {CLIENT(V1 "\0\1\0\0\0\1\x11\3\0\x05{a:1}"), CLIENT(REQUEST("\2")), SERVER(RESPONSE("\3"))},
     "1 2 3",
     0},
    {"PROXY v2, apart", SERVER_PORT, {CLIENT(V2), CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2"))}, "1 2", 0},
    {"PROXY v2, together",
     SERVER_PORT,
     {CLIENT(V2 REQUEST("\1")), SERVER(RESPONSE("\2")), CLIENT(REQUEST("\3"))},
     "1 2 3",
     0},
    {"PROXY v2, two messages",
     SERVER_PORT,
     {CLIENT(V2 REQUEST("\1") REQUEST("\2")), SERVER(RESPONSE("\3")), CLIENT(REQUEST("\4"))},
     "1,2 3 4",
     0},
    {"PROXY v2, local",
     SERVER_PORT,
     {CLIENT(V2_LOCAL), CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2"))},
     "1 2",
     0},
    {"HTTP CONNECT",
     3128,
     {CLIENT(CONNECT), SERVER(ESTABLISHED), CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2")),
      CLIENT(REQUEST("\3"))},
     "1 2 3",
     0},
    {"HTTP CONNECT, messages share segments",
     3128,
     {CLIENT(CONNECT), SERVER(ESTABLISHED), CLIENT(REQUEST("\1") REQUEST("\2")), SERVER(RESPONSE("\3")),
      CLIENT(REQUEST("\4"))},
     "1,2 3 4",
     0},
    {"HTTP CONNECT, a message in pieces",
     3128,
     {CLIENT(CONNECT), SERVER(ESTABLISHED), CLIENT("\0\1\0\0\0\1\x11\3\0\x16{\"Session"),
      CLIENT(" ID\":\"s-001\"}"), SERVER(RESPONSE("\2")), CLIENT(REQUEST("\3"))},
     "1 2 3",
     0},
    {"HTTP CONNECT on another port",
     SERVER_PORT + 1,
     {CLIENT(CONNECT), SERVER(ESTABLISHED), CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2")),
      CLIENT(REQUEST("\3"))},
     "1 2 3",
     0},
    {"SOCKS 5",
     1080,
     {CLIENT(SOCKS_HELLO), SERVER(SOCKS_OK), CLIENT(SOCKS_ASKS), SERVER(SOCKS_GIVES), CLIENT(REQUEST("\1")),
      SERVER(RESPONSE("\2")), CLIENT(REQUEST("\3"))},
     "1 2 3",
     0},
    {"SOCKS 5 on another port",
     SERVER_PORT,
     {CLIENT(SOCKS_HELLO), SERVER(SOCKS_OK), CLIENT(SOCKS_ASKS), SERVER(SOCKS_GIVES), CLIENT(REQUEST("\1")),
      SERVER(RESPONSE("\2")), CLIENT(REQUEST("\3"))},
     "1 2 3",
     0},
    {"63 segments of something else",
     SERVER_PORT,
     {CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2")), CLIENT(REQUEST("\3"))},
     "1 2 3",
     63},
    {"64 segments of something else",
     SERVER_PORT,
     {CLIENT(REQUEST("\1")), SERVER(RESPONSE("\2")), CLIENT(REQUEST("\3")), SERVER(RESPONSE("\4"))},
     "3 4",
     64},
    {"64 segments of something else, then two messages in one",
     SERVER_PORT,
     {CLIENT(REQUEST("\1") REQUEST("\2")), SERVER(RESPONSE("\3"))},
     "1,2 3",
     64},
    {"64 segments of something else, then three messages in two",
     SERVER_PORT,
     {CLIENT(REQUEST("\1") "\0\1\0\0\0\2\x11\3\0\x16{\"Ses"), CLIENT("sion ID\":\"s-001\"}" REQUEST("\3"))},
     "1 2,3",
     64},
    {"64 segments of something else, then two that are no two in a row",
     SERVER_PORT,
     {CLIENT(REQUEST("\1")), CLIENT(GREETING), CLIENT(REQUEST("\2")), CLIENT(GREETING)},
     "",
     64},
    {"64 segments of something else, then header and payload apart",
     SERVER_PORT,
     {CLIENT("\0\1\0\0\0\1\x11\3\0\x16"), CLIENT("{\"Session ID\":\"s-001\"}"),
      CLIENT("\0\1\0\0\0\2\x11\3\0\x16"), CLIENT("{\"Session ID\":\"s-001\"}"), CLIENT(REQUEST("\3"))},
     "3",
     64},
};

static void say(traffic *out, tcp *connection, const said *s)
{
    segment all = {connection->sent[s->server], connection->sent[s->server] + (guint32)s->length, TRUE};

    traffic_send(out, connection, s->server, &all, (const guint8 *)s->bytes);
}

static gboolean write_capture(const char *path, guint number, GError **error)
{
    traffic out = {capture_open(path, 262144, TRUE, error), 0};
    tcp connection;

    if (!out.capture)
        return FALSE;
    traffic_open(&out, &connection, 0, 0, cases[number].port);
    for (guint i = 0; i < cases[number].greetings; i++)
        say(&out, &connection, &(const said)CLIENT(GREETING));
    for (const said *s = cases[number].said; s->bytes; s++)
        say(&out, &connection, s);
    return capture_commit(out.capture, error);
}

static char *show(tshark_t *tshark, const char *capture, gboolean twice, GError **error)
{
    const char *const arguments[] = {"-r",
                                     capture,
                                     "-Y",
                                     "kx",
                                     "-T",
                                     "fields",
                                     "-e",
                                     "frame.protocols",
                                     "-e",
                                     "kx.message_id",
                                     "-e",
                                     "kx.resync.length",
                                     twice ? "-2" : NULL,
                                     NULL};

    return tshark_run(tshark, arguments, error);
}

/* The MessageIDs of what was shown. */
static char *ids_of(const char *shown)
{
    g_auto(GStrv) lines = g_strsplit(shown, "\n", -1);
    GString *ids = g_string_new(NULL);

    for (guint i = 0; lines[i]; i++) {
        g_auto(GStrv) columns = g_strsplit(lines[i], "\t", -1);
        if (columns[0] && columns[1] && *columns[1])
            g_string_append_printf(ids, "%s%s", ids->len ? " " : "", columns[1]);
    }
    return g_string_free(ids, FALSE);
}

/* Returns whether the case is right; prints what is wrong. */
static gboolean check(tshark_t *tshark, const char *folder, guint number, GError **error)
{
    g_autofree char *name = g_strdup_printf("tunnel-%u.pcap", number);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *capture = write_capture(path, number, error) ? tshark_share(tshark, path, error) : NULL;
    g_autofree char *once = capture ? show(tshark, capture, FALSE, error) : NULL;
    g_autofree char *twice = once ? show(tshark, capture, TRUE, error) : NULL;
    g_autofree char *ids = twice ? ids_of(twice) : NULL;

    if (!twice)
        return FALSE;
    if (strcmp(once, twice) == 0 && strcmp(ids, cases[number].expected) == 0)
        return TRUE;
    fprintf(stderr, "%s: not messages %s, but in the first pass\n%sand in the second\n%s", cases[number].name,
            cases[number].expected, once, twice);
    return FALSE;
}

int main(int argc, char **argv)
{
    char *program = NULL, *plugins = NULL, *keep = NULL;
    const GOptionEntry options[] = {
        {"tshark", 0, 0, G_OPTION_ARG_STRING, &program, "the program", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_STRING, &plugins, "with the plugin", "FOLDER"},
        {"keep", 0, 0, G_OPTION_ARG_STRING, &keep, "for the captures", "FOLDER"},
        G_OPTION_ENTRY_NULL};
    g_autoptr(GOptionContext) context = g_option_context_new("- looks for Kx below tunnels");
    g_autoptr(GError) error = NULL;
    guint wrong = 0;

    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || !program || !plugins) {
        fprintf(stderr, "kx-tunnels: %s\n", error ? error->message : "--tshark and --plugins are needed");
        return 2;
    }
    g_autofree char *folder = keep ? g_strdup(keep) : g_dir_make_tmp("kx-tunnels-XXXXXX", &error);
    g_autoptr(tshark_t) tshark = folder ? tshark_new(program, plugins, &error) : NULL;
    for (guint i = 0; tshark && !error && i < G_N_ELEMENTS(cases); i++)
        wrong += !check(tshark, folder, i, &error);
    if (!keep && folder)
        tree_remove(folder);
    if (error)
        fprintf(stderr, "kx-tunnels: %s\n", error->message);
    return tshark && !error && wrong == 0 ? 0 : 1;
}
