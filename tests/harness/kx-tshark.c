/* kx-tshark.c
 * For scripts: has a tshark wait (see kx-warm.c), and does runs through it.
 *
 * usage: kx-tshark --serve SOCKET COMMAND ...
 *            listens, and becomes the command, which ends in a tshark with kx-warm.so preloaded; it serves until it is
 *            killed, or who started it has ended
 *        kx-tshark SOCKET ARGUMENT ...
 *            is tshark with these arguments, in that one's environment; exits with 75 if there is none, or if it cannot
 *            do this
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "kx-warm.h"
#include "warm-request.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTENER = 3, NOT_SERVED = 75 };

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path)
        exit(NOT_SERVED);
    strcpy(address.sun_path, path);
    return address;
}

static int serve(const char *path, char **command)
{
    struct sockaddr_un address = address_of(path);
    int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);

    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, SOMAXCONN) != 0 || chmod(path, 0666) != 0 || dup2(listener, LISTENER) < 0 ||
        setenv(KX_WARM_SOCKET, "3", 1) != 0) {
        perror("kx-tshark");
        return EXIT_FAILURE;
    }
    execvp(command[0], command);
    perror(command[0]);
    return EXIT_FAILURE;
}

/* Ends as the run did. */
static int end_like(int status)
{
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}

static int run(const char *path, const char *const *arguments)
{
    struct sockaddr_un address = address_of(path);
    const int descriptors[] = {[KX_WARM_STDIN] = STDIN_FILENO,
                               [KX_WARM_STDOUT] = STDOUT_FILENO,
                               [KX_WARM_STDERR] = STDERR_FILENO,
                               [KX_WARM_FOLDER] = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    int connection = warm_request(&address, sizeof address, arguments, descriptors);
    int status;

    if (connection < 0)
        return NOT_SERVED;
    return recv(connection, &status, sizeof status, 0) == (ssize_t)sizeof status ? end_like(status)
                                                                                 : NOT_SERVED;
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "--serve") == 0)
        return serve(argv[2], argv + 3);
    if (argc > 2)
        return run(argv[1], (const char *const *)argv + 2);
    fputs("usage: kx-tshark --serve SOCKET COMMAND ...\n       kx-tshark SOCKET ARGUMENT ...\n", stderr);
    return 2;
}
