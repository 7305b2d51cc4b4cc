/* kx-text.c
 * What a peer wrote stays text, whatever tshark is asked for: every output is valid UTF-8 and well-formed, and where
 * people read it, nothing in it controls a terminal. With keys hidden, no text shows one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

#include "tshark.h"

typedef struct {
    tshark_t *tshark;
    const char *capture;
    guint failures;
} run;

static void fail(run *r, const char *what, const char *why)
{
    g_print("%s: %s\n", what, why);
    r->failures++;
}

static char *output_of(run *r, const char *line)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *whole = g_strdup_printf("-r %s %s", r->capture, line);
    g_auto(GStrv) arguments = NULL;

    if (!g_shell_parse_argv(whole, NULL, &arguments, &error)) {
        fail(r, line, error->message);
        return g_strdup("");
    }
    char *output = tshark_run(r->tshark, (const char *const *)arguments, &error);
    if (!output) {
        fail(r, line, error->message);
        return g_strdup("");
    }
    if (*output == '\0')
        fail(r, line, "no output");
    if (!g_utf8_validate(output, -1, NULL))
        fail(r, line, "invalid UTF-8");
    return output;
}

static void check_xml(run *r, const char *line)
{
    static const GMarkupParser nothing = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *output = output_of(r, line);
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&nothing, 0, NULL, NULL);

    if (!g_markup_parse_context_parse(context, output, -1, &error) ||
        !g_markup_parse_context_end_parse(context, &error))
        fail(r, line, error->message);
    for (const char *at = output; *at != '\0'; at++)
        if ((guchar)*at < ' ' && !strchr("\t\r\n", *at)) {
            fail(r, line, "a character that XML does not have");
            return;
        }
}

/* One JSON text, or one a line. */
static void check_json(run *r, const char *line, gboolean lines)
{
    g_autofree char *output = output_of(r, line);
    g_auto(GStrv) texts = g_strsplit(output, lines ? "\n" : "\x01", -1);

    for (char **text = texts; *text; text++) {
        g_autoptr(JsonParser) parser = json_parser_new();
        g_autoptr(GError) error = NULL;
        if (**text != '\0' && !json_parser_load_from_data(parser, *text, -1, &error))
            fail(r, line, error->message);
    }
}

/* What is read on a screen. */
static void check_plain(run *r, const char *line)
{
    g_autofree char *output = output_of(r, line);

    for (const char *at = output; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c != '\n' && c != '\t' && (g_unichar_iscntrl(c) || g_unichar_type(c) == G_UNICODE_FORMAT)) {
            g_autofree char *why = g_strdup_printf("U+%04X after \"%.*s\"", c, (int)MIN(at - output, 40),
                                                   at - MIN(at - output, 40));
            fail(r, line, why);
            return;
        }
    }
}

static void check_text(run *r)
{
    static const char *const plain[] = {
        "",
        "-V -Y kx -o kx.json_subtree:FALSE",
        "-q -z expert",
        "-q -z kx,tree",
        "-q -z kx,srt",
        "-q -z kx,relay",
        "-q -z conv,kx",
        "-q -z endpoints,kx",
        "-T fields -e _ws.col.Info -e _ws.expert.message",
    };

    for (guint passes = 1; passes <= 2; passes++) {
        for (guint i = 0; i < G_N_ELEMENTS(plain); i++) {
            g_autofree char *line = g_strdup_printf("%s%s", passes == 2 ? "-2 " : "", plain[i]);
            check_plain(r, line);
        }
        check_xml(r, passes == 2 ? "-2 -T pdml" : "-T pdml");
        check_xml(r, passes == 2 ? "-2 -T psml" : "-T psml");
        check_json(r, passes == 2 ? "-2 -T json" : "-T json", FALSE);
        check_json(r, passes == 2 ? "-2 -T ek" : "-T ek", TRUE);
    }
}

/* No value of the capture that is as long as a key is shown when keys are hidden. */
static void check_hidden(run *r)
{
    g_autofree char *values = output_of(r, "-T fields -e kx.key.data -e kx.parameter.value");
    g_auto(GStrv) secrets = g_strsplit_set(values, "\n\t,", -1);
    static const char *const outputs[] = {
        "-V -o kx.hide_keys:TRUE", "-2 -V -o kx.hide_keys:TRUE",
        "-T fields -e kx.key.data -e kx.parameter.value -o kx.hide_keys:TRUE"};
    guint keys = 0;

    for (char **secret = secrets; *secret; secret++)
        keys += strlen(*secret) == 44;
    if (keys == 0)
        fail(r, r->capture, "no keys in it");
    for (guint i = 0; i < G_N_ELEMENTS(outputs); i++) {
        g_autofree char *output = output_of(r, outputs[i]);
        for (char **secret = secrets; *secret; secret++)
            if (strlen(*secret) == 44 && strstr(output, *secret))
                fail(r, outputs[i], *secret);
    }
}

int main(int argc, char **argv)
{
    char *program = NULL, *plugins = NULL, *text = NULL, *hidden = NULL;
    const GOptionEntry entries[] = {
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &program, "the tshark to run", "PROGRAM"},
        {"plugins", 0, 0, G_OPTION_ARG_FILENAME, &plugins, "holds 4.x/epan/kx.so", "DIRECTORY"},
        {"text", 0, 0, G_OPTION_ARG_FILENAME, &text, "a capture with hostile text", "CAPTURE"},
        {"keys", 0, 0, G_OPTION_ARG_FILENAME, &hidden, "a capture with keys to hide", "CAPTURE"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- check what tshark shows of hostile text");
    g_autoptr(GError) error = NULL;
    run r = {0};

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || !program || !plugins || !text || !hidden) {
        g_printerr("kx-text: %s\n", error ? error->message : "an option is missing; see --help");
        return EXIT_FAILURE;
    }
    r.tshark = tshark_new(program, plugins, &error);
    g_autofree char *text_shared = r.tshark ? tshark_share(r.tshark, text, &error) : NULL;
    g_autofree char *keys_shared = text_shared ? tshark_share(r.tshark, hidden, &error) : NULL;
    if (!keys_shared) {
        g_printerr("kx-text: %s\n", error->message);
        return EXIT_FAILURE;
    }
    r.capture = text_shared;
    check_text(&r);
    r.capture = keys_shared;
    check_hidden(&r);
    tshark_free(r.tshark);
    return r.failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
