/* test-framing.c
 * Tests of plugin/kx-framing.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "kx-framing.h"
#include "kx-standard.h"
#include "test-framing.h"

static void test_decode(void)
{
    static const uint8_t bytes[] = {0x01, 0x02, 0x83, 0x84, 0x85, 0x86, 0x11, 0x04, 0xff, 0xfe};
    kx_header header = kx_header_decode(bytes);

    g_assert_cmphex(header.version, ==, 0x0102);
    g_assert_cmphex(header.message_id, ==, 0x83848586);
    g_assert_cmphex(header.command_code, ==, 0x1104);
    g_assert_cmphex(header.length, ==, 0xfffe);
}

static void test_known_codes(void)
{
    unsigned known = 0;

    for (unsigned code = 0; code <= UINT16_MAX; code++)
        known += kx_command_code_known((uint16_t)code);
    g_assert_cmpuint(known, ==, 4);
    for (uint16_t code = KX_KEY_RELAY; code <= KX_KEY_SUPPLY_RESPONSE; code++)
        g_assert_true(kx_command_code_known(code));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/framing/decode", test_decode);
    g_test_add_func("/framing/known-codes", test_known_codes);
    framing_test_claims();
    framing_test_next();
    framing_test_cuts();
    return g_test_run();
}
