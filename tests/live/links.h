/* Which frames the messages of a procedure must name: requests and responses, relay hops.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_LIVE_LINKS_H
#define KX_LIVE_LINKS_H

#include "dissected.h"
#include "expected.h"

struct pair {
    const struct expected_message *expected;
    const struct dissected_message *dissected;
};

/* struct pair, all of a capture. Returns the number of differences. */
guint links_check(GPtrArray *pairs);

#endif
