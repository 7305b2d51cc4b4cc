/* kx-capture: makes a capture file out of a scenario.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "generate.h"
#include "help.h"
#include "scenario.h"

enum { EXIT_USAGE = 2 };

static bool write_capture(const char *scenario_path, const char *capture_path, GError **error)
{
    scenario_t *scenario = scenario_load(scenario_path, error);
    if (!scenario) {
        return false;
    }
    capture_t *capture =
        capture_open(capture_path, (uint32_t)scenario->snaplen, scenario->nanoseconds, error);
    bool ok = false;
    if (capture) {
        ok = generate(scenario, capture, error);
        if (ok) {
            ok = capture_commit(capture, error);
        } else {
            g_prefix_error(error, "%s: ", scenario_path);
            capture_discard(capture);
        }
    }
    scenario_free(scenario);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        help_print();
        return EXIT_SUCCESS;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        help_print_version();
        return EXIT_SUCCESS;
    }
    if (argc != 3 || argv[1][0] == '-') {
        fprintf(stderr, "Usage: kx-capture SCENARIO.json OUTPUT.pcap\n       kx-capture --help\n       "
                        "kx-capture --version\n");
        return EXIT_USAGE;
    }
    GError *error = NULL;
    if (!write_capture(argv[1], argv[2], &error)) {
        fprintf(stderr, "kx-capture: %s\n", error->message);
        g_error_free(error);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
