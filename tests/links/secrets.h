/* secrets.h
 * Every form in which the key data of a capture could still be in a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LINKS_SECRETS_H
#define KX_LINKS_SECRETS_H

#include "traffic.h"

/* Shorter ones are found anywhere by chance. */
#define SECRET_MIN 8

typedef GPtrArray secrets_t; /* GBytes, each once */

/* Collects the values of every Key, in its place or not: as transmitted, unescaped, each run of digits in them,
 * and what these decode to. */
secrets_t *secrets_of(const traffic_t *traffic);

/* Returns how many of them a file's bytes hold; found: receives the first one, NULL if there is none. */
guint secrets_count(const secrets_t *secrets, const char *bytes, gsize length, GBytes **found);

#endif
