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
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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
    int streams[2]; /* standard output and standard error */
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

/* Returns whether there was one: no more come when the test has ended. */
static int receive(int server, kx_request *request)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof request->streams)];
    } control;
    struct iovec text = {request->text, sizeof request->text - 1};
    struct msghdr message = {
        .msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(server, &message, MSG_CMSG_CLOEXEC);

    if (length <= 0 || !CMSG_FIRSTHDR(&message) || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
        return 0;
    memcpy(request->streams, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof request->streams);
    request->text[length] = '\0';
    return split_arguments(request, (size_t)length);
}

/* The run is over with the tshark that waits, however that ends. */
static void become_run(const kx_request *request)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(request->streams[0], STDOUT_FILENO);
    dup2(request->streams[1], STDERR_FILENO);
    run_argc = request->argc;
    run_argv = (char **)request->argv;
}

/* Returns in each run; not in the tshark that waits. */
static void serve(int server)
{
    static kx_request request;

    while (receive(server, &request)) {
        pid_t run = fork();
        int status = -1;
        if (run == 0) {
            close(server);
            become_run(&request);
        }
        close(request.streams[0]);
        close(request.streams[1]);
        if (run == 0)
            return;
        while (run > 0 && waitpid(run, &status, 0) < 0 && errno == EINTR)
            ;
        if (write(server, &status, sizeof status) != (ssize_t)sizeof status)
            break;
    }
    _exit(EXIT_SUCCESS);
}

static void wait_for_runs(const char *name)
{
    int server = atoi(name);

    unsetenv(KX_WARM_SOCKET);
    unsetenv("LD_PRELOAD");
    register_all();
    serve(server);
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
