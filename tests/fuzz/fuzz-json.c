/* fuzz-json.c
 * Feeds the JSON reader any bytes; json-check.h says what is held against it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdlib.h>

#include "json-check.h"
#include "json-model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t value = 42, expected = 42;

    if (size > UINT16_MAX * 4)
        return 0;
    uint8_t *text = json_check_copy(data, size);
    json_check_invariants(text, (uint32_t)size);
    /* An integer's characters come from strings too, so they can be any bytes. */
    if (kx_json_int64(text, 0, (uint32_t)size, &value) != json_model_int64(text, size, &expected) ||
        value != expected)
        abort();
    free(text);
    return 0;
}
