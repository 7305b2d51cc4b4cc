/* test-framing.h
 * What the tests of plugin/kx-framing.c share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_FRAMING_H
#define TEST_FRAMING_H

/* A literal's bytes and their number, without the closing NUL. */
#define BYTES(literal) (literal), sizeof(literal) - 1

/* A header as a literal: Version 1, MessageID 5. code, length: two bytes each, as literals. */
#define HEADER(code, length)                                                                                 \
    "\x00\x01"                                                                                               \
    "\x00\x00\x00\x05" code length

#define KEY_RELAY       "\x11\x01"
#define SUPPLY          "\x11\x03"
#define SUPPLY_RESPONSE "\x11\x04"

/* The tests, by subject. */
void framing_test_claims(void);
void framing_test_next(void);
void framing_test_cuts(void);

#endif
