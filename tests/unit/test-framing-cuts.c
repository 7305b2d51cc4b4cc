/* test-framing-cuts.c
 * A stream of valid messages yields the same messages however it is cut into segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "framing-drive.h"
#include "kx-standard.h"
#include "test-framing.h"

#define LARGEST UINT16_MAX

/* A stream and the messages it was made of. */
typedef struct {
    GByteArray *bytes;
    GArray *messages; /* of framing_unit */
    GArray *values;   /* of uint32_t: the offset behind each message's JSON value */
} stream;

static stream new_stream(void)
{
    return (stream){g_byte_array_new(), g_array_new(FALSE, FALSE, sizeof(framing_unit)),
                    g_array_new(FALSE, FALSE, sizeof(uint32_t))};
}

static void free_stream(stream *s)
{
    g_byte_array_unref(s->bytes);
    g_array_unref(s->messages);
    g_array_unref(s->values);
}

/* Of the codes outside Table I.1, some are from KM to KM and others not. */
static uint16_t random_code(void)
{
    static const uint16_t codes[] = {KX_KEY_RELAY,  KX_KEY_RELAY_COMPLETION,
                                     KX_KEY_SUPPLY, KX_KEY_SUPPLY_RESPONSE,
                                     KX_KEY_RELAY,  KX_KEY_SUPPLY,
                                     0x1105,        0x11ff,
                                     0x2201,        0x1201};

    return codes[g_test_rand_int_range(0, G_N_ELEMENTS(codes))];
}

/* Some MessageIDs contain what looks like a CommandCode. */
static uint32_t random_id(void)
{
    static const uint32_t ids[] = {0x11011101, 0x00001103, 0x11020000, 0x00110100, 0x7b227b22, 0x1104207b};
    int which = g_test_rand_int_range(0, 4 * G_N_ELEMENTS(ids));

    return which < (int)G_N_ELEMENTS(ids) ? ids[which] : (uint32_t)g_test_rand_int();
}

/* An object of exactly this many bytes. Its string is full of what could be taken for JSON's structure. */
static void add_object(GByteArray *bytes, uint32_t size)
{
    static const char filler[] = "}{\\\"a\\\":[1]},\xc3\xa9\xe9\x8d\xb5 \\u0011\\u0001";
    static const uint8_t spaces[] = "{      ";
    guint start = bytes->len;

    if (size < 8) {
        g_byte_array_append(bytes, spaces, size - 1);
        g_byte_array_append(bytes, (const uint8_t *)"}", 1);
        return;
    }
    g_byte_array_append(bytes, (const uint8_t *)"{\"k\":\"", 6);
    while (bytes->len - start + sizeof filler - 1 <= size - 2)
        g_byte_array_append(bytes, (const uint8_t *)BYTES(filler));
    while (bytes->len - start < size - 2)
        g_byte_array_append(bytes, (const uint8_t *)"x", 1);
    g_byte_array_append(bytes, (const uint8_t *)"\"}", 2);
}

/* size: of the payload, at least 2. spaces: of them, behind the object. */
static void add_message(stream *s, uint32_t size, uint32_t spaces)
{
    framing_unit message = {KX_UNIT_MESSAGE, s->bytes->len, KX_HEADER_LENGTH + size};
    uint16_t code = random_code();
    uint32_t id = random_id();
    const uint8_t header[KX_HEADER_LENGTH] = {0,
                                              1,
                                              (uint8_t)(id >> 24),
                                              (uint8_t)(id >> 16),
                                              (uint8_t)(id >> 8),
                                              (uint8_t)id,
                                              (uint8_t)(code >> 8),
                                              (uint8_t)code,
                                              (uint8_t)(size >> 8),
                                              (uint8_t)size};

    g_byte_array_append(s->bytes, header, sizeof header);
    add_object(s->bytes, size - spaces);
    g_array_append_val(s->values, s->bytes->len);
    for (uint32_t i = 0; i < spaces; i++)
        g_byte_array_append(s->bytes, (const uint8_t *)"\n", 1);
    g_array_append_val(s->messages, message);
}

/* Whether an offset lies between a message's value and its end. */
static gboolean is_in_trailing_space(const stream *s, uint32_t offset)
{
    for (guint i = 0; i < s->messages->len; i++) {
        const framing_unit *m = &g_array_index(s->messages, framing_unit, i);
        if (offset >= g_array_index(s->values, uint32_t, i) && offset < m->offset + m->length)
            return TRUE;
    }
    return FALSE;
}

/* PSH may stand anywhere, but not between a value and the white space that its Length says follows: there the
 * message would end. */
static GArray *random_cuts(const stream *s, uint32_t largest)
{
    GArray *segments = g_array_new(FALSE, FALSE, sizeof(framing_segment));

    for (uint32_t end = 0; end < s->bytes->len;) {
        end += (uint32_t)g_test_rand_int_range(1, (gint32)largest + 1);
        end = MIN(end, s->bytes->len);
        framing_segment segment = {end, KX_MORE_FOLLOWING};
        if (g_test_rand_bit() && !is_in_trailing_space(s, end))
            segment.more = KX_MORE_AFTER;
        g_array_append_val(segments, segment);
    }
    return segments;
}

static void check_messages(const stream *s, GArray *units)
{
    g_assert_cmpuint(units->len, ==, s->messages->len);
    g_assert_cmpmem(units->data, units->len * sizeof(framing_unit), s->messages->data,
                    s->messages->len * sizeof(framing_unit));
    g_array_unref(units);
}

static void check_cut(const stream *s, uint32_t largest)
{
    GArray *segments = random_cuts(s, largest);

    check_messages(s, framing_drive(s->bytes->data, segments));
    g_array_unref(segments);
}

static void test_random(void)
{
    static const uint32_t largest[] = {1, 2, 9, 40, 1460, 70000};

    for (unsigned round = 0; round < 400; round++) {
        stream s = new_stream();
        for (int i = g_test_rand_int_range(1, 20); i > 0; i--) {
            uint32_t spaces = g_test_rand_int_range(0, 4) ? 0 : (uint32_t)g_test_rand_int_range(1, 4);
            add_message(&s, (uint32_t)g_test_rand_int_range(2, g_test_rand_bit() ? 30 : 400) + spaces,
                        spaces);
        }
        check_messages(&s, framing_drive_whole(s.bytes->data, s.bytes->len));
        for (unsigned i = 0; i < G_N_ELEMENTS(largest); i++)
            check_cut(&s, largest[i]);
        free_stream(&s);
    }
}

/* Two messages, cut once, at each place. */
static void test_everywhere(void)
{
    stream s = new_stream();

    add_message(&s, 40, 0);
    add_message(&s, 2, 0);
    add_message(&s, 9, 0);
    for (uint32_t at = 1; at < s.bytes->len; at++)
        for (int flag = KX_MORE_AFTER; flag <= KX_MORE_FOLLOWING; flag++) {
            framing_segment two[] = {{at, (kx_more)flag}, {s.bytes->len, KX_MORE_AFTER}};
            GArray *segments = g_array_new(FALSE, FALSE, sizeof *two);
            g_array_append_vals(segments, two, 2);
            check_messages(&s, framing_drive(s.bytes->data, segments));
            g_array_unref(segments);
        }
    free_stream(&s);
}

static void check_size(uint32_t size)
{
    stream s = new_stream();

    add_message(&s, size, 0);
    add_message(&s, 2, 0);
    check_messages(&s, framing_drive_whole(s.bytes->data, s.bytes->len));
    check_cut(&s, 1460);
    check_cut(&s, LARGEST);
    free_stream(&s);
}

/* Every small size, the largest ones, and some in between. */
static void test_sizes(void)
{
    for (uint32_t size = 2; size < 600; size++)
        check_size(size);
    for (uint32_t size = 600; size < LARGEST - 3; size += 263)
        check_size(size);
    for (uint32_t size = LARGEST - 3; size <= LARGEST; size++)
        check_size(size);
}

void framing_test_cuts(void)
{
    g_test_add_func("/framing/cuts/random", test_random);
    g_test_add_func("/framing/cuts/everywhere", test_everywhere);
    g_test_add_func("/framing/cuts/sizes", test_sizes);
}
