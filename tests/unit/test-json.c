/* test-json.c
 * Tests of the JSON reader, plugin/kx-json.c, against kx-json.h and RFC 8259.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "json-check.h"

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    json_test_grammar();
    json_test_tokens();
    json_test_account();
    json_test_convert();
    json_test_boundary();
    json_test_random();
    return g_test_run();
}
