/* From a scenario to a capture: the messages, in their order and at their times.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_GENERATE_H
#define KX_CAPTURE_GENERATE_H

#include <glib.h>
#include <stdbool.h>

#include "capture.h"
#include "scenario.h"

/**
 * Writes the frames of all messages of @p scenario to @p capture.
 * @param error set on failure; its message names the place in the scenario, but not the file
 * @return false on error
 */
bool generate(const scenario_t *scenario, capture_t *capture, GError **error);

#endif
