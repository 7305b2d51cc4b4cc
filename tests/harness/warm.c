/* A tshark that is started once and serves many runs: see kx-warm.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "warm.h"
#include "kx-warm.h"
#include "warm-request.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct kx_warm {
    GSubprocess *process;
    struct sockaddr_un address; /* a name that the kernel chose */
    socklen_t address_length;
    int folder, nothing; /* to read from */
};

/* A stream of a run, while it is read. */
typedef struct {
    int read_end, write_end; /* -1: closed */
    GString *text;
} kx_stream;

/* Returns the socket, which is the server's; -1 with an error. */
static int listen_somewhere(kx_warm *warm, GError **error)
{
    int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    warm->address.sun_family = AF_UNIX;
    warm->address_length = sizeof warm->address;
    if (listener >= 0 &&
        bind(listener, (struct sockaddr *)&warm->address, sizeof warm->address.sun_family) == 0 &&
        listen(listener, SOMAXCONN) == 0 &&
        getsockname(listener, (struct sockaddr *)&warm->address, &warm->address_length) == 0)
        return listener;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "no socket: %s", g_strerror(errno));
    if (listener >= 0)
        close(listener);
    return -1;
}

kx_warm *warm_new(const char *const *argv, const char *directory, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(kx_warm) warm = g_new0(kx_warm, 1);
    int listener = listen_somewhere(warm, error);

    warm->folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    warm->nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (listener < 0)
        return NULL;
    g_subprocess_launcher_set_cwd(launcher, directory);
    g_subprocess_launcher_take_fd(launcher, listener, WARM_SOCKET);
    warm->process = g_subprocess_launcher_spawnv(launcher, argv, error);
    return warm->process ? g_steal_pointer(&warm) : NULL;
}

void warm_free(kx_warm *warm)
{
    if (!warm)
        return;
    if (warm->folder >= 0)
        close(warm->folder);
    if (warm->nothing >= 0)
        close(warm->nothing);
    if (warm->process) {
        g_subprocess_force_exit(warm->process);
        g_subprocess_wait(warm->process, NULL, NULL);
        g_object_unref(warm->process);
    }
    g_free(warm);
}

gboolean warm_takes(const char *const *arguments)
{
    return warm_request_fits(arguments);
}

/* ---- one run ---- */

static gboolean stream_open(kx_stream *stream)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return FALSE;
    *stream = (kx_stream){ends[0], ends[1], g_string_new(NULL)};
    return TRUE;
}

static void stream_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

static void stream_clear(kx_stream *stream)
{
    stream_end(&stream->read_end);
    stream_end(&stream->write_end);
    if (stream->text)
        g_string_free(stream->text, TRUE);
}

static void stream_read(kx_stream *stream)
{
    char buffer[65536];
    ssize_t length = read(stream->read_end, buffer, sizeof buffer);

    if (length > 0)
        g_string_append_len(stream->text, buffer, length);
    else if (length == 0 || errno != EINTR)
        stream_end(&stream->read_end);
}

/* Reads both to their ends. Returns FALSE if that takes too long. */
static gboolean read_streams(kx_stream streams[2], guint timeout_seconds)
{
    gint64 end = g_get_monotonic_time() + timeout_seconds * G_TIME_SPAN_SECOND;

    while (streams[0].read_end >= 0 || streams[1].read_end >= 0) {
        struct pollfd polled[2] = {{streams[0].read_end, POLLIN, 0}, {streams[1].read_end, POLLIN, 0}};
        gint64 left = (end - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
        if (left <= 0)
            return FALSE;
        poll(polled, 2, (int)MIN(left, G_MAXINT));
        for (int i = 0; i < 2; i++)
            if (polled[i].revents)
                stream_read(&streams[i]);
    }
    return TRUE;
}

static char *describe(int status)
{
    if (WIFSIGNALED(status))
        return g_strdup_printf("crashed: %s", g_strsignal(WTERMSIG(status)));
    return WEXITSTATUS(status) ? g_strdup_printf("exit status %d", WEXITSTATUS(status)) : NULL;
}

static void take_result(process_result_t *result, kx_stream streams[2], char *failure)
{
    result->failure = failure;
    result->output = g_string_free(g_steal_pointer(&streams[0].text), FALSE);
    result->errors = g_string_free(g_steal_pointer(&streams[1].text), FALSE);
}

/* The run has the other ends of both streams alone, so that its end is theirs. */
static gboolean run(kx_warm *warm, const char *const *arguments, kx_stream streams[2], guint timeout_seconds,
                    process_result_t *result)
{
    const int descriptors[] = {[KX_WARM_STDIN] = warm->nothing,
                               [KX_WARM_STDOUT] = streams[0].write_end,
                               [KX_WARM_STDERR] = streams[1].write_end,
                               [KX_WARM_FOLDER] = warm->folder};
    int connection = warm_request(&warm->address, warm->address_length, arguments, descriptors);
    gboolean done = connection >= 0;
    int status;

    stream_end(&streams[0].write_end);
    stream_end(&streams[1].write_end);
    if (done && !read_streams(streams, timeout_seconds)) {
        g_subprocess_force_exit(warm->process);
        take_result(result, streams, g_strdup_printf("still running after %u s", timeout_seconds));
    } else if (done) {
        done = recv(connection, &status, sizeof status, 0) == (ssize_t)sizeof status;
        if (done)
            take_result(result, streams, describe(status));
    }
    if (connection >= 0)
        close(connection);
    return done;
}

gboolean warm_run(kx_warm *warm, const char *const *arguments, guint timeout_seconds,
                  process_result_t *result)
{
    kx_stream streams[2] = {{-1, -1, NULL}, {-1, -1, NULL}};
    gboolean done = stream_open(&streams[0]) && stream_open(&streams[1]) &&
                    run(warm, arguments, streams, timeout_seconds, result);

    stream_clear(&streams[0]);
    stream_clear(&streams[1]);
    return done;
}
