/* Asks a tshark that waits for a run: see kx-warm.h. Plain C, as kx-tshark.c uses it too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_WARM_REQUEST_H
#define KX_HARNESS_WARM_REQUEST_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Whether such a run can be asked for: -G and -X cannot, nor can too many arguments. */
bool warm_request_fits(const char *const *arguments);

/* Connects and sends. `descriptors`: KX_WARM_DESCRIPTORS of them. Returns the connection, on which the status will
 * come; -1: nobody waits. */
int warm_request(const struct sockaddr_un *address, socklen_t address_length, const char *const *arguments,
                 const int *descriptors);

#endif
