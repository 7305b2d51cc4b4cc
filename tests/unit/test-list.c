/* test-list.c
 * Tests of plugin/kx-list.c: the list that grows without moving its elements.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "kx-list.h"

typedef struct {
    uint64_t value;
    uint32_t more[3];
} element;

static const uint32_t counts[] = {0,
                                  1,
                                  KX_LIST_CHUNK - 1,
                                  KX_LIST_CHUNK,
                                  KX_LIST_CHUNK + 1,
                                  2 * KX_LIST_CHUNK,
                                  5 * KX_LIST_CHUNK + 7,
                                  100 * KX_LIST_CHUNK};

static void test_numbers(void)
{
    kx_list list = {sizeof(element), 0, NULL};

    for (unsigned i = 0; i < G_N_ELEMENTS(counts); i++) {
        for (uint32_t number = 1; number <= counts[i]; number++) {
            element e = {number * 7, {number, 0, ~number}};
            g_assert_cmpuint(kx_list_append(&list, &e), ==, number);
        }
        g_assert_cmpuint(list.count, ==, counts[i]);
        for (uint32_t number = 1; number <= counts[i]; number++) {
            const element *e = (const element *)kx_list_at(&list, number);
            g_assert_cmpuint(e->value, ==, number * 7);
            g_assert_cmpuint(e->more[0], ==, number);
            g_assert_cmpuint(e->more[2], ==, ~number);
        }
        kx_list_clear(&list);
        g_assert_cmpuint(list.count, ==, 0);
    }
}

static void test_stays(void)
{
    kx_list list = {sizeof(uint32_t), 0, NULL};
    uint32_t value = 1;

    kx_list_append(&list, &value);
    const uint32_t *first = (const uint32_t *)kx_list_at(&list, 1);
    for (value = 2; value < 50 * KX_LIST_CHUNK; value++)
        kx_list_append(&list, &value);
    g_assert_true(first == kx_list_at(&list, 1));
    g_assert_cmpuint(*first, ==, 1);
    kx_list_clear(&list);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/list/numbers", test_numbers);
    g_test_add_func("/list/stays", test_stays);
    return g_test_run();
}
