/* content.h
 * What a message says: its parameters (Tables 1 to 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SIMULATOR_CONTENT_H
#define KX_SIMULATOR_CONTENT_H

#include "world.h"

#define CONTENT_KEYS_MAX    16
#define CONTENT_TRANSIT_MAX (2 * NODES_MAX)

/* Strings are NULL where the message has no such parameter. */
typedef struct {
    const char *source, *destination, *request_id, *session_id, *response;
    bool has_transit;
    unsigned transit_count;
    const char *transit[CONTENT_TRANSIT_MAX];
    unsigned key_count;
    const char *key_ids[CONTENT_KEYS_MAX];
    char key_data[CONTENT_KEYS_MAX][32]; /* as transmitted; key relays */
    unsigned number_of_keys;             /* 0: not said */
} sim_content;

void content_of(const sim_world *world, const sim_message *m, sim_content *content);

/* The same as the dissector hands it to the core. Lives until the next call. */
const kx_message *content_message(const sim_message *m, const sim_content *content);

#endif
