/* The fields that tshark knows of a protocol: `tshark -G fields`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_HARNESS_FIELD_TABLE_H
#define KX_HARNESS_FIELD_TABLE_H

#include "tshark.h"

typedef struct {
    char *name;  /* "kx.version" */
    char *type;  /* "FT_UINT16" */
    char *label; /* "Version" */
    char *blurb; /* the longer description; may be empty */
} field_t;

/* Fields in order of their names. */
typedef GPtrArray field_table_t;

/* Asks tshark; there are no fields if it lacks the protocol, which is an error. */
field_table_t *field_table_ask(tshark_t *tshark, const char *protocol, GError **error);

/* Reads what field_table_save wrote: asking takes tshark longer than a dissection does. */
field_table_t *field_table_load(const char *path, const char *protocol, GError **error);
gboolean field_table_save(const field_table_t *table, const char *path, const char *protocol, GError **error);

/* Returns the type of a field, or "" of an unknown one. */
const char *field_table_type(const field_table_t *table, const char *name);

#endif
