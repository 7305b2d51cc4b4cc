/* A side of a talk, by OpenSSL. See record.sh for its arguments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE (1 << 20)

/* The most that a ticket allows; nothing of it is ever taken. */
#define EARLY_DATA_SIZE 16384

typedef struct {
    const char *role, *certificates, *name;
    unsigned char alpn[256]; /* as in the extension; the first byte is the length, 0: none */
    SSL_CTX *context;
    SSL_SESSION *session; /* to resume; NULL: none yet */
} side_t;

static void stop_unless(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "openssl: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(EXIT_FAILURE);
}

static void log_secret(const SSL *ssl, const char *line)
{
    FILE *file = fopen(getenv("SSLKEYLOGFILE"), "a");

    (void)ssl;
    stop_unless(file && fprintf(file, "%s\n", line) > 0 && !fclose(file), "SSLKEYLOGFILE");
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *size, const unsigned char *offered,
                       unsigned int offered_size, void *data)
{
    const side_t *side = data;
    unsigned char *chosen;

    (void)ssl;
    if (SSL_select_next_proto(&chosen, size, side->alpn, side->alpn[0] + 1u, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static const char *path_of(const side_t *side, const char *name, const char *suffix)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/%s%s", side->certificates, name, suffix);
    return path;
}

static void load_certificates(side_t *side)
{
    SSL_CTX *context = side->context;

    stop_unless(SSL_CTX_load_verify_locations(context, path_of(side, "ca", ".crt"), NULL), "ca.crt");
    if (strcmp(side->name, "-") == 0)
        return;
    stop_unless(SSL_CTX_use_certificate_file(context, path_of(side, side->name, ".crt"), SSL_FILETYPE_PEM) &&
                    SSL_CTX_use_PrivateKey_file(context, path_of(side, side->name, ".key"), SSL_FILETYPE_PEM),
                "own certificate");
}

static void make_context(side_t *side)
{
    static const unsigned char session_context[] = "kx";

    side->context = SSL_CTX_new(TLS_method());
    SSL_CTX_set_keylog_callback(side->context, log_secret);
    SSL_CTX_set_verify(side->context, SSL_VERIFY_PEER, NULL); /* a client need not have one */
    SSL_CTX_set_session_id_context(side->context, session_context, sizeof session_context);
    SSL_CTX_set_max_early_data(side->context, EARLY_DATA_SIZE);
    SSL_CTX_set_mode(side->context, SSL_MODE_AUTO_RETRY);
    if (side->alpn[0] != 0) {
        SSL_CTX_set_alpn_protos(side->context, side->alpn, side->alpn[0] + 1u);
        SSL_CTX_set_alpn_select_cb(side->context, choose_alpn, side);
    }
    load_certificates(side);
}

/* Returns the number of bytes that the digits say, which overwrite them. */
static size_t from_hex(char *digits)
{
    size_t size = strlen(digits) / 2;

    for (size_t i = 0; i < size; i++) {
        const char pair[] = {digits[2 * i], digits[2 * i + 1], '\0'};
        digits[i] = (char)strtoul(pair, NULL, 16);
    }
    return size;
}

static void read_all(SSL *ssl, char *buffer, size_t size)
{
    for (size_t done = 0, received; done < size; done += received)
        stop_unless(SSL_read_ex(ssl, buffer + done, size - done, &received), "reading");
}

static void read_to_end(SSL *ssl)
{
    char rest[4096];
    size_t size;

    while (SSL_read_ex(ssl, rest, sizeof rest, &size))
        continue;
    ERR_clear_error(); /* an end without close_notify */
}

static void shake_hands(SSL *ssl)
{
    if (!SSL_is_init_finished(ssl))
        stop_unless(SSL_do_handshake(ssl) == 1, "handshake");
}

static void play_own(SSL *ssl, const char *verb, char *digits)
{
    size_t size = digits ? from_hex(digits) : 0, written;

    if (strcmp(verb, "early") == 0) {
        stop_unless(SSL_write_early_data(ssl, digits, size, &written), "0-RTT");
        shake_hands(ssl);
        stop_unless(SSL_get_early_data_status(ssl) == SSL_EARLY_DATA_REJECTED, "0-RTT was not refused");
        return;
    }
    shake_hands(ssl);
    if (strcmp(verb, "write") == 0)
        stop_unless(SSL_write_ex(ssl, digits, size, &written), "writing");
    else if (strcmp(verb, "update") == 0)
        stop_unless(SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED), "key update");
    else if (strcmp(verb, "close") == 0 && SSL_shutdown(ssl) == 0)
        read_to_end(ssl);
}

static void play_other(SSL *ssl, const char *verb, char *digits)
{
    if (strcmp(verb, "write") == 0) {
        shake_hands(ssl);
        read_all(ssl, digits, strlen(digits) / 2);
    } else if (strcmp(verb, "close") == 0 || strcmp(verb, "drop") == 0) {
        read_to_end(ssl);
        SSL_shutdown(ssl);
    }
}

/* Plays its own lines, and reads what the other side's lines say. */
static void play(side_t *side, int descriptor, const char *talk)
{
    static char line[LINE_MAX_SIZE];
    SSL *ssl = SSL_new(side->context);
    FILE *file = fopen(talk, "r");

    stop_unless(file && setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) == 0 &&
                    SSL_set_fd(ssl, descriptor),
                talk);
    if (strcmp(side->role, "client") == 0) {
        SSL_set_connect_state(ssl);
        stop_unless(SSL_set1_host(ssl, "nagoya.qkdn.example") &&
                        SSL_set_tlsext_host_name(ssl, "nagoya.qkdn.example"),
                    "name");
        if (side->session)
            stop_unless(SSL_set_session(ssl, side->session), "session");
    } else {
        SSL_set_accept_state(ssl);
    }
    while (fgets(line, sizeof line, file)) {
        const char *who = strtok(line, " \n"), *verb = strtok(NULL, " \n");
        char *digits = strtok(NULL, " \n");
        if (strcmp(who, side->role) == 0)
            play_own(ssl, verb, digits);
        else
            play_other(ssl, verb, digits);
    }
    fclose(file);
    SSL_SESSION_free(side->session);
    side->session = SSL_get1_session(ssl);
    SSL_free(ssl);
    close(descriptor);
}

/* ADDRESS:PORT */
static struct sockaddr_in address_of(const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    char host[INET_ADDRSTRLEN];
    const char *colon = strchr(text, ':');

    snprintf(host, sizeof host, "%.*s", colon ? (int)(colon - text) : 0, text);
    stop_unless(colon && inet_pton(AF_INET, host, &address.sin_addr) == 1, text);
    address.sin_port = htons((uint16_t)atoi(colon + 1));
    return address;
}

static int bound_socket(const struct sockaddr_in *address)
{
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    stop_unless(descriptor >= 0 &&
                    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == 0 &&
                    bind(descriptor, (const struct sockaddr *)address, sizeof *address) == 0,
                "cannot bind");
    return descriptor;
}

static void serve(side_t *side, const struct sockaddr_in *own, char **talks)
{
    int listener = bound_socket(own);

    stop_unless(listen(listener, 1) == 0, "cannot listen");
    puts("ready");
    fflush(stdout);
    for (; *talks; talks++)
        play(side, accept(listener, NULL, NULL), *talks);
    close(listener);
}

static void visit(side_t *side, struct sockaddr_in *own, const struct sockaddr_in *peer, char **talks)
{
    for (; *talks; talks++) {
        int descriptor = bound_socket(own);
        stop_unless(connect(descriptor, (const struct sockaddr *)peer, sizeof *peer) == 0, "cannot connect");
        play(side, descriptor, *talks);
        own->sin_port = htons((uint16_t)(ntohs(own->sin_port) + 1));
    }
}

int main(int argc, char **argv)
{
    side_t side = {0};
    struct sockaddr_in own, peer;

    stop_unless(argc > 7, "too few arguments: see record.sh");
    side.role = argv[1];
    own = address_of(argv[2]);
    peer = address_of(argv[3]);
    side.certificates = argv[4];
    side.name = argv[5];
    if (strcmp(argv[6], "-") != 0)
        side.alpn[0] = (unsigned char)snprintf((char *)side.alpn + 1, sizeof side.alpn - 1, "%s", argv[6]);
    signal(SIGPIPE, SIG_IGN);
    make_context(&side);
    if (strcmp(side.role, "server") == 0)
        serve(&side, &own, argv + 7);
    else
        visit(&side, &own, &peer, argv + 7);
    SSL_SESSION_free(side.session);
    SSL_CTX_free(side.context);
    return EXIT_SUCCESS;
}
