/* kx-prefs.h
 * The user's preferences. The port ranges kx.tcp.port and kx.tls.port are Wireshark's own, made by the
 * dissector tables; the table of further parameter names is kx-names'.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_PREFS_H
#define KX_PREFS_H

#include "kx-compat.h"

#include "kx-key-material.h"
#include "kx-message.h"

typedef struct {
    kx_bool desegment;               /* reassemble messages that span TCP segments or TLS records */
    kx_bool json_subtree;            /* hand payloads to the JSON dissector too */
    kx_bool hide_keys;               /* show the size of keys instead of them */
    int key_encoding;                /* kx_encoding */
    unsigned link_timeout;           /* seconds; 0: for ever */
    unsigned clock_skew;             /* milliseconds */
    unsigned default_number_of_keys; /* of a key supply notification that says none; 0: not known */
    const char *tls_alpn;            /* names of ALPN, separated by commas */
} kx_preferences;

extern kx_preferences kx_prefs;

/* Registers the preferences. proto: the protocol's number. */
void kx_prefs_register(int proto);

/* What a Response says: trimmed and without case it is one of the words in a preference, else a failure.
 * response: UTF-8. */
kx_verdict kx_prefs_judge(const char *response);

#endif
