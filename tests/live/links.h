/* Which frames the messages of a procedure must name: requests and responses, relay hops.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_LINKS_H
#define KX_LIVE_LINKS_H

#include "dissected.h"
#include "expected.h"

typedef struct {
    const expected_message_t *expected;
    const dissected_message_t *dissected;
} pair_t;

/* pair_t, all of a capture. Returns the number of differences. */
guint links_check(GPtrArray *pairs);

#endif
