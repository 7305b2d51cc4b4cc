/* kx-column.h
 * The columns Protocol and Info: a phrase for each message of a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_COLUMN_H
#define KX_COLUMN_H

#include "kx-frame.h"
#include "kx-message.h"

/* Claims both columns for the frame's next message or skipped range: the first one of a frame clears Info. */
void kx_column_begin(packet_info *pinfo);

/* Adds what the message is, in one phrase without key data. */
void kx_column_add_message(packet_info *pinfo, const kx_message *message);

/* Adds that so many bytes belong to no message. */
void kx_column_add_skipped(packet_info *pinfo, unsigned length);

#endif
