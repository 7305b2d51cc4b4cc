/* test-delivered.c
 * Tests of plugin/core/kx-delivered.c, against a model that remembers every byte.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "kx-delivered.h"

static void test_in_order(void)
{
    kx_delivered delivered = {0};

    for (uint32_t from = 1000; from < 2000; from += 100)
        g_assert_false(kx_delivered_again(&delivered, from, 100));
    g_assert_cmpuint(delivered.count, ==, 1);
    for (uint32_t from = 1000; from < 2000; from += 100)
        g_assert_true(kx_delivered_again(&delivered, from, 100));
}

/* Other boundaries than before: all of it was there. One byte more: it was not. */
static void test_other_boundaries(void)
{
    kx_delivered delivered = {0};

    g_assert_false(kx_delivered_again(&delivered, 1000, 50));
    g_assert_false(kx_delivered_again(&delivered, 1050, 50));
    g_assert_true(kx_delivered_again(&delivered, 1025, 50));
    g_assert_false(kx_delivered_again(&delivered, 1025, 76));
    g_assert_false(kx_delivered_again(&delivered, 999, 10));
}

static void test_late_into_gap(void)
{
    kx_delivered delivered = {0};

    g_assert_false(kx_delivered_again(&delivered, 1000, 100));
    g_assert_false(kx_delivered_again(&delivered, 1200, 100));
    g_assert_false(kx_delivered_holds(&delivered, 1100, 100));
    g_assert_false(kx_delivered_again(&delivered, 1100, 100));
    g_assert_true(kx_delivered_again(&delivered, 1100, 100));
    g_assert_cmpuint(delivered.count, ==, 1);
}

static void test_before_the_first(void)
{
    kx_delivered delivered = {0};

    g_assert_false(kx_delivered_again(&delivered, 1000, 100));
    g_assert_false(kx_delivered_again(&delivered, 500, 100));
    g_assert_true(kx_delivered_again(&delivered, 500, 100));
    g_assert_false(kx_delivered_again(&delivered, 600, 100));
}

static void test_wrap(void)
{
    kx_delivered delivered = {0};

    for (uint32_t i = 0, from = UINT32_MAX - 450; i < 10; i++, from += 100)
        g_assert_false(kx_delivered_again(&delivered, from, 100));
    g_assert_cmpuint(delivered.count, ==, 1);
    for (uint32_t i = 0, from = UINT32_MAX - 450; i < 10; i++, from += 100)
        g_assert_true(kx_delivered_again(&delivered, from, 100));
}

/* After 4 GiB, the same sequence numbers are new. */
static void test_round(void)
{
    kx_delivered delivered = {0};

    for (uint64_t sent = 0; sent < 3 * (UINT64_C(1) << 32); sent += 1 << 20)
        g_assert_false(kx_delivered_again(&delivered, (uint32_t)sent, 1 << 20));
    g_assert_true(kx_delivered_again(&delivered, (uint32_t)-1000, 1000));
}

/* What is lost is forgotten, the oldest first; what comes is known all the same. */
static void test_many_gaps(void)
{
    kx_delivered delivered = {0};

    for (uint32_t i = 0; i < 1000; i++) {
        g_assert_false(kx_delivered_again(&delivered, 200 * i, 100));
        g_assert_true(kx_delivered_again(&delivered, 200 * i, 100));
        if (i > 0) {
            g_assert_true(kx_delivered_again(&delivered, 200 * (i - 1), 100));
            g_assert_false(kx_delivered_holds(&delivered, 200 * (i - 1) + 100, 100));
        }
    }
    g_assert_cmpuint(delivered.count, <=, KX_DELIVERED_RANGES);
    g_assert_true(kx_delivered_holds(&delivered, 100, 100)); /* a gap that is too old */
}

/* Messages of ten bytes, each displaced by few places and repeated at random. */
static void test_random(void)
{
    enum { MESSAGES = 2000, NEAR = KX_DELIVERED_RANGES - 1 };

    for (int run = 0; run < 200; run++) {
        uint32_t start = g_random_int() | 0xfffff000;
        gboolean seen[MESSAGES + NEAR] = {FALSE};
        kx_delivered delivered = {0};
        for (int first_missing = 0; first_missing < MESSAGES; first_missing += seen[first_missing]) {
            int near = first_missing + g_random_int_range(-NEAR, NEAR), which = MAX(0, near);
            bool again = kx_delivered_again(&delivered, start + 10 * (uint32_t)which, 10);
            g_assert_true(again == seen[which]);
            seen[which] = TRUE;
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/delivered/in-order", test_in_order);
    g_test_add_func("/delivered/other-boundaries", test_other_boundaries);
    g_test_add_func("/delivered/late-into-gap", test_late_into_gap);
    g_test_add_func("/delivered/before-the-first", test_before_the_first);
    g_test_add_func("/delivered/wrap", test_wrap);
    g_test_add_func("/delivered/round", test_round);
    g_test_add_func("/delivered/many-gaps", test_many_gaps);
    g_test_add_func("/delivered/random", test_random);
    return g_test_run();
}
