/* kx-quoted.c
 * What an ICMP error quotes is shown, but is no message of the connection: nothing is linked with it, no finding
 * comes of its being there twice, and no statistics count it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "program.h"
#include "traffic.h"

static const char request[] = "\0\1\0\0\0\1\x11\3\0\x16{\"Session ID\":\"s-001\"}";
static const char response[] =
    "\0\1\0\0\0\2\x11\4\0\x33{\"Session ID\":\"s-001\",\"Key ID\":\"k\",\"Response\":\"ok\"}";

static const char expected[] = "4\ts-001\t6\t\t\n"
                               "5\ts-001\t\t\t\n"
                               "6\ts-001\t\t4\t\n";

static gboolean write_capture(const char *path, GError **error)
{
    traffic out = {capture_open(path, 262144, TRUE, error), 0};
    segment asked = {0, sizeof request - 1, TRUE}, answered = {0, sizeof response - 1, TRUE};
    tcp connection;

    if (!out.capture)
        return FALSE;
    traffic_open(&out, &connection, 0, 0, SERVER_PORT);
    traffic_send(&out, &connection, FALSE, &asked, (const guint8 *)request);
    traffic_quote(&out, &connection, FALSE, &asked, (const guint8 *)request);
    traffic_send(&out, &connection, TRUE, &answered, (const guint8 *)response);
    return capture_commit(out.capture, error);
}

static gboolean is_right(tshark_t *tshark, const char *path, GError **error)
{
    g_autofree char *capture = tshark_share(tshark, path, error);
    const char *const fields[] = {"-r",
                                  capture,
                                  "-2",
                                  "-Y",
                                  "kx",
                                  "-T",
                                  "fields",
                                  "-e",
                                  "frame.number",
                                  "-e",
                                  "kx.session_id",
                                  "-e",
                                  "kx.response_in",
                                  "-e",
                                  "kx.response_to",
                                  "-e",
                                  "kx.message_id.reused",
                                  NULL};
    const char *const statistics[] = {"-r", capture, "-q", "-z", "kx,tree", NULL};
    g_autofree char *shown = capture ? tshark_run(tshark, fields, error) : NULL;
    g_autofree char *counted = shown ? tshark_run(tshark, statistics, error) : NULL;

    if (!counted)
        return FALSE;
    if (strcmp(shown, expected) == 0 && g_regex_match_simple("Key supply notification +1 ", counted, 0, 0))
        return TRUE;
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "shown:\n%s%snot:\n%s", shown, counted, expected);
    return FALSE;
}

static gboolean run(kx_program *program, GError **error)
{
    g_autofree char *path = g_build_filename(program->folder, "quoted.pcap", NULL);

    return write_capture(path, error) && is_right(program->tshark, path, error);
}

int main(int argc, char **argv)
{
    return program_main(argc, argv, "Makes sure that quotes are no messages", NULL, run);
}
