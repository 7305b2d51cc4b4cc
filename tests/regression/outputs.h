/* Runs tshark on a capture and reads its output formats.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_REGRESSION_OUTPUTS_H
#define KX_REGRESSION_OUTPUTS_H

#include "field-table.h"
#include "messages.h"
#include "tshark.h"
#include "values.h"

#define PROTOCOL "kx"

typedef struct {
    tshark_t *tshark;
    field_table_t *fields;
    char *path;           /* as tshark can read it */
    GPtrArray *arguments; /* what every run is given besides; no terminating NULL */
} capture_t;

/* `how` are the arguments that make the difference: NULL-terminated, "-2" for instance. All return NULL on
 * error. */
messages_t *output_pdml(const capture_t *capture, const char *const *how, GError **error);

/* Includes the Protocol and Info columns of frames that have a field of the protocol. */
values_t *output_fields(const capture_t *capture, const char *const *how, GError **error);

/* Values are not in order: JSON groups them by name. */
values_t *output_json(const capture_t *capture, const char *const *how, GError **error);

#endif
