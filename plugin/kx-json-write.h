/* kx-json-write.h
 * Writing JSON text (RFC 8259) on one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_JSON_WRITE_H
#define KX_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* Objects and arrays are opened and closed in pairs. name: the member's; NULL for an element of an array, or for the
 * text's root. */
void kx_write_object(GString *out, const char *name);
void kx_write_object_end(GString *out);
void kx_write_array(GString *out, const char *name);
void kx_write_array_end(GString *out);

/* text: UTF-8; NULL: nothing is written. */
void kx_write_text(GString *out, const char *name, const char *text);
void kx_write_number(GString *out, const char *name, int64_t number);
void kx_write_bool(GString *out, const char *name, bool value);

/* Nanoseconds as a number of seconds. */
void kx_write_seconds(GString *out, const char *name, int64_t nanoseconds);

/* Nanoseconds since the epoch as the text of a date and time (RFC 3339), in UTC. */
void kx_write_date(GString *out, const char *name, int64_t nanoseconds);

#endif
