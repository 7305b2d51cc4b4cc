/* kx-warm.c
 * Preloaded into tshark, it has one start serve many runs. Of a run on a small capture nine tenths are the registration
 * of some thousand protocols, which is the same for all: so tshark registers them, and then waits for what shall be
 * run. Each run is a fork: it begins with tshark's main() at its first look at the arguments, sees the arguments of the
 * run, and ends as any tshark does. Nothing that one run does can be seen by another.
 *
 * Not for runs with -G, which main() looks for by itself, nor with -X, which comes before the registration.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "kx-warm.h"

#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define KX_WARM_RUNS_MAX 64

/* As libwsutil, libwiretap and libwireshark declare them; what the parameters point to does not matter here. */
typedef int getopt_function(int argc, char *const *argv, const char *options, const void *long_options,
                            int *index);
typedef void init_function(int load_plugins);
typedef int epan_function(void *callback, void *data, int load_plugins);
typedef void cleanup_function(void);

getopt_function ws_getopt_long;
init_function wtap_init;
epan_function epan_init;
cleanup_function epan_cleanup;

/* Of the run; NULL in a tshark that nobody asked to wait. */
static char **run_argv;
static int run_argc;
static int registered;

static void *next(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);

    if (!function) {
        fprintf(stderr, "kx-warm: this tshark has no %s\n", name);
        _exit(EXIT_FAILURE);
    }
    return function;
}

/* ---- what main() does again in each run, and what must happen once ---- */

void wtap_init(int load_plugins)
{
    static init_function *original;

    if (registered)
        return;
    *(void **)&original = next("wtap_init");
    original(load_plugins);
}

int epan_init(void *callback, void *data, int load_plugins)
{
    static epan_function *original;

    if (registered)
        return 1;
    *(void **)&original = next("epan_init");
    return original(callback, data, load_plugins);
}

/* What is registered goes with the process: to free it would copy all of it first. */
void epan_cleanup(void)
{
    static cleanup_function *original;

    if (registered)
        return;
    *(void **)&original = next("epan_cleanup");
    original();
}

static void register_all(void)
{
    wtap_init(1);
    if (!epan_init(NULL, NULL, 1))
        _exit(EXIT_FAILURE);
    registered = 1;
}

/* ---- requests ---- */

typedef struct {
    char text[KX_WARM_REQUEST_MAX];
    char *argv[KX_WARM_ARGUMENTS_MAX];
    int argc;
    int descriptors[KX_WARM_DESCRIPTORS];
} kx_request;

static int split_arguments(kx_request *request, size_t length)
{
    request->argc = 0;
    request->argv[request->argc++] = "tshark";
    for (char *at = request->text; at < request->text + length; at += strlen(at) + 1) {
        if (request->argc == KX_WARM_ARGUMENTS_MAX - 1)
            return 0;
        request->argv[request->argc++] = at;
    }
    request->argv[request->argc] = NULL;
    return 1;
}

static int receive(int connection, kx_request *request)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof request->descriptors)];
    } control;
    struct iovec text = {request->text, sizeof request->text - 1};
    struct msghdr message = {
        .msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);

    if (length <= 0 || !CMSG_FIRSTHDR(&message) || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
        return 0;
    memcpy(request->descriptors, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof request->descriptors);
    request->text[length] = '\0';
    return split_arguments(request, (size_t)length);
}

/* ---- runs ---- */

/* What tells of the ends of runs, and those that go on, with who is to be told. */
typedef struct {
    int listener, ends;
    sigset_t signals;
    struct {
        pid_t process;
        int connection;
    } runs[KX_WARM_RUNS_MAX];
    int count;
} kx_server;

/* The run is over with the tshark that waits, however that ends. */
static void become_run(kx_server *server, const kx_request *request)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_UNBLOCK, &server->signals, NULL);
    close(server->listener);
    close(server->ends);
    for (int i = 0; i < server->count; i++)
        close(server->runs[i].connection);
    for (int i = KX_WARM_STDIN; i <= KX_WARM_STDERR; i++)
        dup2(request->descriptors[i], i);
    if (fchdir(request->descriptors[KX_WARM_FOLDER]) != 0)
        _exit(EXIT_FAILURE);
    run_argc = request->argc;
    run_argv = (char **)request->argv;
}

/* Returns whether this is the run now. */
static int begin_run(kx_server *server)
{
    static kx_request request;
    int connection = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    pid_t process = -1;

    if (connection < 0)
        return 0;
    if (!receive(connection, &request)) {
        close(connection);
        return 0;
    }
    process = fork();
    if (process == 0)
        become_run(server, &request);
    for (int i = 0; i < KX_WARM_DESCRIPTORS; i++)
        close(request.descriptors[i]);
    if (process <= 0) {
        close(connection);
        return process == 0;
    }
    server->runs[server->count].process = process;
    server->runs[server->count++].connection = connection;
    return 0;
}

static void end_run(kx_server *server, pid_t process, int status)
{
    for (int i = 0; i < server->count; i++) {
        if (server->runs[i].process != process)
            continue;
        (void)!write(server->runs[i].connection, &status, sizeof status);
        close(server->runs[i].connection);
        server->runs[i] = server->runs[--server->count];
        return;
    }
}

static void end_runs(kx_server *server)
{
    struct signalfd_siginfo which;
    pid_t process;
    int status;

    (void)!read(server->ends, &which, sizeof which);
    while ((process = waitpid(-1, &status, WNOHANG)) > 0)
        end_run(server, process, status);
}

/* Returns in each run. The tshark that waits does so until it is killed, at the latest with who started it. */
static void serve(int listener)
{
    static kx_server server;

    server.listener = listener;
    sigemptyset(&server.signals);
    sigaddset(&server.signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &server.signals, NULL);
    server.ends = signalfd(-1, &server.signals, SFD_CLOEXEC);
    for (;;) {
        struct pollfd polled[] = {{server.ends, POLLIN, 0}, {listener, POLLIN, 0}};
        poll(polled, server.count < KX_WARM_RUNS_MAX ? 2 : 1, -1);
        if (polled[0].revents)
            end_runs(&server);
        if (polled[1].revents && begin_run(&server))
            return;
    }
}

static void wait_for_runs(const char *name)
{
    int listener = atoi(name);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    unsetenv(KX_WARM_SOCKET);
    unsetenv("LD_PRELOAD");
    register_all();
    serve(listener);
}

/* main() looks at the arguments twice, before and after the registration. Those that are left it would look for in its
 * own, of which there are none. */
int ws_getopt_long(int argc, char *const *argv, const char *options, const void *long_options, int *index)
{
    static getopt_function *original;

    if (!original) {
        const char *name = getenv(KX_WARM_SOCKET);
        *(void **)&original = next("ws_getopt_long");
        if (name)
            wait_for_runs(name);
    }
    return run_argv ? original(run_argc, run_argv, options, long_options, index)
                    : original(argc, argv, options, long_options, index);
}
