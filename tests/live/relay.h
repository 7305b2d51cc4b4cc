/* Key relay (7.1): its messages, and what a node does with the keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_RELAY_H
#define KX_LIVE_RELAY_H

#include "cast.h"
#include "message.h"

typedef struct {
    const char *request_id;  /* NULL: none */
    int source, destination; /* of the cast */
    guint key_count;
    gsize key_size;      /* bytes */
    gboolean with_hash;  /* as Key extension */
    gboolean wrong_hash; /* of the last key, so that the destination refuses it */
    gboolean with_extension;
} relay_t;

/* Parameters of the 0x1101 with keys that are not encrypted yet. */
JsonObject *relay_parameters(const relay_t *relay);

/* The keys, encrypted for the link from `sender` to `receiver` by a one-time pad that both hold. */
JsonObject *relay_encrypt(JsonObject *parameters, const km_t *sender, const km_t *receiver);

/* The inverse. */
JsonObject *relay_decrypt(JsonObject *parameters, const km_t *sender, const km_t *receiver);

/* What the destination makes of the decrypted keys. */
JsonObject *relay_completion(JsonObject *parameters);

#endif
