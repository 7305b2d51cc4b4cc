/* test-json-boundary.c
 * Strings of every small length at every alignment: a scan that takes several bytes at a time must see each
 * of them, and none beyond the text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-check.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "json-model.h"

/* As many as the widest scan takes at a time, and some such blocks. */
#define BLOCK           16
#define MOST_CHARACTERS (3 * BLOCK + 2)
#define MOST_ALIGNMENT  BLOCK

/* A block that ends where the text ends, so that its beginning moves through all alignments. */
typedef struct {
    uint8_t *block;
    uint8_t *text;
    uint32_t length;
    kx_json_reader *reader;
} placed;

/* "before" opens the string, then come count fillers, then "after". */
static placed place(size_t alignment, const char *before, size_t count, char filler, const char *after)
{
    placed p;

    p.length = (uint32_t)(strlen(before) + count + strlen(after));
    p.block = malloc(alignment + p.length);
    p.text = p.block + alignment;
    memcpy(p.text, before, strlen(before));
    memset(p.text + strlen(before), filler, count);
    memcpy(p.text + strlen(before) + count, after, strlen(after));
    p.reader = malloc(sizeof *p.reader);
    return p;
}

static void displace(placed *p)
{
    free(p->reader);
    free(p->block);
}

static void compare(const placed *p)
{
    json_verdict verdict = json_model(p->text, p->length);

    kx_json_init(p->reader, p->text, p->length);
    while (kx_json_next(p->reader) > KX_JSON_FAULT)
        ;
    if (!json_model_agrees(&verdict, p->reader))
        json_check_complain(p->text, p->length, "expected %s at %u, got %s at %u",
                            json_check_fault_name(verdict.fault), verdict.offset,
                            json_check_fault_name(p->reader->fault), p->reader->fault_offset);
}

/* One special byte in each place, as a value, as a name, and in a string whose end is missing. */
static void test_one_byte(void)
{
    static const uint8_t special[] = {0x00, 0x01, 0x08, 0x0A, 0x1F, 0x20, 0x21, '"',  0x23, '[',  '\\',
                                      ']',  0x7F, 0x80, 0x9F, 0xA2, 0xBF, 0xC3, 0xDC, 0xE2, 0xF0, 0xFF};
    static const struct {
        const char *before, *after;
    } frames[] = {{"\"", "\""}, {"{\"", "\":0}"}, {"\"", ""}};
    static const char fillers[] = {'a', 0x21, 0x7F};

    for (size_t f = 0; f < G_N_ELEMENTS(frames); f++) {
        for (size_t alignment = 0; alignment <= MOST_ALIGNMENT; alignment++) {
            for (size_t count = 0; count <= MOST_CHARACTERS; count++) {
                char filler = fillers[(count + alignment) % G_N_ELEMENTS(fillers)];
                placed p = place(alignment, frames[f].before, count, filler, frames[f].after);
                compare(&p);
                uint8_t *characters = p.text + strlen(frames[f].before);
                for (size_t at = 0; at < count; at++) {
                    for (size_t s = 0; s < G_N_ELEMENTS(special); s++) {
                        characters[at] = special[s];
                        compare(&p);
                    }
                    characters[at] = (uint8_t)filler;
                }
                displace(&p);
            }
        }
    }
}

/* All bytes in each place of two blocks. */
static void test_all_bytes(void)
{
    for (size_t count = 1; count <= 2 * BLOCK + 1; count++) {
        for (size_t at = 0; at < count; at++) {
            placed p = place(count % (MOST_ALIGNMENT + 1), "\"", count, 'a', "\"");
            for (int byte = 0; byte < 256; byte++) {
                p.text[1 + at] = (uint8_t)byte;
                compare(&p);
            }
            displace(&p);
        }
    }
}

/* Two neighbours: tricks that look for a byte among others can be misled by the byte next to it. */
static void test_neighbours(void)
{
    static const uint8_t special[] = {0x00, 0x01, 0x1F, 0x20, 0x21, '"', 0x23, '[',  '\\',
                                      ']',  0x7F, 0x80, 0x81, 0xA2, 'n', 0xC3, 0xDC, 0xFF};

    for (size_t count = 2; count <= 2 * BLOCK + 2; count++) {
        for (size_t at = 0; at + 1 < count; at++) {
            placed p = place(count % (MOST_ALIGNMENT + 1), "\"", count, 'a', "\"");
            for (size_t first = 0; first < G_N_ELEMENTS(special); first++) {
                for (size_t second = 0; second < G_N_ELEMENTS(special); second++) {
                    p.text[1 + at] = special[first];
                    p.text[2 + at] = special[second];
                    compare(&p);
                }
            }
            displace(&p);
        }
    }
}

/* Characters of several bytes, escapes and pairs across the places where blocks meet; cut off everywhere too.
 */
static void test_sequences(void)
{
    static const char *const sequences[] = {
        "\xC3\xA9",
        "\xE9\x8D\xB5",
        "\xF0\x9F\x94\x91",
        "\\n",
        "\\\"",
        "\\u0041",
        "\\uD83D\\uDD11",
        "\xC3\xA9\xC3\xA9",
        "\\\\\\\\",
        "\xE9\x8D\xB5\xE9\x8D\xB5",
        "\xC3\xA9\\t\xC3\xA9",
        "\\uD83D\\u0041",
        "\xF0\x9F\x94",
        "\\u00",
        "\\uDD11",
    };

    for (size_t s = 0; s < G_N_ELEMENTS(sequences); s++) {
        size_t size = strlen(sequences[s]);
        for (size_t alignment = 0; alignment <= MOST_ALIGNMENT; alignment++) {
            for (size_t count = size; count <= 2 * BLOCK + 8; count++) {
                for (size_t at = 0; at + size <= count; at++) {
                    placed p = place(alignment, "\"", count, 'a', "\"");
                    memcpy(p.text + 1 + at, sequences[s], size);
                    compare(&p);
                    displace(&p);
                    p = place(alignment, "\"", at + size, 'a', "");
                    memcpy(p.text + 1 + at, sequences[s], size);
                    compare(&p);
                    displace(&p);
                }
            }
        }
    }
}

/* White space, numbers and literals of every length may be read by blocks as well. */
static void test_other_runs(void)
{
    static const struct {
        const char *before;
        char filler;
        const char *after;
    } runs[] = {
        {"[", ' ', "]"},  {"[", '\n', "1]"}, {"", '\t', ""},  {"", ' ', "x"},   {"1", '0', ""},
        {"[1", '9', "]"}, {"0.", '3', ""},   {"1e", '7', ""}, {"{}", '\r', ""}, {"[", '[', ""},
        {"{}", ' ', "x"}, {"\"", '/', "\n"}, {"[", ' ', ""},  {"-", '1', "x"},
    };

    for (size_t r = 0; r < G_N_ELEMENTS(runs); r++) {
        for (size_t alignment = 0; alignment <= MOST_ALIGNMENT; alignment++) {
            for (size_t count = 0; count <= MOST_CHARACTERS; count++) {
                placed p = place(alignment, runs[r].before, count, runs[r].filler, runs[r].after);
                compare(&p);
                for (size_t at = 0; at < count; at++) {
                    p.text[strlen(runs[r].before) + at] = '\f';
                    compare(&p);
                    p.text[strlen(runs[r].before) + at] = (uint8_t)runs[r].filler;
                }
                displace(&p);
            }
        }
    }
}

void json_test_boundary(void)
{
    g_test_add_func("/json/boundary/one-byte", test_one_byte);
    g_test_add_func("/json/boundary/all-bytes", test_all_bytes);
    g_test_add_func("/json/boundary/neighbours", test_neighbours);
    g_test_add_func("/json/boundary/sequences", test_sequences);
    g_test_add_func("/json/boundary/other-runs", test_other_runs);
}
