/* test-json-random.c
 * Random documents, whole and damaged. json-glib and the model are the oracles.
 *
 * Each test runs with a fixed seed, then with one that differs from run to run; a failure names its seed, and
 * test-json --seed repeats GLib's choice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json-check.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "json-model.h"
#include "json-tree.h"

#define FIXED_SEED 20240229
#define DOCUMENTS  1500

typedef struct {
    GRand *random;
    GString *text;
    int budget; /* values that may still be written */
    bool tree;  /* only what json-glib's tree can hold: no \u0000, no integer beyond int64_t */
} writer;

static int roll(writer *w, int sides)
{
    return g_rand_int_range(w->random, 0, sides);
}

static void write_white_space(writer *w)
{
    if (roll(w, 3) > 0)
        return;
    for (int count = roll(w, 4); count > 0; count--)
        g_string_append_c(w->text, " \t\n\r"[roll(w, 4)]);
}

static gunichar random_character(writer *w)
{
    static const gunichar ends[][2] = {{0x20, 0x7F},        {0x01, 0x7F},     {0x80, 0x7FF},
                                       {0x800, 0xD7FF},     {0xE000, 0xFFFF}, {0x3040, 0x30FF},
                                       {0x10000, 0x10FFFF}, {0x20, 0x7F}};
    const gunichar *range = ends[roll(w, G_N_ELEMENTS(ends))];
    return (gunichar)g_rand_int_range(w->random, (gint32)range[0], (gint32)range[1] + 1);
}

static void write_unit(writer *w, unsigned unit)
{
    char digits[8];
    g_snprintf(digits, sizeof digits, "%04x", unit);
    g_string_append(w->text, "\\u");
    for (char *digit = digits; *digit; digit++)
        g_string_append_c(w->text, roll(w, 2) ? g_ascii_toupper(*digit) : *digit);
}

static void write_character(writer *w, gunichar c)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *meaning = c > 0 && c < 0x80 ? strchr(meanings, (int)c) : NULL;
    bool must = c < 0x20 || c == '"' || c == '\\';

    if (!must && roll(w, 4) > 0) {
        g_string_append_unichar(w->text, c);
    } else if (meaning && roll(w, 2)) {
        g_string_append_c(w->text, '\\');
        g_string_append_c(w->text, letters[meaning - meanings]);
    } else if (c < 0x10000) {
        write_unit(w, c);
    } else {
        write_unit(w, 0xD800 + ((c - 0x10000) >> 10));
        write_unit(w, 0xDC00 + ((c - 0x10000) & 0x3FF));
    }
}

static void write_string(writer *w)
{
    g_string_append_c(w->text, '"');
    for (int count = roll(w, 3) ? roll(w, 12) : roll(w, 70); count > 0; count--) {
        if (!w->tree && roll(w, 40) == 0)
            g_string_append(w->text, "\\u0000");
        else
            write_character(w, random_character(w));
    }
    g_string_append_c(w->text, '"');
}

static void write_digits(writer *w, int most)
{
    for (int count = 1 + roll(w, most); count > 0; count--)
        g_string_append_c(w->text, (char)('0' + roll(w, 10)));
}

static void write_number(writer *w)
{
    static const char *const odd[] = {
        "-0",    "-0.0", "0e0",   "9223372036854775807", "-9223372036854775807", "1E+2", "0.0",
        "-0e-0", "0",    "1e-300"};

    if (roll(w, 6) == 0) {
        g_string_append(w->text, odd[roll(w, G_N_ELEMENTS(odd))]);
        return;
    }
    if (roll(w, 3) == 0)
        g_string_append_c(w->text, '-');
    if (roll(w, 4) == 0) {
        g_string_append_c(w->text, '0');
    } else {
        g_string_append_c(w->text, (char)('1' + roll(w, 9)));
        if (roll(w, 2))
            write_digits(w, w->tree ? 16 : 40);
    }
    if (roll(w, 3) == 0) {
        g_string_append_c(w->text, '.');
        write_digits(w, 12);
    }
    if (roll(w, 3) == 0) {
        g_string_append_c(w->text, "eE"[roll(w, 2)]);
        if (roll(w, 2))
            g_string_append_c(w->text, "+-"[roll(w, 2)]);
        write_digits(w, 2);
    }
}

static void write_value(writer *w, int depth)
{
    static const char *const literals[] = {"true", "false", "null"};
    int kind = depth > 20 || w->budget <= 0 ? 2 + roll(w, 3) : roll(w, 7);
    bool object = kind == 0 || kind == 5;

    w->budget--;
    if (kind == 2) {
        write_string(w);
    } else if (kind == 3) {
        write_number(w);
    } else if (kind == 4) {
        g_string_append(w->text, literals[roll(w, 3)]);
    } else {
        g_string_append_c(w->text, object ? '{' : '[');
        write_white_space(w);
        for (int count = roll(w, 6), i = 0; i < count; i++) {
            if (i > 0)
                g_string_append_c(w->text, ',');
            write_white_space(w);
            if (object) {
                write_string(w);
                write_white_space(w);
                g_string_append_c(w->text, ':');
                write_white_space(w);
            }
            write_value(w, depth + 1);
            write_white_space(w);
        }
        g_string_append_c(w->text, object ? '}' : ']');
    }
}

static GString *random_document(GRand *random, bool tree)
{
    writer w = {random, g_string_new(NULL), 0, tree};

    w.budget = roll(&w, 60);
    write_white_space(&w);
    write_value(&w, 0);
    write_white_space(&w);
    return w.text;
}

/* The reader's tokens, made into json-glib's tree, are the tree that json-glib reads. */
static void compare_trees(GRand *random)
{
    GString *document = random_document(random, true);
    uint8_t *text = json_check_copy(document->str, document->len);
    JsonParser *parser = json_parser_new();
    GError *error = NULL;
    bool beyond;

    json_check_invariants(text, (uint32_t)document->len);
    JsonNode *ours = json_tree_read(text, (uint32_t)document->len, &beyond);
    bool parsed = json_parser_load_from_data(parser, document->str, (gssize)document->len, &error);
    if (!ours || !parsed) {
        json_check_complain(text, (uint32_t)document->len, "reader: %s; json-glib: %s",
                            ours ? "valid" : "invalid", parsed ? "valid" : error->message);
    } else if (!beyond && !json_node_equal(ours, json_parser_get_root(parser))) {
        char *read = json_to_string(ours, FALSE),
             *theirs = json_to_string(json_parser_get_root(parser), FALSE);
        json_check_complain(text, (uint32_t)document->len, "reader:\n  %s\njson-glib:\n  %s", read, theirs);
        g_free(read);
        g_free(theirs);
    }
    g_clear_pointer(&ours, json_node_unref);
    g_clear_error(&error);
    g_object_unref(parser);
    free(text);
    g_string_free(document, TRUE);
}

/* One to four changes: a byte replaced, put in, taken out; a piece doubled, taken out; the end cut off. */
static void damage(GRand *random, GString *text)
{
    static const char likely[] = "\"\\{}[]:,0123456789+-.eEtfnu \n\t/'\x01\x1F\x7F\x80\xBF\xC3\xE2\xF0\xFF\0";

    for (int count = g_rand_int_range(random, 1, 5); count > 0 && text->len > 0; count--) {
        gssize at = g_rand_int_range(random, 0, (gint32)text->len);
        gssize most = MIN(8, (gssize)text->len - at), size = 1 + g_rand_int_range(random, 0, (gint32)most);
        char byte = g_rand_boolean(random) ? likely[g_rand_int_range(random, 0, sizeof likely)]
                                           : (char)g_rand_int_range(random, 0, 256);
        size = MIN(size, most);
        switch (g_rand_int_range(random, 0, 6)) {
        case 0:
            text->str[at] = byte;
            break;
        case 1:
            g_string_insert_len(text, at, &byte, 1);
            break;
        case 2:
            g_string_erase(text, at, 1);
            break;
        case 3: {
            char *piece = g_memdup2(text->str + at, (size_t)size);
            g_string_insert_len(text, at, piece, size);
            g_free(piece);
            break;
        }
        case 4:
            g_string_erase(text, at, size);
            break;
        default:
            text->str[at] ^= (char)(1 << g_rand_int_range(random, 0, 8));
        }
    }
}

static void check_damaged(GRand *random)
{
    GString *document = random_document(random, false);

    json_check_invariants_of(document->str, document->len);
    for (int again = 0; again < 6; again++) {
        GString *damaged = g_string_new_len(document->str, (gssize)document->len);
        damage(random, damaged);
        json_check_invariants_of(damaged->str, damaged->len);
        g_string_free(damaged, TRUE);
    }
    g_string_free(document, TRUE);
}

/* Every beginning of a valid document wants more bytes, or is a valid number, or is empty. */
static void check_prefixes(GRand *random)
{
    GString *document = random_document(random, false);
    bool container = false;

    for (size_t cut = 0; cut <= document->len; cut++) {
        uint8_t *text = json_check_copy(document->str, cut);
        kx_json_reader *reader = json_check_reader(text, (uint32_t)cut);
        kx_json_type type, first = kx_json_next(reader);
        container |= first == KX_JSON_OBJECT || first == KX_JSON_ARRAY;
        for (type = first; type > KX_JSON_FAULT; type = kx_json_next(reader))
            ;
        bool cut_off = reader->fault == KX_JSON_FAULT_CUT_OFF && reader->fault_offset == cut;
        bool fine = type == KX_JSON_END      ? true
                    : first == KX_JSON_FAULT ? cut_off || reader->fault == KX_JSON_FAULT_EMPTY
                                             : cut_off;
        if (type == KX_JSON_END && container && cut < document->len)
            fine = strspn(document->str + cut, " \t\n\r") == document->len - cut;
        if (!fine || (cut == document->len && type != KX_JSON_END))
            json_check_complain(text, (uint32_t)cut, "a valid text's beginning gives %s at %u",
                                json_check_fault_name(reader->fault), reader->fault_offset);
        free(reader);
        free(text);
        if (cut > 400)
            cut += document->len / 97;
    }
    g_string_free(document, TRUE);
}

/* Bytes that are no document at all. */
static void check_noise(GRand *random)
{
    static const char alphabet[] = "\"\"\\{}[]:,01-.eutrfalsn \n\x80\xC3\xA9\0";
    GString *noise = g_string_new(NULL);

    for (int count = g_rand_int_range(random, 0, 24); count > 0; count--) {
        char byte = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
        g_string_append_c(noise, byte);
    }
    json_check_invariants_of(noise->str, noise->len);
    g_string_free(noise, TRUE);
}

static void repeat(void (*check)(GRand *), int times)
{
    guint32 seeds[] = {FIXED_SEED, (guint32)g_test_rand_int()};

    for (size_t s = 0; s < G_N_ELEMENTS(seeds); s++) {
        g_test_message("seed %u", seeds[s]);
        for (int i = 0; i < times && !g_test_failed(); i++) {
            GRand *random = g_rand_new_with_seed(seeds[s] + (guint32)i);
            check(random);
            g_rand_free(random);
            if (g_test_failed())
                g_printerr("%s: seed %u\n", g_test_get_path(), seeds[s] + (guint32)i);
        }
    }
}

static void test_trees(void)
{
    repeat(compare_trees, DOCUMENTS);
}

static void test_damaged(void)
{
    repeat(check_damaged, DOCUMENTS);
}

static void test_prefixes(void)
{
    repeat(check_prefixes, DOCUMENTS / 5);
}

static void test_noise(void)
{
    repeat(check_noise, DOCUMENTS * 20);
}

void json_test_random(void)
{
    g_test_add_func("/json/random/trees", test_trees);
    g_test_add_func("/json/random/damaged", test_damaged);
    g_test_add_func("/json/random/prefixes", test_prefixes);
    g_test_add_func("/json/random/noise", test_noise);
}
