/* Plays the procedures of the Kx interface between four key managers over real sockets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "procedures.h"

#include <stdlib.h>
#include <unistd.h>

#define TIME_LIMIT 60 /* seconds; a session takes less than one */

typedef struct {
    char *transport, *certificates, *ledger, *greeting, *alpn;
    int port, big_relay_keys;
    gboolean server_only;
} options_t;

static gboolean parse_options(options_t *options, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"transport", 0, 0, G_OPTION_ARG_STRING, &options->transport, "what lies below Kx",
         "tcp|tls12|tls13"},
        {"certificates", 0, 0, G_OPTION_ARG_FILENAME, &options->certificates,
         "ca.crt, and tokyo.crt, tokyo.key, ... in PEM", "DIRECTORY"},
        {"server-only", 0, 0, G_OPTION_ARG_NONE, &options->server_only, "clients show no certificate", NULL},
        {"port", 0, 0, G_OPTION_ARG_INT, &options->port, "where all listen", "PORT"},
        {"big-relay-keys", 0, 0, G_OPTION_ARG_INT, &options->big_relay_keys, "keys in the big key relay",
         "N"},
        {"greeting", 0, 0, G_OPTION_ARG_STRING, &options->greeting, "what servers say first, which is not Kx",
         "TEXT"},
        {"alpn", 0, 0, G_OPTION_ARG_STRING, &options->alpn, "what both sides of TLS offer to speak", "NAME"},
        {"ledger", 0, 0, G_OPTION_ARG_FILENAME, &options->ledger, "write down there what was sent", "FILE"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context,
                                 "Plays key relays and key supply notifications on 127.0.0.0/8.\n"
                                 "With TLS, SSLKEYLOGFILE names the file for the session's secrets.");
    return g_option_context_parse(context, argc, argv, error);
}

static gboolean read_version(const options_t *options, enum tls_version *version, GError **error)
{
    static const char *const names[] = {"tcp", "tls12", "tls13", NULL};

    for (guint i = 0; names[i]; i++)
        if (g_strcmp0(names[i], options->transport) == 0) {
            *version = (enum tls_version)i;
            return TRUE;
        }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--transport is tcp, tls12 or tls13");
    return FALSE;
}

static gboolean check(const options_t *options, enum tls_version version, GError **error)
{
    if (options->ledger && (version == TLS_NONE || options->certificates) && options->port > 0 &&
        options->port <= G_MAXUINT16 && options->big_relay_keys > 0)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "see --help: --ledger is needed, and "
                "--certificates with TLS; numbers must be positive");
    return FALSE;
}

static gboolean run(const options_t *options, GError **error)
{
    world_t world = {.port = (guint16)options->port,
                     .big_relay_keys = (guint)options->big_relay_keys,
                     .greeting = options->greeting,
                     .tls = {.mutual = !options->server_only,
                             .alpn = options->alpn,
                             .certificates = options->certificates}};
    gboolean good =
        read_version(options, &world.tls.version, error) && check(options, world.tls.version, error);

    if (good) {
        world.ledger = ledger_new(options->transport, options->greeting);
        procedures_run(&world);
        good = ledger_save(world.ledger, options->ledger, error);
        ledger_free(world.ledger);
    }
    return good;
}

int main(int argc, char **argv)
{
    options_t options = {.port = 41630, .big_relay_keys = 16};
    g_autoptr(GError) error = NULL;
    gboolean good;

    alarm(TIME_LIMIT);
    good = parse_options(&options, &argc, &argv, &error) && run(&options, &error);
    if (error)
        g_printerr("kx-peer: %s\n", error->message);
    g_free(options.transport);
    g_free(options.certificates);
    g_free(options.ledger);
    g_free(options.greeting);
    g_free(options.alpn);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
