/* mistakes.h
 * Retransmissions that this Wireshark's TCP mistakes, whatever is dissected above it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_MISTAKES_H
#define KX_MISTAKES_H

#include <glib.h>

#include "tshark.h"

/* In brackets the versions in which they were seen. */
enum {
    /* The last byte that was sent, alone, is taken for a keep-alive, and a message that begins with it is given up
     * (4.6). */
    MISTAKE_KEEP_ALIVES = 1,
    /* A part of a message of which the dissector asked for one segment more, not knowing its length, is taken for that
     * segment. The message is seen too late (4.4, 4.6; not with tcp.reassemble_out_of_order). */
    MISTAKE_WAITS = 2,
    /* After a part of a message that is not whole yet, unless it is the latest part, nothing behind the message is put
     * together any more (4.4, 4.6; with tcp.reassemble_out_of_order). */
    MISTAKE_STALLS = 4,
};

/* Tries them on another protocol. Sets mistakes, and prints them. folder: for captures. */
gboolean mistakes_find(tshark_t *tshark, const char *folder, guint *mistakes, GError **error);

#endif
