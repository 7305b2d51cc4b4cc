/* test-framing-claims.c
 * Tests of the heuristic's predicate, by the rules that stand above it in plugin/kx-framing.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "kx-framing.h"
#include "test-framing.h"

typedef struct {
    const char *what;
    const char *bytes;
    size_t length;
    kx_claim expected;
} claim_case;

#define MESSAGE HEADER(KEY_RELAY, "\0\2") "{}"

/* Where Kx has Version and MessageID, the number of all bytes, or of those after it. The object has 40 bytes. */
#define OBJECT_OF_40 "{\"Session ID\":\"01234567890123456789012\"}"
static const claim_case rule_0[] = {
    {"Kx", BYTES("\0\1\0\0\0\5\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_YES},
    {"all, 4 bytes", BYTES("\0\0\0\x32\0\0\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_NO},
    {"what comes after it, 4 bytes", BYTES("\0\0\0\x2e\0\0\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_NO},
    {"all, after a magic number", BYTES("\xca\xfe\0\0\0\x32\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_NO},
    {"what comes after it, after a magic number", BYTES("\xca\xfe\0\0\0\x2c\x11\1\0\x28" OBJECT_OF_40),
     KX_CLAIM_NO},
    {"TLVs in one", BYTES("\0\1\0\x2e\0\2\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_NO},
    {"all, 2 bytes", BYTES("\0\x32\0\0\0\2\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_NO},
    {"what comes after it, 2 bytes", BYTES("\0\x30\0\0\0\2\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_NO},
    {"another number", BYTES("\0\x31\0\x31\0\2\x11\1\0\x28" OBJECT_OF_40), KX_CLAIM_YES},
};

static const claim_case rule_1[] = {
    {"0x1101", BYTES(HEADER("\x11\x01", "\0\2") "{}"), KX_CLAIM_YES},
    {"0x1102", BYTES(HEADER("\x11\x02", "\0\2") "{}"), KX_CLAIM_YES},
    {"0x1103", BYTES(HEADER("\x11\x03", "\0\2") "{}"), KX_CLAIM_YES},
    {"0x1104", BYTES(HEADER("\x11\x04", "\0\2") "{}"), KX_CLAIM_YES},
    {"0x1100", BYTES(HEADER("\x11\x00", "\0\2") "{}"), KX_CLAIM_NO},
    {"0x1105", BYTES(HEADER("\x11\x05", "\0\2") "{}"), KX_CLAIM_NO},
    {"0x0111", BYTES(HEADER("\x01\x11", "\0\2") "{}"), KX_CLAIM_NO},
    {"0x2201", BYTES(HEADER("\x22\x01", "\0\2") "{}"), KX_CLAIM_NO},
    {"any Version and MessageID", BYTES("\xff\xff\xde\xad\xbe\xef\x11\x01\0\2{}"), KX_CLAIM_YES},
    {"all zero before", BYTES("\0\0\0\0\0\0\x11\x01\0\2{}"), KX_CLAIM_YES},
    {"text before", BYTES("ABCDEF\x11\x01\0\2{}"), KX_CLAIM_YES},
    {"no byte", BYTES(""), KX_CLAIM_NO},
    {"one byte", BYTES("\0"), KX_CLAIM_NO},
    {"nine bytes of a header", BYTES("\0\1\0\0\0\5\x11\x01\0"), KX_CLAIM_NO},
    {"one byte too early", BYTES("\0" MESSAGE), KX_CLAIM_YES}, /* rule 8 */
    {"little endian", BYTES("\1\0\5\0\0\0\x01\x11\2\0{}"), KX_CLAIM_NO},
};

static const claim_case rule_2[] = {
    {"an object", BYTES(HEADER(SUPPLY, "\0\7") "{\"a\":1}"), KX_CLAIM_YES},
    {"an object's beginning", BYTES(HEADER(SUPPLY, "\1\0") "{\"a\":1"), KX_CLAIM_YES},
    {"as little of it as can be", BYTES(HEADER(SUPPLY, "\1\0") "{\""), KX_CLAIM_YES},
    {"white space before and in", BYTES(HEADER(SUPPLY, "\1\0") " \r\n\t{ \"a"), KX_CLAIM_YES},
    {"an object's beginning that is none", BYTES(HEADER(SUPPLY, "\1\0") "{a:1"), KX_CLAIM_NO},
    {"an array's beginning", BYTES(HEADER(SUPPLY, "\1\0") "[\"a\","), KX_CLAIM_NO},
    {"a string's beginning", BYTES(HEADER(SUPPLY, "\1\0") "\"a"), KX_CLAIM_NO},
    {"a number's beginning", BYTES(HEADER(SUPPLY, "\1\0") "123"), KX_CLAIM_NO},
    {"malformed, but of the right size", BYTES(HEADER(SUPPLY, "\0\5") "{a:1}"), KX_CLAIM_YES},
    {"an array of the right size", BYTES(HEADER(SUPPLY, "\0\3") "[1]"), KX_CLAIM_YES},
    {"a string of the right size", BYTES(HEADER(SUPPLY, "\0\3") "\"a\""), KX_CLAIM_YES},
    {"a literal of the right size", BYTES(HEADER(SUPPLY, "\0\4") "null"), KX_CLAIM_YES},
    {"a byte order mark", BYTES(HEADER(SUPPLY, "\0\5") "\xef\xbb\xbf{}"), KX_CLAIM_YES},
    {"the right size alone", BYTES(HEADER(SUPPLY, "\0\4") "abcd"), KX_CLAIM_NO},
    {"a NUL that Length counts", BYTES(HEADER(SUPPLY, "\0\3") "{}\0"), KX_CLAIM_YES},
    {"filled up with NULs", BYTES(HEADER(SUPPLY, "\0\4") "{}\0\0"), KX_CLAIM_YES},
    {"a NUL within", BYTES(HEADER(SUPPLY, "\0\5") "{\0\"a}"), KX_CLAIM_NO},
    {"an object's beginning, then binary", BYTES(HEADER(SUPPLY, "\0\6") "{\"\1\2\"}"), KX_CLAIM_NO},
    {"one brace", BYTES(HEADER(SUPPLY, "\0\1") "{"), KX_CLAIM_NO},
    {"one blank", BYTES(HEADER(SUPPLY, "\0\1") "\n"), KX_CLAIM_NO},
    {"the right size of binary", BYTES(HEADER(SUPPLY, "\0\4") "\0\1\2\3"), KX_CLAIM_NO},
};

static const claim_case rule_3[] = {
    {"two messages", BYTES(MESSAGE MESSAGE), KX_CLAIM_YES},
    {"and a third one's beginning", BYTES(MESSAGE MESSAGE "\0\1\0"), KX_CLAIM_YES},
    {"one byte of the next", BYTES(MESSAGE "\0"), KX_CLAIM_YES},
    {"malformed, then the next", BYTES(HEADER(SUPPLY, "\0\5") "{\"a:1" MESSAGE), KX_CLAIM_YES},
    {"valid, then what is no header", BYTES(MESSAGE "\0\1\0\0\0\5\x22\x01\0\2{}"), KX_CLAIM_YES},
    {"valid, then text", BYTES(MESSAGE "and so on, and so on"), KX_CLAIM_YES},
    {"malformed, then what is no header",
     BYTES(HEADER(SUPPLY, "\0\5") "{\"a:1"
                                  "and so on"),
     KX_CLAIM_NO},
    {"a Length that points into the object", BYTES(HEADER(SUPPLY, "\0\4") "{\"a\":\"bcdefghij\"}"),
     KX_CLAIM_NO},
};

static const claim_case rule_4[] = {
    {"a Length that counts the header", BYTES(HEADER(SUPPLY, "\0\x11") "{\"a\":1}"), KX_CLAIM_NO},
    {"a Length that is none", BYTES(HEADER(SUPPLY, "\xff\xff") "{}"), KX_CLAIM_NO},
    {"the same, but not complete", BYTES(HEADER(SUPPLY, "\0\x11") "{\"a\":1"), KX_CLAIM_YES},
    {"cut in a character", BYTES(HEADER(SUPPLY, "\0\x11") "{\"a\":\"\xe6\x88"), KX_CLAIM_YES},
    {"no JSON any more", BYTES(HEADER(SUPPLY, "\0\x21") "{\"a\":1},{\"a\":"), KX_CLAIM_NO},
    {"binary", BYTES(HEADER(SUPPLY, "\0\x21") "{\"\1\2"), KX_CLAIM_NO},
};

/* Where JSON shows the payload's end, and its first name is a parameter's. */
static const claim_case rule_3_and_4[] = {
    {"counts the header", BYTES(HEADER(SUPPLY, "\0\x1a") "{\"Session ID\":1}"), KX_CLAIM_YES},
    {"another spelling", BYTES(HEADER(SUPPLY, "\0\x19") "{ \"session_id\":1}"), KX_CLAIM_YES},
    {"another name", BYTES(HEADER(SUPPLY, "\0\x1a") "{\"Session IX\":1}"), KX_CLAIM_NO},
    {"counts the header, then the next one",
     BYTES(HEADER(SUPPLY, "\0\x1a") "{\"Session ID\":1}" HEADER(SUPPLY, "\0\x1a") "{\"Session ID\":1}"),
     KX_CLAIM_YES},
    {"counts characters",
     BYTES(HEADER(SUPPLY, "\0\x15") "{\"Session ID\":\"\xe6\x9d\xb1\xe4\xba\xac\xe5\xa4\xa7\xe9\x98\xaa\"}"),
     KX_CLAIM_YES},
    {"counts characters, another name",
     BYTES(HEADER(SUPPLY, "\0\x15") "{\"Session IX\":\"\xe6\x9d\xb1\xe4\xba\xac\xe5\xa4\xa7\xe9\x98\xaa\"}"),
     KX_CLAIM_NO},
    {"counts characters, and goes on",
     BYTES(HEADER(SUPPLY, "\0\x14") "{\"Session ID\":\"\xe6\x9d\xb1\xe4\xba\xac"), KX_CLAIM_YES},
    {"counts something else", BYTES(HEADER(SUPPLY, "\0\5") "{\"Session ID\":1}"), KX_CLAIM_YES},
    {"counts something else, then something else",
     BYTES(HEADER(SUPPLY, "\0\5") "{\"Session ID\":1}and so on and on"), KX_CLAIM_NO},
};

static const claim_case rule_5[] = {
    {"a header alone", BYTES(HEADER(SUPPLY, "\0\7")), KX_CLAIM_UNSURE},
    {"with one byte", BYTES(HEADER(SUPPLY, "\0\7") "{"), KX_CLAIM_UNSURE},
    {"with white space", BYTES(HEADER(SUPPLY, "\0\x40") "\r\n  "), KX_CLAIM_UNSURE},
    {"with white space and a brace", BYTES(HEADER(SUPPLY, "\0\x40") "  {  "), KX_CLAIM_UNSURE},
    {"with another byte", BYTES(HEADER(SUPPLY, "\0\7") "x"), KX_CLAIM_NO},
    {"a payload too short for an object", BYTES(HEADER(SUPPLY, "\0\1")), KX_CLAIM_NO},
    {"too much white space", BYTES(HEADER(SUPPLY, "\0\x40") "                                         "),
     KX_CLAIM_NO},
    {"Modbus, one coil", BYTES("\0\1\0\0\0\4\x11\1\1\1"), KX_CLAIM_NO},
    {"Modbus, one register that is a blank", BYTES("\0\1\0\0\0\5\x11\3\2\0\x20"), KX_CLAIM_NO},
    {"Modbus, two registers of blanks", BYTES("\0\1\0\0\0\7\x11\3\4    "), KX_CLAIM_NO},
    {"almost Modbus", BYTES("\0\1\0\0\0\6\x11\3\2\0\x20"), KX_CLAIM_UNSURE},
    {"JDWP, an error", BYTES("\0\0\0\x0b\0\0\x11\2\x80\0\x0a"), KX_CLAIM_NO},
    {"Kafka, a heartbeat", BYTES("\0\0\0\6\0\0\x11\1\0\0"), KX_CLAIM_NO},
    {"SOCKS 5, a request", BYTES("\5\1\0\1\xc0\xa8\x11\1\1\xbb"), KX_CLAIM_NO},
    {"SOCKS 5, a reply", BYTES("\5\0\0\1\x0a\0\x11\2\0\x50"), KX_CLAIM_NO},
    {"DNP3", BYTES("\x05\x64\x05\x0b\1\0\x11\1\x5a\xc3"), KX_CLAIM_NO},
    {"an unknown code's header alone", BYTES(HEADER("\x22\x01", "\0\7")), KX_CLAIM_NO},
};

static const claim_case rule_6[] = {
    {"no payload", BYTES(HEADER(SUPPLY, "\0\0")), KX_CLAIM_UNSURE},
    {"no payload, then a message", BYTES(HEADER(SUPPLY, "\0\0") MESSAGE), KX_CLAIM_YES},
    {"no payload, then a header", BYTES(HEADER(SUPPLY, "\0\0") HEADER(SUPPLY, "\0\2")), KX_CLAIM_NO},
    {"no payload, then text", BYTES(HEADER(SUPPLY, "\0\0") "{\"a\":1}"), KX_CLAIM_NO},
    {"no payload, then binary", BYTES(HEADER(SUPPLY, "\0\0") "\0\1\2\3\4\5\6\7\7\7\7"), KX_CLAIM_NO},
};

static const claim_case rule_7[] = {
    {"the end of an object, then a message", BYTES("EF\"}]}" MESSAGE), KX_CLAIM_YES},
    {"then a message's beginning", BYTES("EF\"}]}" HEADER(SUPPLY, "\1\0") "{\"Se"), KX_CLAIM_YES},
    {"with white space behind the object", BYTES("EF\"}\r\n" HEADER(SUPPLY, "\1\0") "{\"Se"), KX_CLAIM_YES},
    {"a closing brace alone", BYTES("}" HEADER(SUPPLY, "\1\0") "{\"Se"), KX_CLAIM_YES},
    {"the end of something else", BYTES("EF\"]" HEADER(SUPPLY, "\1\0") "{\"Se"), KX_CLAIM_NO},
    {"then only a header", BYTES("EF\"}" HEADER(SUPPLY, "\1\0")), KX_CLAIM_NO},
    {"then an unknown code", BYTES("EF\"}" HEADER("\x22\x01", "\1\0") "{\"Se"), KX_CLAIM_NO},
    {"then an array", BYTES("EF\"}" HEADER(SUPPLY, "\1\0") "[1"), KX_CLAIM_NO},
    {"then JSON without a header", BYTES("EF\"}{\"Session ID\":1}"), KX_CLAIM_NO},
};

/* What other protocols may have between two objects. */
static const claim_case rule_7_others[] = {
    {"little-endian length of 273", BYTES("{\"a\":{}\n  }\n}\x11\1\0\0{\"a\":\"bcdefghijkl"), KX_CLAIM_NO},
    {"BSON, the next string", BYTES("{\"a\":1}\0\x02\x31\x30\x31\0\x11\1\0\0{\"a\":\"bcdef"), KX_CLAIM_NO},
    {"a number that ends like an object", BYTES("\1}\0\0\0\0\0\0\x11\1\0\0{\"a\":\"bcdefghi"), KX_CLAIM_NO},
    {"binary before the end", BYTES("0123456789\1\2}" HEADER(SUPPLY, "\1\0") "{\"Se"), KX_CLAIM_NO},
    {"the rest of a header before the end", BYTES("\x11\3\0\7{\"a\":1}" HEADER(SUPPLY, "\1\0") "{\"Se"),
     KX_CLAIM_YES},
    {"Kafka, the next record", BYTES("{\"a\":1}\0\x94\x01\0\0\x80\x11\1\x84\1{\"a\":\"bcdefg"), KX_CLAIM_NO},
    {"almost", BYTES("{\"a\":1}\0\x96\x01\0\0\x80\x11\1\x84\1{\"a\":\"bcdefg"), KX_CLAIM_YES},
};

static const claim_case rule_8[] = {
    {"a proxy's line, then a message", BYTES("PROXY TCP4 192.0.2.1 192.0.2.2 49152 7100\r\n" MESSAGE),
     KX_CLAIM_YES},
    {"then a message that is not whole",
     BYTES("PROXY TCP4 192.0.2.1 192.0.2.2 49152 7100\r\n" HEADER(SUPPLY, "\1\0") "{\"Se"), KX_CLAIM_YES},
    {"the same in binary",
     BYTES("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xc0\0\x1b\xbc" HEADER(SUPPLY,
                                                                                         "\1\0") "{\"Se"),
     KX_CLAIM_YES},
    {"another line, then a message that is not whole",
     BYTES("HELLO TCP4 192.0.2.1 192.0.2.2 49152 7100\r\n" HEADER(SUPPLY, "\1\0") "{\"Se"), KX_CLAIM_NO},
    {"APNs, a token that ends like a CommandCode",
     BYTES("\0\0\x20"
           "0123456789abcdef0123456789abcd\x11\1"
           "\0\x0d{\"aps\":\"abc\"}"),
     KX_CLAIM_NO},
    {"almost",
     BYTES("\0\0\x10"
           "0123456789abcdef0123456789abcd\x11\1"
           "\0\x0d{\"aps\":\"abc\"}"),
     KX_CLAIM_YES},
    {"APNs, in items",
     BYTES("\2\0\0\0\x35\1\0\x0a"
           "abcdefgh\1\x11\2\0\x0d{\"aps\":\"abc\"}"),
     KX_CLAIM_NO},
    {"then a malformed message", BYTES("hello\n" HEADER(SUPPLY, "\0\5") "{\"a:1"), KX_CLAIM_NO},
    {"a length before the message", BYTES("\0\0\0\x0c" MESSAGE), KX_CLAIM_YES},
};

static void check_claims(gconstpointer data, size_t count)
{
    for (const claim_case *c = (const claim_case *)data; count > 0; c++, count--) {
        uint8_t *copy = (uint8_t *)g_memdup2(c->bytes, c->length); /* exact, for the sanitizer */
        kx_claim claim = kx_framing_claims(copy, (uint32_t)c->length);
        if (claim != c->expected) {
            g_test_message("%s: %d, not %d", c->what, (int)claim, (int)c->expected);
            g_test_fail();
        }
        g_free(copy);
    }
}

#define TEST_OF(rule)                                                                                        \
    static void test_##rule(void)                                                                            \
    {                                                                                                        \
        check_claims(rule, G_N_ELEMENTS(rule));                                                              \
    }

TEST_OF(rule_0)
TEST_OF(rule_1)
TEST_OF(rule_2)
TEST_OF(rule_3)
TEST_OF(rule_4)
TEST_OF(rule_3_and_4)
TEST_OF(rule_5)
TEST_OF(rule_6)
TEST_OF(rule_7)
TEST_OF(rule_7_others)
TEST_OF(rule_8)

/* How much may stand before a whole message: 128 bytes. */
static void test_longest_prefix(void)
{
    uint8_t bytes[200];

    for (size_t prefix = 1; prefix < 180; prefix++) {
        memset(bytes, 'x', sizeof bytes);
        memcpy(bytes + prefix, BYTES(MESSAGE));
        kx_claim claim = kx_framing_claims(bytes, (uint32_t)(prefix + sizeof(MESSAGE) - 1));
        g_assert_cmpint(claim, ==, prefix <= 128 ? KX_CLAIM_YES : KX_CLAIM_NO);
    }
}

/* A message of any size, cut off anywhere, is never told to be something else once its object can be seen. */
static void test_every_prefix(void)
{
    static const char message[] = HEADER(SUPPLY, "\0\x1a") "{\"Session ID\":\"s-1\",\"n\":1}";
    size_t whole = sizeof message - 1;

    g_assert_cmpuint(whole, ==, KX_HEADER_LENGTH + 0x1a);
    for (size_t length = 0; length <= whole; length++) {
        uint8_t *copy = (uint8_t *)g_memdup2(message, length);
        kx_claim expected = length < 10 ? KX_CLAIM_NO : length < 12 ? KX_CLAIM_UNSURE : KX_CLAIM_YES;
        g_assert_cmpint(kx_framing_claims(copy, (uint32_t)length), ==, expected);
        g_free(copy);
    }
}

/* What several short segments show together, and where. at: -1 if nothing. */
static void test_pieces(void)
{
    static const struct {
        const char *what;
        const char *bytes;
        size_t length;
        int at;
    } cases[] = {
        {"a header and its payload", BYTES(HEADER(SUPPLY, "\0\7") "{\"a\":1}"), 0},
        {"a header and its payload's beginning", BYTES(HEADER(SUPPLY, "\1\0") "{\"a"), 0},
        {"a header alone", BYTES(HEADER(SUPPLY, "\1\0")), -1},
        {"a header and an array", BYTES(HEADER(SUPPLY, "\0\3") "[1]"), -1},
        {"the end of an object, then that", BYTES("\":1}" HEADER(SUPPLY, "\1\0") "{\"a"), 4},
        {"a greeting, then a message", BYTES("hello\n" HEADER(SUPPLY, "\0\2") "{}"), 6},
        {"nothing of the kind", BYTES("{\"Session ID\":\"s-1\"}{\"Session ID\":"), -1},
        {"few bytes", BYTES("\0\1"), -1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree uint8_t *copy = (uint8_t *)g_memdup2(cases[i].bytes, cases[i].length);
        uint32_t at = 0;
        bool claims = kx_framing_claims_pieces(copy, (uint32_t)cases[i].length, &at);
        if (claims != (cases[i].at >= 0) || (claims && (int)at != cases[i].at)) {
            g_test_message("%s: %d at %u", cases[i].what, (int)claims, at);
            g_test_fail();
        }
    }
}

/* Which message goes with one of Version 1, MessageID 5, CommandCode 0x1103. */
static void test_follows(void)
{
    static const kx_header before = {1, 5, 0x1103, 2};
    static const struct {
        const char *bytes;
        size_t length;
        bool follows;
    } cases[] = {
        {BYTES("\0\1\0\0\0\6\x11\3\0\2{}"), true},   {BYTES("\0\1\0\0\0\6\x11\4\0\2{}"), true},
        {BYTES("\0\1\0\0\0\5\x11\3\0\2{}"), true},   {BYTES("\0\1\0\0\0\5\x11\4\0\2{}"), false},
        {BYTES("\0\2\0\0\0\6\x11\3\0\2{}"), false},  {BYTES("\0\1\0\0\0\6\x11\5\0\2{}"), false},
        {BYTES("\0\1\0\0\0\6\x11\3\0\3[1]"), false}, {BYTES("\0\1\0\0\0\6\x11\3\0\2"), false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_true(kx_framing_follows(&before, (const uint8_t *)cases[i].bytes,
                                         (uint32_t)cases[i].length) == cases[i].follows);
}

void framing_test_claims(void)
{
    g_test_add_func("/framing/claims/rule-0", test_rule_0);
    g_test_add_func("/framing/claims/follows", test_follows);
    g_test_add_func("/framing/claims/rule-1", test_rule_1);
    g_test_add_func("/framing/claims/rule-2", test_rule_2);
    g_test_add_func("/framing/claims/rule-3", test_rule_3);
    g_test_add_func("/framing/claims/rule-4", test_rule_4);
    g_test_add_func("/framing/claims/rule-3-and-4", test_rule_3_and_4);
    g_test_add_func("/framing/claims/rule-5", test_rule_5);
    g_test_add_func("/framing/claims/rule-6", test_rule_6);
    g_test_add_func("/framing/claims/rule-7", test_rule_7);
    g_test_add_func("/framing/claims/rule-7-others", test_rule_7_others);
    g_test_add_func("/framing/claims/rule-8", test_rule_8);
    g_test_add_func("/framing/claims/pieces", test_pieces);
    g_test_add_func("/framing/claims/longest-prefix", test_longest_prefix);
    g_test_add_func("/framing/claims/every-prefix", test_every_prefix);
}
