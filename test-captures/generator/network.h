/* The TCP connections of a scenario, and the frames they leave in a capture.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_NETWORK_H
#define KX_CAPTURE_NETWORK_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"
#include "scenario.h"

/* Who sends: an index of connection.ends. */
enum side { SIDE_CLIENT, SIDE_SERVER };

typedef struct network network_t;

/**
 * Returns a network without open connections, to be freed with network_free().
 * @param scenario has to outlive the network
 * @param capture  receives the frames; has to outlive the network
 */
network_t *network_new(const scenario_t *scenario, capture_t *capture);

void network_free(network_t *network);

/** Returns the next MessageID of a side of a connection: 1, 2, 3 ... from every opening on. */
uint32_t network_next_id(network_t *network, const connection_t *connection, enum side side);

/**
 * Sends a message, opening the connection if it is not open.
 * @param side     who sends
 * @param due      when, in nanoseconds since the Unix epoch; later if earlier frames take until then.
 *                 Receives the time at which the first frame went out.
 * @param bytes    the message, with its header
 * @param delivery what overrides the connection's settings
 * @param faults   what happens to the segments
 * @param error    set, without any place, on failure
 * @return false on error
 */
bool network_send(network_t *network, const connection_t *connection, enum side side, int64_t *due,
                  const GByteArray *bytes, const delivery_t *delivery, const faults_t *faults,
                  GError **error);

/** Closes a connection, if it is open. @p due as for network_send(). */
void network_close(network_t *network, const connection_t *connection, enum side side, enum closing closing,
                   int64_t *due);

/** Closes what is open in the way each connection says. */
void network_finish(network_t *network);

#endif
