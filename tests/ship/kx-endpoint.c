/* kx-endpoint.c
 * An endpoint that takes documents as OpenSearch and Elasticsearch do, and fails as it is told to. For tests only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "documents.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: kx-endpoint FOLDER [largest=BYTES] [N:FAULT ...]\n"
    "Listens on a port of 127.0.0.1 until it is terminated. In FOLDER it writes: port; mapping.json, of the "
    "index;\n"
    "received, every byte it was sent; accepted, identifier and document of each that it took; violations, "
    "what was\n"
    "wrong. Of the N-th bulk request:\n"
    "  STATUS or STATUS,SECONDS  refuses it with this status, and Retry-After\n"
    "  cut, lost                 closes the connection without an answer; lost: after taking the documents\n"
    "  kill, kill-late           kills the process group of the number in FOLDER/victim; kill-late: as lost\n"
    "  item,K,STATUS             refuses every K-th document of it\n"
    "  garbage, empty            answers with no JSON; with no items\n";

typedef struct {
    char *folder;
    gsize largest;
    GHashTable *faults; /* by number: the words of the fault */
    guint requests;
    gint64 not_before; /* when the client may come again */
    JsonNode *mapping;
} endpoint;

typedef struct {
    GString *body;
} upload;

/* ---- files ---- */

static void append(const endpoint *e, const char *name, const char *bytes, gsize length)
{
    g_autofree char *path = g_build_filename(e->folder, name, NULL);
    FILE *file = fopen(path, "a");

    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        g_error("%s cannot be written", path);
}

static void violation(const endpoint *e, const char *text)
{
    g_autofree char *line = g_strdup_printf("request %u: %s\n", e->requests, text);

    append(e, "violations", line, strlen(line));
}

/* ---- answers ---- */

static enum MHD_Result answer(struct MHD_Connection *connection, guint status, const char *retry_after,
                              char *body)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(body), body, MHD_RESPMEM_MUST_FREE);
    enum MHD_Result result;

    if (retry_after)
        MHD_add_response_header(response, "Retry-After", retry_after);
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static char *error_body(guint status, const char *type, const char *reason)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "error");
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "type");
    json_builder_add_string_value(builder, type);
    json_builder_set_member_name(builder, "reason");
    json_builder_add_string_value(builder, reason);
    json_builder_end_object(builder);
    json_builder_set_member_name(builder, "status");
    json_builder_add_int_value(builder, status);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    return json_to_string(root, FALSE);
}

/* ---- the index ---- */

static enum MHD_Result create_index(endpoint *e, struct MHD_Connection *connection, const upload *u)
{
    g_autoptr(GError) error = NULL;

    if (e->mapping)
        return answer(connection, 400, NULL,
                      error_body(400, "resource_already_exists_exception", "the index is there"));
    e->mapping = json_strictly(u->body->str, &error);
    if (!e->mapping) {
        violation(e, error->message);
        return answer(connection, 400, NULL, error_body(400, "parse_exception", error->message));
    }
    append(e, "mapping.json", u->body->str, u->body->len);
    return answer(connection, 200, NULL, g_strdup("{\"acknowledged\":true}"));
}

/* ---- bulk requests ---- */

/* Returns 201, or what is wrong with the document. */
static guint take(const endpoint *e, const bulk_item *item, GError **error)
{
    g_autoptr(JsonNode) document = json_strictly(item->text, error);

    if (!document || !document_fits(document, e->mapping, error))
        return 400;
    g_autofree char *line = g_strdup_printf("%s\t%s\n", item->id, item->text);
    append(e, "accepted", line, strlen(line));
    return 201;
}

static void add_item(JsonBuilder *builder, guint status, const char *reason)
{
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "index");
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "status");
    json_builder_add_int_value(builder, status);
    if (status >= 300) {
        json_builder_set_member_name(builder, "error");
        json_builder_begin_object(builder);
        json_builder_set_member_name(builder, "type");
        json_builder_add_string_value(builder, status == 400 ? "mapper_parsing_exception" : "rejected");
        json_builder_set_member_name(builder, "reason");
        json_builder_add_string_value(builder, reason);
        json_builder_end_object(builder);
    }
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

/* Takes the documents; every every-th of them has the status instead, none if that is 0. */
static char *take_all(const endpoint *e, const GPtrArray *items, guint every, guint status)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "items");
    json_builder_begin_array(builder);
    for (guint i = 0; i < items->len; i++) {
        g_autoptr(GError) error = NULL;
        if (every > 0 && (i + 1) % every == 0) {
            add_item(builder, status, "as told");
            continue;
        }
        guint result = take(e, g_ptr_array_index(items, i), &error);
        if (error)
            violation(e, error->message);
        add_item(builder, result, error ? error->message : NULL);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    return json_to_string(root, FALSE);
}

static void kill_victim(const endpoint *e)
{
    g_autofree char *path = g_build_filename(e->folder, "victim", NULL);
    g_autofree char *number = NULL;

    if (g_file_get_contents(path, &number, NULL, NULL))
        kill(-atoi(number), SIGKILL);
}

static enum MHD_Result refuse(endpoint *e, struct MHD_Connection *connection, char **fault)
{
    guint status = (guint)atoi(fault[0]);

    if (fault[1])
        e->not_before = g_get_monotonic_time() + atoi(fault[1]) * G_USEC_PER_SEC;
    return answer(connection, status, fault[1], error_body(status, "rejected", "as told"));
}

/* MHD_NO closes the connection. */
static enum MHD_Result fail(endpoint *e, struct MHD_Connection *connection, char **fault,
                            const GPtrArray *items)
{
    if (g_ascii_isdigit(*fault[0]))
        return refuse(e, connection, fault);
    if (strcmp(fault[0], "garbage") == 0)
        return answer(connection, 200, NULL, g_strdup("<html>"));
    if (strcmp(fault[0], "empty") == 0)
        return answer(connection, 200, NULL, g_strdup("{\"items\":[]}"));
    if (strcmp(fault[0], "item") == 0)
        return answer(connection, 200, NULL,
                      take_all(e, items, (guint)atoi(fault[1]), (guint)atoi(fault[2])));
    if (strcmp(fault[0], "lost") == 0 || strcmp(fault[0], "kill-late") == 0)
        g_free(take_all(e, items, 0, 0));
    if (g_str_has_prefix(fault[0], "kill"))
        kill_victim(e);
    return MHD_NO;
}

static enum MHD_Result bulk(endpoint *e, struct MHD_Connection *connection, const upload *u)
{
    const char *type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type");
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) items = NULL;
    char **fault;

    e->requests++;
    if (g_get_monotonic_time() < e->not_before)
        violation(e, "came before Retry-After was over");
    if (u->body->len > e->largest)
        return answer(connection, 413, NULL, g_strdup("too large"));
    if (g_strcmp0(type, "application/x-ndjson") != 0)
        violation(e, "Content-Type");
    items = e->mapping ? bulk_items(u->body->str, u->body->len, &error) : NULL;
    if (!items) {
        violation(e, error ? error->message : "there is no index");
        return answer(connection, 400, NULL, error_body(400, "parse_exception", "see the violations"));
    }
    fault = g_hash_table_lookup(e->faults, GUINT_TO_POINTER(e->requests));
    if (fault)
        return fail(e, connection, fault, items);
    return answer(connection, 200, NULL, take_all(e, items, 0, 0));
}

/* ---- HTTP ---- */

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version G_GNUC_UNUSED, const char *bytes,
                              size_t *length, void **state)
{
    endpoint *e = data;
    upload *u = *state;

    if (!u) {
        *state = u = g_new0(upload, 1);
        u->body = g_string_new(NULL);
        return MHD_YES;
    }
    if (*length > 0) {
        append(e, "received", bytes, *length);
        g_string_append_len(u->body, bytes, (gssize)*length);
        *length = 0;
        return MHD_YES;
    }
    if (strcmp(method, "POST") == 0 && strcmp(url, "/_bulk") == 0)
        return bulk(e, connection, u);
    if (strcmp(method, "PUT") == 0)
        return create_index(e, connection, u);
    if (strcmp(method, "HEAD") == 0)
        return answer(connection, e->mapping ? 200 : 404, NULL, g_strdup(""));
    violation(e, url);
    return answer(connection, 405, NULL, g_strdup(""));
}

static void finish(void *data G_GNUC_UNUSED, struct MHD_Connection *connection G_GNUC_UNUSED, void **state,
                   enum MHD_RequestTerminationCode code G_GNUC_UNUSED)
{
    upload *u = *state;

    if (!u)
        return;
    g_string_free(u->body, TRUE);
    g_free(u);
}

static void write_port(const endpoint *e, struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    g_autofree char *path = g_build_filename(e->folder, "port", NULL);
    g_autofree char *port = g_strdup_printf("%u\n", info->port);

    if (!g_file_set_contents(path, port, -1, NULL))
        g_error("%s cannot be written", path);
}

static gboolean parse_arguments(endpoint *e, char **arguments)
{
    if (!*arguments)
        return FALSE;
    e->folder = *arguments++;
    for (; *arguments; arguments++) {
        char *colon = strchr(*arguments, ':');
        if (g_str_has_prefix(*arguments, "largest="))
            e->largest = (gsize)atol(*arguments + strlen("largest="));
        else if (colon)
            g_hash_table_insert(e->faults, GINT_TO_POINTER(atoi(*arguments)), g_strsplit(colon + 1, ",", -1));
        else
            return FALSE;
    }
    return TRUE;
}

static gboolean quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

int main(int argc G_GNUC_UNUSED, char **argv)
{
    endpoint e = {.largest = G_MAXSIZE, .faults = g_hash_table_new(NULL, NULL)};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    struct MHD_Daemon *daemon;

    if (!parse_arguments(&e, argv + 1)) {
        fputs(usage, stderr);
        return 2;
    }
    daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, &e, MHD_OPTION_SOCK_ADDR,
                         &address, MHD_OPTION_NOTIFY_COMPLETED, finish, NULL, MHD_OPTION_END);
    if (!daemon)
        g_error("no port to listen on");
    write_port(&e, daemon);
    g_unix_signal_add(SIGTERM, quit, loop);
    g_main_loop_run(loop);
    MHD_stop_daemon(daemon);
    return 0;
}
