/* Asks a tshark that waits for a run: see kx-warm.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "warm-request.h"
#include "kx-warm.h"

#include <string.h>
#include <unistd.h>

bool warm_request_fits(const char *const *arguments)
{
    size_t length = 0, count = 0;

    for (; arguments[count]; count++) {
        if (strncmp(arguments[count], "-G", 2) == 0 || strncmp(arguments[count], "-X", 2) == 0)
            return false;
        length += strlen(arguments[count]) + 1;
    }
    return length < KX_WARM_REQUEST_MAX && count < KX_WARM_ARGUMENTS_MAX - 1;
}

static bool send_request(int connection, const char *const *arguments, const int *descriptors)
{
    enum { SIZE = KX_WARM_DESCRIPTORS * sizeof *descriptors };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(SIZE)];
    } control;
    char text[KX_WARM_REQUEST_MAX];
    struct iovec bytes = {text, 0};
    struct msghdr message = {
        .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

    for (; *arguments; arguments++) {
        size_t length = strlen(*arguments) + 1;
        memcpy(text + bytes.iov_len, *arguments, length);
        bytes.iov_len += length;
    }
    memset(&control, 0, sizeof control);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(SIZE);
    memcpy(CMSG_DATA(&control.header), descriptors, SIZE);
    return sendmsg(connection, &message, MSG_NOSIGNAL) == (ssize_t)bytes.iov_len;
}

int warm_request(const struct sockaddr_un *address, socklen_t address_length, const char *const *arguments,
                 const int *descriptors)
{
    int connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (connection >= 0 && connect(connection, (const struct sockaddr *)address, address_length) == 0 &&
        warm_request_fits(arguments) && send_request(connection, arguments, descriptors))
        return connection;
    if (connection >= 0)
        close(connection);
    return -1;
}
