/* json-model.h
 * What RFC 8259 and kx-json.h say about a text, worked out in the plainest way: a byte at a time, a byte per
 * open bracket, no care for speed. The tests hold the reader against it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef JSON_MODEL_H
#define JSON_MODEL_H

#include "kx-json.h"

typedef struct {
    kx_json_fault fault;  /* KX_JSON_FAULT_NONE: the text is valid */
    uint32_t offset;      /* of the first byte at fault */
    kx_json_fault broken; /* a NUL breaks off an escape or a UTF-8 sequence: the fault of that sequence */
    uint32_t begin;       /* and where the sequence begins */
} json_verdict;

json_verdict json_model(const uint8_t *text, uint32_t length);

/* Whether the reader, which is through with the text, found the same. When a NUL breaks off a sequence, the
 * NUL and the sequence are both to blame, and the reader may say either. */
bool json_model_agrees(const json_verdict *verdict, const kx_json_reader *reader);

/* Whether the bytes are "-"? and digits without superfluous zeros, and fit an int64_t. */
bool json_model_int64(const uint8_t *bytes, size_t count, int64_t *value);

#endif
