/* kx-secrets.h
 * What in a payload is a secret: one rule for whoever shows, reports or exports messages (SECURITY.md).
 *
 * A secret is
 * - the value of a Key, wherever it stands;
 * - in a key file, every other value and its name, but the Key ID, if it is a scalar, and what an object Key
 * extension   holds under other names;
 * - the value of a Keys that holds no key files, or that stands where no Keys is due: inside an extension, say;
 * - a payload that is no object;
 * - what stands after the place where a payload ceases to be readable, once one of these has begun.
 * An empty string is none, nor what holds no scalar; nor are true, false and null where a Key is due.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_SECRETS_H
#define KX_SECRETS_H

#include "kx-json.h"
#include "kx-names.h"

/* Reads a payload and tells what is secret. */
typedef struct {
    kx_json_reader *reader;
    kx_parameter parameter; /* that the name last read stands for */

    bool found;          /* a secret has begun */
    bool complete;       /* the token last read completed one */
    bool broken;         /* the secret last found is unreadable, and goes on to the end of the payload */
    uint32_t start, end; /* the bytes of the one last found, quotes and brackets included; end is 0 before */

    /* private */
    uint8_t next;        /* what is secret in the value that comes next */
    uint8_t inside;      /* a secret that is not complete */
    uint32_t begin;      /* where it begins */
    bool empty;          /* no scalar has been read of it */
    uint32_t empty_end;  /* where the last one ends that is empty, or a literal */
    uint32_t outside;    /* the depth at which it ends */
    uint32_t keys;       /* the depth of the elements of Keys; 0 outside of it */
    uint32_t file;       /* the depth of a key file's members; 0 outside of one */
    uint32_t outer_file; /* the same of an object that Keys stands in */
    bool alone;          /* this key file stands in Keys without an array */
    kx_parameter member; /* of the root object: the last one */
} kx_secrets;

/* secrets: uninitialised memory is fine. reader: at the beginning of the payload; stays the caller's. */
void kx_secrets_init(kx_secrets *secrets, kx_json_reader *reader);

/* The parameter that the name stands for at which the reader is. */
kx_parameter kx_parameter_at(const kx_json_reader *reader);

/* kx_json_next() and kx_json_skip() of the reader. */
kx_json_type kx_secrets_next(kx_secrets *secrets);
bool kx_secrets_skip(kx_secrets *secrets);

/* Whether what has been read from start on is a secret or holds one. */
static inline bool kx_secrets_since(const kx_secrets *secrets, uint32_t start)
{
    return secrets->inside || secrets->end > start;
}

#endif
