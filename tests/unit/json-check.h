/* json-check.h
 * What the tests and the fuzz targets of the JSON reader share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include "kx-json.h"

/* A literal's bytes and their number, without the closing NUL. */
#define BYTES(literal) (literal), sizeof(literal) - 1

/* The bytes in a heap block of exactly their size, so that a sanitizer sees a read beyond them. Free with
 * free(). */
uint8_t *json_check_copy(const void *bytes, size_t length);

/* A reader in memory that nobody has written to. Free with free(). */
kx_json_reader *json_check_reader(const uint8_t *text, uint32_t length);

/* A fault's name as kx-json.h spells it, less the prefix; "NONE" for a valid text. */
const char *json_check_fault_name(kx_json_fault fault);

/* The bytes as C source would show them, for messages; long ones are shortened. Free with g_free(). */
char *json_check_show(const uint8_t *text, uint32_t length);

/* Reads the text, which must be in an exact block, and asserts all that kx-json.h promises about any text:
 * ranges inside the text and in order, depth and sums, conversions, an end that stays, skips that agree with
 * steps, and the verdict of json_model. */
void json_check_invariants(const uint8_t *text, uint32_t length);

/* The same for bytes that are anywhere: makes the exact block itself. */
void json_check_invariants_of(const void *bytes, size_t length);

/* What the tests in several files report with: prints the complaint and fails the test, which goes on. */
void json_check_complain(const uint8_t *text, uint32_t length, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The tests, by subject. */
void json_test_grammar(void);
void json_test_tokens(void);
void json_test_account(void);
void json_test_convert(void);
void json_test_boundary(void);
void json_test_random(void);

#endif
