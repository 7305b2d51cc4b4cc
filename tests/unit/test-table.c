/* test-table.c
 * Tests of plugin/kx-table.c: the hash and the table from hashes to records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "kx-table.h"

#define MANY 100000u

/* ---- the hash ---- */

static void test_hash_repeats(void)
{
    static const char text[] = "KMA-Tokyo and KMA-Osaka, of any length";

    for (size_t length = 0; length <= sizeof text; length++) {
        char *copy = (char *)g_memdup2(text, length); /* elsewhere, and of exactly this size */
        g_assert_cmpuint(kx_hash(7, text, length), ==, kx_hash(7, copy, length));
        g_free(copy);
    }
    g_assert_cmpuint(kx_hash_number(7, 42), ==, kx_hash_number(7, 42));
}

/* Neither offset nor alignment of the bytes counts. */
static void test_hash_anywhere(void)
{
    uint8_t bytes[64] = {0};

    memcpy(bytes, "session-1", 9);
    uint64_t hash = kx_hash(0, bytes, 9);
    for (size_t at = 1; at < 16; at++) {
        memmove(bytes + at, bytes + at - 1, 9);
        g_assert_cmpuint(kx_hash(0, bytes + at, 9), ==, hash);
    }
}

/* What parts there are counts, not only the bytes in a row; and so does what comes before. */
static void test_hash_parts(void)
{
    uint64_t ab_c = kx_hash(kx_hash(0, "ab", 2), "c", 1);
    uint64_t a_bc = kx_hash(kx_hash(0, "a", 1), "bc", 2);
    uint64_t abc = kx_hash(0, "abc", 3), abc_ = kx_hash(abc, "", 0);
    const uint64_t all[] = {ab_c,
                            a_bc,
                            abc,
                            abc_,
                            kx_hash(1, "abc", 3),
                            kx_hash(0, "abc", 4),
                            kx_hash(0, "", 0),
                            kx_hash(1, "", 0),
                            kx_hash(0, "\0", 1),
                            kx_hash(0, "\0\0", 2)};

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        for (size_t j = 0; j < i; j++)
            g_assert_cmpuint(all[i], !=, all[j]);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Among so few, two equal 64-bit hashes have a chance of 1 in 10^9. None may be 0, which means unused. */
static void test_hash_spreads(void)
{
    uint64_t *hashes = g_new(uint64_t, 2 * MANY);

    for (uint32_t i = 0; i < MANY; i++) {
        char text[32];
        int length = g_snprintf(text, sizeof text, "key-%u", i);
        hashes[i] = kx_hash(0, text, (size_t)length);
        hashes[MANY + i] = kx_hash_number(i % 2, i / 2);
    }
    qsort(hashes, 2 * MANY, sizeof *hashes, compare);
    g_assert_cmpuint(hashes[0], !=, 0);
    for (uint32_t i = 1; i < 2 * MANY; i++)
        g_assert_cmpuint(hashes[i - 1], !=, hashes[i]);
    g_free(hashes);
}

/* Each bit of the input changes about half of the output's; a quarter would be a bad hash. */
static void test_hash_avalanche(void)
{
    uint8_t bytes[24] = "an identifier, say of a";
    uint64_t before = kx_hash(0, bytes, sizeof bytes);

    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        int changed = __builtin_popcountll(before ^ kx_hash(0, bytes, sizeof bytes));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        g_assert_cmpint(changed, >, 8);
        g_assert_cmpint(changed, <, 56);
    }
}

/* The key is drawn anew whenever the program starts, so that nobody can prepare collisions. */
static void test_hash_keyed(void)
{
    if (g_test_subprocess()) {
        g_print("hash %016" G_GINT64_MODIFIER "x\n", kx_hash(0, "key-1", 5));
        return;
    }
    char *unexpected = g_strdup_printf("*%016" G_GINT64_MODIFIER "x*", kx_hash(0, "key-1", 5));
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*hash *");
    g_test_trap_assert_stdout_unmatched(unexpected);
    g_free(unexpected);
}

/* With keys that are known, every machine has the same hashes: those with a type for the product, and those without. */
static void test_hash_same(void)
{
    if (g_test_subprocess()) {
        uint64_t hash = 0;
        g_random_set_seed(1);
        for (uint32_t i = 0; i < 1000; i++)
            hash = kx_hash_number(hash, i);
        g_print("hash %016" G_GINT64_MODIFIER "x\n", hash);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*hash 998c589d691ac772*");
}

/* ---- the table ---- */

static void test_empty(void)
{
    kx_table table = {NULL, NULL, 0, 0};

    g_assert_cmpuint(kx_table_get(&table, 1), ==, 0);
    g_assert_cmpuint(table.count, ==, 0);
    kx_table_clear(&table);
    kx_table_clear(&table);
    g_assert_null(table.hashes);
    g_assert_null(table.values);
}

static void test_put_get(void)
{
    kx_table table = {NULL, NULL, 0, 0};
    uint32_t *value = kx_table_put(&table, 42);

    g_assert_cmpuint(*value, ==, 0);
    *value = 7;
    g_assert_cmpuint(kx_table_get(&table, 42), ==, 7);
    g_assert_cmpuint(kx_table_get(&table, 43), ==, 0);

    g_assert_true(kx_table_put(&table, 42) == value);
    g_assert_cmpuint(*value, ==, 7);
    g_assert_cmpuint(table.count, ==, 1);
    kx_table_clear(&table);
    g_assert_cmpuint(kx_table_get(&table, 42), ==, 0);
}

static void check_shape(const kx_table *table)
{
    g_assert_cmpuint(table->capacity & (table->capacity - 1), ==, 0);
    g_assert_cmpuint(table->count, <, table->capacity);
}

/* hash_of: the hash of the i-th entry. */
static void check_growth(uint64_t (*hash_of)(uint32_t), uint32_t count)
{
    kx_table table = {NULL, NULL, 0, 0};

    for (uint32_t i = 0; i < count; i++) {
        uint32_t *value = kx_table_put(&table, hash_of(i));
        g_assert_cmpuint(*value, ==, 0);
        *value = i + 1;
        check_shape(&table);
    }
    g_assert_cmpuint(table.count, ==, count);
    for (uint32_t i = 0; i < count; i++) {
        g_assert_cmpuint(kx_table_get(&table, hash_of(i)), ==, i + 1);
        g_assert_cmpuint(kx_table_get(&table, hash_of(count + i)), ==, 0);
    }
    kx_table_clear(&table);
}

static uint64_t numbered(uint32_t i)
{
    return kx_hash_number(0, i);
}

static uint64_t consecutive(uint32_t i)
{
    return i + 1;
}

/* All want the same place in any table smaller than 2^32, the last one. */
static uint64_t colliding(uint32_t i)
{
    return (uint64_t)(i + 1) << 32 | UINT32_MAX;
}

/* Wants one of a few places around every 1,024th, and so around the end of a small table. */
static uint64_t crowded(uint32_t i)
{
    uint64_t random = numbered(i);
    uint32_t place = ((uint32_t)(random >> 32) & ~1023U) + (uint32_t)(random % 41) - 20;

    return (uint64_t)(i + 1) << 32 | place;
}

static void test_growth(void)
{
    check_growth(numbered, MANY);
    check_growth(consecutive, MANY);
    check_growth(colliding, 1000);
    for (uint32_t count = 1; count < 1000; count++)
        check_growth(crowded, count);
    check_growth(crowded, 10000);
}

/* Looking up never adds: no map grows with lookups. */
static void test_lookups(void)
{
    kx_table table = {NULL, NULL, 0, 0};

    kx_table_put(&table, 1);
    uint32_t capacity = table.capacity;
    for (uint32_t i = 0; i < 1000; i++) {
        kx_table_get(&table, numbered(i));
        kx_table_put(&table, 1);
    }
    g_assert_cmpuint(table.count, ==, 1);
    g_assert_cmpuint(table.capacity, ==, capacity);
    kx_table_clear(&table);
}

/* Against GLib's hash table, with puts and gets in any order. */
static void test_random(void)
{
    kx_table table = {NULL, NULL, 0, 0};
    GHashTable *model = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (uint32_t i = 1; i <= MANY; i++) {
        uint64_t hash = numbered((uint32_t)g_test_rand_int_range(0, 20000));
        uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(model, &hash));
        if (g_test_rand_bit()) {
            g_assert_cmpuint(kx_table_get(&table, hash), ==, known);
            continue;
        }
        uint32_t *value = kx_table_put(&table, hash);
        g_assert_cmpuint(*value, ==, known);
        *value = i;
        g_hash_table_insert(model, g_memdup2(&hash, sizeof hash), GUINT_TO_POINTER(i));
    }
    g_assert_cmpuint(table.count, ==, g_hash_table_size(model));
    g_hash_table_unref(model);
    kx_table_clear(&table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/hash/repeats", test_hash_repeats);
    g_test_add_func("/table/hash/anywhere", test_hash_anywhere);
    g_test_add_func("/table/hash/parts", test_hash_parts);
    g_test_add_func("/table/hash/spreads", test_hash_spreads);
    g_test_add_func("/table/hash/avalanche", test_hash_avalanche);
    g_test_add_func("/table/hash/keyed", test_hash_keyed);
    g_test_add_func("/table/hash/same", test_hash_same);
    g_test_add_func("/table/empty", test_empty);
    g_test_add_func("/table/put-get", test_put_get);
    g_test_add_func("/table/growth", test_growth);
    g_test_add_func("/table/lookups", test_lookups);
    g_test_add_func("/table/random", test_random);
    return g_test_run();
}
