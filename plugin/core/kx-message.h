/* kx-message.h
 * One Kx message, as it was understood.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_MESSAGE_H
#define KX_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "kx-header.h"

/* What a Response says, by the user's lists of words. */
typedef enum {
    KX_NO_VERDICT, /* there is no Response */
    KX_FAILURE,
    KX_INTERIM, /* neither success nor failure yet */
    KX_SUCCESS
} kx_verdict;

/* How a key relay ended, as far as the capture shows. */
typedef enum { KX_RELAY_OPEN, KX_RELAY_SUCCESS, KX_RELAY_FAILURE } kx_relay_result;

/* Strings are UTF-8 and live as long as the packet's dissection, NULL where the message has no such parameter;
 * where it has several, the first one counts. Never holds key data, only keyed hashes of it (kx_hash). */
typedef struct {
    kx_header header;
    uint16_t acts_as; /* the CommandCode of Table I.1 that the message counts as; 0: none */
    bool in_tls;
    const char *source_kma_id;
    const char *destination_kma_id;
    const char *transit_kma_ids; /* joined with ", "; the beginning of a long list */
    uint32_t transit_count;      /* of the whole list; 0 if there is none */
    const uint64_t *transit;     /* hashes of its KMA IDs, in order */
    const char *key_relay_request_id;
    const char *session_id;
    const char *response;
    kx_verdict verdict;              /* what it says */
    bool has_keys;                   /* holds Keys, or Key IDs in a response */
    uint32_t key_count;              /* of these */
    uint32_t default_number_of_keys; /* where the message has none; 0: not known */
    bool has_number_of_keys;
    int64_t number_of_keys;   /* INT64_MAX if it is larger */
    bool has_key_data;        /* at least one Key that is not empty */
    const char *first_key_id; /* of a key relay */
    uint32_t key_id_count;    /* Key IDs, of a key relay or of a response, in order */
    uint64_t *key_ids;        /* their hashes */
    uint64_t key_ids_hash;    /* of all of them together; 0 if there are none */
    uint64_t *key_data; /* by Key ID: the hash of its Key as transmitted; 0: none, or less than 16 bytes */
    struct kx_details *details; /* more of them, for the shell's statistics; NULL if nobody wants to know */
} kx_message;

#endif
