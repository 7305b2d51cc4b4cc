/* Runs a program to its end, or to a timeout.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "process.h"

#include <gio/gio.h>
#include <string.h>

typedef struct {
    GMainContext *context;
    GSubprocess *process;
    GBytes *output, *errors;
    gboolean done, timed_out;
} running_t;

static void on_end(GObject *source, GAsyncResult *result, gpointer user_data)
{
    running_t *running = user_data;

    g_subprocess_communicate_finish(G_SUBPROCESS(source), result, &running->output, &running->errors, NULL);
    running->done = TRUE;
}

static gboolean on_timeout(gpointer user_data)
{
    running_t *running = user_data;

    running->timed_out = TRUE;
    g_subprocess_force_exit(running->process);
    return G_SOURCE_REMOVE;
}

static void wait_for_end(running_t *running, guint timeout_seconds)
{
    g_autoptr(GSource) timer = g_timeout_source_new_seconds(timeout_seconds);

    g_source_set_callback(timer, on_timeout, running, NULL);
    g_source_attach(timer, running->context);
    g_subprocess_communicate_async(running->process, NULL, NULL, on_end, running);
    while (!running->done)
        g_main_context_iteration(running->context, TRUE);
    g_source_destroy(timer);
}

static char *describe_failure(const running_t *running, guint timeout_seconds)
{
    GSubprocess *process = running->process;

    if (running->timed_out)
        return g_strdup_printf("still running after %u s", timeout_seconds);
    if (g_subprocess_get_if_signaled(process))
        return g_strdup_printf("crashed: %s", g_strsignal(g_subprocess_get_term_sig(process)));
    if (!g_subprocess_get_successful(process))
        return g_strdup_printf("exit status %d", g_subprocess_get_exit_status(process));
    return NULL;
}

static char *to_string(GBytes *bytes)
{
    gsize length;
    const char *data = bytes ? g_bytes_get_data(bytes, &length) : NULL;

    return data ? g_strndup(data, length) : g_strdup("");
}

gboolean process_run(const char *const *argv, const char *directory, guint timeout_seconds,
                     process_result_t *result, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr(GMainContext) context = g_main_context_new();
    running_t running = {.context = context};

    g_subprocess_launcher_set_cwd(launcher, directory);
    /* The process watches its child in the context that is the default when it is made. */
    g_main_context_push_thread_default(context);
    running.process = g_subprocess_launcher_spawnv(launcher, argv, error);
    if (running.process)
        wait_for_end(&running, timeout_seconds);
    g_main_context_pop_thread_default(context);
    if (!running.process)
        return FALSE;
    result->failure = describe_failure(&running, timeout_seconds);
    result->output = to_string(running.output);
    result->errors = to_string(running.errors);
    g_clear_pointer(&running.output, g_bytes_unref);
    g_clear_pointer(&running.errors, g_bytes_unref);
    g_object_unref(running.process);
    return TRUE;
}

void process_result_clear(process_result_t *result)
{
    g_clear_pointer(&result->output, g_free);
    g_clear_pointer(&result->errors, g_free);
    g_clear_pointer(&result->failure, g_free);
}
