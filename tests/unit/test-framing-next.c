/* test-framing-next.c
 * Tests of kx_framing_next() in plugin/kx-framing.c, branch by branch.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "framing-drive.h"
#include "test-framing.h"

typedef struct {
    const char *what;
    const char *bytes;
    size_t length;
    kx_unit following, after, none; /* with KX_MORE_FOLLOWING, KX_MORE_AFTER, KX_NO_MORE */
} next_case;

#define MESSAGE_OF(n)                                                                                        \
    {                                                                                                        \
        KX_UNIT_MESSAGE, n                                                                                   \
    }
#define SKIPPED(n)                                                                                           \
    {                                                                                                        \
        KX_UNIT_SKIPPED, n                                                                                   \
    }
#define MORE                                                                                                 \
    {                                                                                                        \
        KX_UNIT_MORE, 0                                                                                      \
    }

/* The same whatever comes behind. */
#define ALWAYS(unit)      unit, unit, unit
#define ALWAYS_MESSAGE(n) MESSAGE_OF(n), MESSAGE_OF(n), MESSAGE_OF(n)
#define ALWAYS_SKIPPED(n) SKIPPED(n), SKIPPED(n), SKIPPED(n)

#define OBJECT "{\"a\":1}" /* 7 bytes */

static const next_case codes[] = {
    {"known, object", BYTES(HEADER(KEY_RELAY, "\0\7") OBJECT), ALWAYS_MESSAGE(17)},
    {"known, binary", BYTES(HEADER(KEY_RELAY, "\0\2") "\xff\0"), ALWAYS_MESSAGE(12)},
    {"known, no payload", BYTES(HEADER(KEY_RELAY, "\0\0")), ALWAYS_MESSAGE(10)},
    {"from KM to KM, unknown, binary", BYTES(HEADER("\x11\xee", "\0\2") "\xff\0"), ALWAYS_MESSAGE(12)},
    {"from KM to KM, unknown, no payload", BYTES(HEADER("\x11\x00", "\0\0")), ALWAYS_MESSAGE(10)},
    {"other, object", BYTES(HEADER("\x22\x01", "\0\7") OBJECT), ALWAYS_MESSAGE(17)},
    {"other, array", BYTES(HEADER("\x22\x01", "\0\3") "[1]"), ALWAYS_MESSAGE(13)},
    {"other, white space", BYTES(HEADER("\x22\x01", "\0\3") "\n{}"), ALWAYS_MESSAGE(13)},
    {"other, header alone", BYTES(HEADER("\x22\x01", "\0\7")), MORE, MORE, MESSAGE_OF(10)},
    {"no header, text", BYTES("Session ID\":\"s-1\"}"), SKIPPED(9), SKIPPED(9), SKIPPED(18)},
};

static const next_case too_short[] = {
    {"1 byte", BYTES("\0"), MORE, MORE, SKIPPED(1)},
    {"6 bytes", BYTES("\0\1\0\0\0\5"), MORE, MORE, SKIPPED(6)},
    {"7 bytes, from KM to KM", BYTES("\0\1\0\0\0\5\x11"), MORE, MORE, SKIPPED(7)},
    {"9 bytes, from KM to KM", BYTES("\0\1\0\0\0\5\x11\x01\0"), MORE, MORE, SKIPPED(9)},
    {"9 bytes, other", BYTES("\0\1\0\0\0\5\x22\x01\0"), MORE, MORE, SKIPPED(9)},
};

static const next_case lengths[] = {
    {"not all there yet", BYTES(HEADER(SUPPLY, "\0\7") "{\"a"), MESSAGE_OF(17), MESSAGE_OF(17),
     MESSAGE_OF(13)},
    {"nothing there yet", BYTES(HEADER(SUPPLY, "\xff\xff")), MORE, MORE, MESSAGE_OF(10)},
    {"two messages", BYTES(HEADER(SUPPLY, "\0\7") OBJECT HEADER(SUPPLY, "\0\2") "{}"), ALWAYS_MESSAGE(17)},
    {"too small", BYTES(HEADER(SUPPLY, "\0\4") OBJECT), ALWAYS_MESSAGE(17)},
    {"too small, then the next one", BYTES(HEADER(SUPPLY, "\0\4") OBJECT HEADER(SUPPLY, "\0\2") "{}"),
     ALWAYS_MESSAGE(17)},
    {"too small, then something else", BYTES(HEADER(SUPPLY, "\0\4") OBJECT "xyz and more"),
     ALWAYS_MESSAGE(14)},
    {"characters", BYTES(HEADER(SUPPLY, "\0\x09") "{\"a\":\"\xe6\x9d\xb1\"}"), ALWAYS_MESSAGE(21)},
    {"characters, not all there", BYTES(HEADER(SUPPLY, "\0\x09") "{\"a\":\"\xe6\x9d\xb1"),
     ALWAYS_MESSAGE(19)},
    {"too large, the value complete", BYTES(HEADER(SUPPLY, "\0\x11") OBJECT), MORE, MESSAGE_OF(17),
     MESSAGE_OF(17)},
    {"too large, the array complete", BYTES(HEADER(SUPPLY, "\0\x11") "[1,2]"), MORE, MESSAGE_OF(15),
     MESSAGE_OF(15)},
    {"too large, no value", BYTES(HEADER(SUPPLY, "\0\x11") "abc}"), MESSAGE_OF(27), MESSAGE_OF(27),
     MESSAGE_OF(14)},
    {"too large by the header, the next one there",
     BYTES(HEADER(SUPPLY, "\0\x11") OBJECT HEADER(SUPPLY, "\0\7") OBJECT), ALWAYS_MESSAGE(17)},
    {"too large, the next one inside", BYTES(HEADER(SUPPLY, "\0\x40") OBJECT HEADER(SUPPLY, "\0\7") OBJECT),
     ALWAYS_MESSAGE(17)},
    {"too large, two inside, both found one by one",
     BYTES(HEADER(SUPPLY, "\xff\xff") OBJECT HEADER(SUPPLY, "\xff\xff") OBJECT HEADER(SUPPLY, "\0\2") "{}"),
     ALWAYS_MESSAGE(17)},
    {"too large, the next one's beginning inside",
     BYTES(HEADER(SUPPLY, "\0\x40") OBJECT HEADER(SUPPLY, "\0\7") "{\"a"), ALWAYS_MESSAGE(17)},
    {"what only looks like one inside", BYTES(HEADER(SUPPLY, "\0\x40") OBJECT HEADER(SUPPLY, "\0\7") "abc"),
     MESSAGE_OF(74), MESSAGE_OF(74), MESSAGE_OF(30)},
};

/* Before a header, or as its payload, what a gap left of another one. */
static const next_case overtaken[] = {
    {"two bytes, then a MessageID that is a code", BYTES("\"}\0\1\0\0" KEY_RELAY SUPPLY "\0\2{}"),
     ALWAYS_SKIPPED(2)},
    {"four bytes, the same", BYTES("1\"}]\0\1" KEY_RELAY "\0\5" SUPPLY "\0\2{}"), ALWAYS_SKIPPED(4)},
    {"a Length that is a code, nothing more", BYTES(HEADER(KEY_RELAY, KEY_RELAY)), MORE, MORE,
     MESSAGE_OF(10)},
    {"a Length that is a code, an array",
     BYTES(HEADER(KEY_RELAY, KEY_RELAY) "[1,2,3,4,5,6,7,8,9,10,11,12,13,"), MESSAGE_OF(4363),
     MESSAGE_OF(4363), MESSAGE_OF(41)},
    {"the same, JSON behind it",
     BYTES(HEADER(KEY_RELAY, KEY_RELAY) "[ {\"Key ID\":\"k-1\"},{\"Key ID\":\"k-2\"},"), MESSAGE_OF(4363),
     MESSAGE_OF(4363), MESSAGE_OF(46)},
    {"what could be the rest of a header, but is a whole message",
     BYTES("\0\1\0\0\0\x11\1\1\0\x0a{\"a\":1234}"), ALWAYS_MESSAGE(20)},
    {"a MessageID that begins with an object", BYTES("\0\1{}\x95\x66\x11\5\0\x40{\"a\":1"), MORE, MORE,
     MESSAGE_OF(16)},
    {"a MessageID that begins like an object", BYTES("\0\1{\"{\"\x22\x01\0\7" OBJECT), ALWAYS_MESSAGE(17)},
};

/* A Length that is too large; of the next message only the header is there. */
static const next_case header_behind[] = {
    {"the value complete", BYTES(HEADER(SUPPLY, "\1\0") OBJECT HEADER(SUPPLY, "\0\2")), ALWAYS_MESSAGE(17)},
    {"and one byte of its payload", BYTES(HEADER(SUPPLY, "\1\0") OBJECT HEADER(SUPPLY, "\0\2") "{"),
     ALWAYS_MESSAGE(17)},
    {"the value cut off", BYTES(HEADER(SUPPLY, "\1\0") "{\"a\":" HEADER(SUPPLY, "\0\2")), ALWAYS_MESSAGE(15)},
    {"nine bytes of it", BYTES(HEADER(SUPPLY, "\1\0") OBJECT "\0\1\0\0\0\5\x11\3\0"), MESSAGE_OF(266),
     MESSAGE_OF(266), MESSAGE_OF(26)},
    {"an unknown code", BYTES(HEADER(SUPPLY, "\1\0") OBJECT HEADER("\x11\x05", "\0\2")), MESSAGE_OF(266),
     MESSAGE_OF(266), MESSAGE_OF(27)},
};

#define GARBAGE "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" /* 10 bytes */

static const next_case skipping[] = {
    {"to a message", BYTES(GARBAGE "\xff" HEADER(SUPPLY, "\0\2") "{}"), ALWAYS_SKIPPED(11)},
    {"to a message's beginning", BYTES(GARBAGE "\xff" HEADER(SUPPLY, "\1\2") "{\""), ALWAYS_SKIPPED(11)},
    {"keeping what may be a header", BYTES(GARBAGE "\xff\0\1\0\0\0\5\x11"), SKIPPED(9), SKIPPED(9),
     SKIPPED(18)},
    {"keeping a header", BYTES(GARBAGE "\xff" HEADER(SUPPLY, "\1\2")), SKIPPED(11), SKIPPED(11), SKIPPED(21)},
    {"the end of a payload", BYTES("ZZ\"}]}" HEADER(SUPPLY, "\0\2") "{}"), ALWAYS_SKIPPED(6)},
    {"other code, header is text", BYTES("  \"Key ID\" {\"a\":1}"), SKIPPED(9), SKIPPED(9), SKIPPED(18)},
    {"other code, no payload", BYTES(HEADER("\x22\x01", "\0\0") "{}"), SKIPPED(3), SKIPPED(3), SKIPPED(12)},
    {"other code, payload is no JSON", BYTES(HEADER("\x22\x01", "\0\2") "ab"), SKIPPED(3), SKIPPED(3),
     SKIPPED(12)},
    /* Two bytes before a header whose MessageID ends in 0x1101 and whose Length is all white space, another
     * header seems to begin. The later one is right. */
    {"a MessageID that looks like a CommandCode",
     BYTES(GARBAGE "\xff"
                   "\0\1\0\0\x11\x01" KEY_RELAY "\x20\x20"
                   "{\"Key"),
     ALWAYS_SKIPPED(11)},
    {"the same with a Length that is text",
     BYTES(GARBAGE "\xff"
                   "\0\1\0\0\x11\x01" KEY_RELAY "\x7b\x22"
                   "{\"Key"),
     ALWAYS_SKIPPED(11)},
};

static void check_next(const next_case *c, kx_more more, kx_unit expected)
{
    kx_unit unit = framing_next((const uint8_t *)c->bytes, (uint32_t)c->length, more);

    if (unit.type != expected.type || unit.length != expected.length) {
        g_test_message("%s, more %d: type %d length %u, not type %d length %u", c->what, (int)more,
                       (int)unit.type, unit.length, (int)expected.type, expected.length);
        g_test_fail();
    }
}

static void check_all(const next_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_next(&cases[i], KX_MORE_FOLLOWING, cases[i].following);
        check_next(&cases[i], KX_MORE_AFTER, cases[i].after);
        check_next(&cases[i], KX_NO_MORE, cases[i].none);
    }
}

#define TEST_OF(cases)                                                                                       \
    static void test_##cases(void)                                                                           \
    {                                                                                                        \
        check_all(cases, G_N_ELEMENTS(cases));                                                               \
    }

TEST_OF(codes)
TEST_OF(too_short)
TEST_OF(lengths)
TEST_OF(skipping)
TEST_OF(overtaken)
TEST_OF(header_behind)

/* A gap ends within a header: what is left of it is no message with another code, which would swallow those behind. */
static void check_rest(const char *payload)
{
    static const char next[] = HEADER(SUPPLY, "\0\2") "{}";
    size_t length = strlen(payload);

    for (uint32_t missing = 1; missing < KX_HEADER_LENGTH; missing++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        const uint8_t header[] = {0, 1, 0, 0, 1, 7, 0x11, 1, (uint8_t)(length >> 8), (uint8_t)length};
        g_byte_array_append(bytes, header, sizeof header);
        g_byte_array_append(bytes, (const uint8_t *)payload, (guint)length);
        guint rest = bytes->len - missing;
        g_byte_array_append(bytes, (const uint8_t *)BYTES(next));
        kx_unit unit = framing_next(bytes->data + missing, bytes->len - missing, KX_MORE_FOLLOWING);
        g_test_message("%u bytes of the header missing, payload %s", missing, payload);
        g_assert_cmpint(unit.type, ==, KX_UNIT_SKIPPED);
        g_assert_cmpuint(unit.length, ==, rest);
    }
}

static void test_rests(void)
{
    static const char *const payloads[] = {
        "{\"Keys\":[{\"Key ID\":\"k\",\"Key\":\"AA==\"}]}",
        "{\"a\":[{},{}]}",
        " {\"Session ID\":\"s-1\"}",
        "\r\n{\"Session ID\": \"s-1\"}",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(payloads); i++)
        check_rest(payloads[i]);
}

/* While the end of a payload comes in small segments, no header behind it is ever cut in two, nor taken to
 * begin elsewhere, whatever its MessageID. id: the fourth byte of it counts from 0 to 255. */
static void check_tail_kept(uint8_t id)
{
    char stream[] = "the end of a payload, of more than one segment, say: {\"Key ID\":\"k\"}]}" HEADER(
        SUPPLY, "\0\x0e") "  {\"Keys\": 12}";
    uint32_t length = sizeof stream - 1;

    stream[length - 14 - KX_HEADER_LENGTH + KX_OFFSET_MESSAGE_ID + 3] = (char)id;
    for (uint32_t size = 1; size < length; size++) {
        GArray *segments = g_array_new(FALSE, FALSE, sizeof(framing_segment));
        for (uint32_t end = size; end < length + size; end += size) {
            framing_segment segment = {MIN(end, length), size % 2 ? KX_MORE_AFTER : KX_MORE_FOLLOWING};
            g_array_append_val(segments, segment);
        }
        GArray *units = framing_drive((const uint8_t *)stream, segments);
        const framing_unit *last = &g_array_index(units, framing_unit, units->len - 1);
        g_assert_cmpint(last->type, ==, KX_UNIT_MESSAGE);
        g_assert_cmpuint(last->length, ==, KX_HEADER_LENGTH + 14);
        g_assert_cmpuint(last->offset + last->length, ==, length);
        g_array_unref(units);
        g_array_unref(segments);
    }
}

static void test_tail_kept(void)
{
    for (unsigned id = 0; id <= UINT8_MAX; id++)
        check_tail_kept((uint8_t)id);
}

/* What stands in the place of messages. */
static void test_mistakes(void)
{
    static const struct {
        const char *bytes;
        size_t length;
        kx_unit_type type;
        kx_mistake expected;
    } cases[] = {
        {BYTES("\1\0\5\0\0\0\1\x11\2\0{}"), KX_UNIT_SKIPPED, KX_LITTLE_ENDIAN},
        {BYTES("\1\0\5\0\0\0\5\x11\2\0{}"), KX_UNIT_SKIPPED, KX_NO_MISTAKE},
        {BYTES("\1\0\5\0\0\0\1\x11\2\0xy"), KX_UNIT_SKIPPED, KX_NO_MISTAKE},
        {BYTES(HEADER(SUPPLY, "\0\0") "\0\2{}"), KX_UNIT_MESSAGE, KX_LENGTH_OF_32_BITS},
        {BYTES(HEADER(SUPPLY, "\0\0") HEADER(SUPPLY, "\0\2") "{}"), KX_UNIT_MESSAGE, KX_NO_MISTAKE},
        {BYTES(HEADER(SUPPLY, "\0\4") "{\0}\0"), KX_UNIT_MESSAGE, KX_UTF_16},
        {BYTES(HEADER(SUPPLY, "\0\4") "\0{\0}"), KX_UNIT_MESSAGE, KX_UTF_16},
        {BYTES(HEADER(SUPPLY, "\0\4") "\xff\xfe{\0"), KX_UNIT_MESSAGE, KX_UTF_16},
        {BYTES(HEADER(SUPPLY, "\0\2") "{}"), KX_UNIT_MESSAGE, KX_NO_MISTAKE},
        {BYTES(HEADER(SUPPLY, "\0\1") "{"), KX_UNIT_MESSAGE, KX_NO_MISTAKE},
        {BYTES("\x16\3\1\2\0\1"), KX_UNIT_SKIPPED, KX_TLS_RECORDS},
        {BYTES("\x17\3\3\x48\1"), KX_UNIT_SKIPPED, KX_NO_MISTAKE},
        {BYTES("\x18\3\3\0\1"), KX_UNIT_SKIPPED, KX_NO_MISTAKE},
        {BYTES("\x16\3"), KX_UNIT_SKIPPED, KX_NO_MISTAKE},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree uint8_t *copy = (uint8_t *)g_memdup2(cases[i].bytes, cases[i].length);
        g_assert_cmpint(kx_framing_find_mistake(copy, (uint32_t)cases[i].length, cases[i].type), ==,
                        cases[i].expected);
    }
}

/* Why a Length is not its payload's. */
static void test_explained(void)
{
    static const struct {
        const char *payload;
        size_t length;
        uint32_t said;
        kx_length_cause expected;
    } cases[] = {
        {BYTES("{}"), 2, KX_LENGTH_RIGHT},
        {BYTES("{} "), 3, KX_LENGTH_RIGHT},
        {BYTES("{"), 9, KX_LENGTH_RIGHT},
        {BYTES("{}"), 12, KX_LENGTH_COUNTS_HEADER},
        {BYTES("{\"a\":\"\xe6\x9d\xb1\"}"), 9, KX_LENGTH_COUNTS_CHARACTERS},
        {BYTES("{\"a\":\"\xf0\x9f\x98\x80\"}"), 9, KX_LENGTH_COUNTS_CHARACTERS},
        {BYTES("{\"a\":\"\xf0\x9f\x98\x80\"}"), 10, KX_LENGTH_COUNTS_CHARACTERS},
        {BYTES("{\"a\":\"\xe6\x9d\xb1\"}"), 8, KX_LENGTH_WRONG_SOMEHOW},
        {BYTES("{}"), 3, KX_LENGTH_COUNTS_END},
        {BYTES("{}"), 4, KX_LENGTH_COUNTS_END},
        {BYTES("{}"), 5, KX_LENGTH_WRONG_SOMEHOW},
        {BYTES("{}\0"), 3, KX_LENGTH_INCLUDES_NUL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree uint8_t *copy = (uint8_t *)g_memdup2(cases[i].payload, cases[i].length);
        g_assert_cmpint(kx_framing_explain_length(copy, (uint32_t)cases[i].length, cases[i].said), ==,
                        cases[i].expected);
    }
}

void framing_test_next(void)
{
    g_test_add_func("/framing/next/codes", test_codes);
    g_test_add_func("/framing/next/too-short", test_too_short);
    g_test_add_func("/framing/next/lengths", test_lengths);
    g_test_add_func("/framing/next/mistakes", test_mistakes);
    g_test_add_func("/framing/next/explained", test_explained);
    g_test_add_func("/framing/next/skipping", test_skipping);
    g_test_add_func("/framing/next/overtaken", test_overtaken);
    g_test_add_func("/framing/next/header-behind", test_header_behind);
    g_test_add_func("/framing/next/rests", test_rests);
    g_test_add_func("/framing/next/tail-kept", test_tail_kept);
}
