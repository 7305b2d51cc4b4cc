/* The one way of running tshark on a capture; and the format that needs nothing more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output-run.h"

GPtrArray *output_command(const capture_t *capture, const char *const *how, const char *format)
{
    GPtrArray *command = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(command, g_strdup("-r"));
    g_ptr_array_add(command, g_strdup(capture->path));
    for (guint i = 0; i < capture->arguments->len; i++)
        g_ptr_array_add(command, g_strdup(g_ptr_array_index(capture->arguments, i)));
    for (; *how; how++)
        g_ptr_array_add(command, g_strdup(*how));
    g_ptr_array_add(command, g_strdup("-T"));
    g_ptr_array_add(command, g_strdup(format));
    return command;
}

char *output_run(const capture_t *capture, GPtrArray *command, GError **error)
{
    char *output;

    g_ptr_array_add(command, NULL);
    output = tshark_run(capture->tshark, (const char *const *)command->pdata, error);
    g_ptr_array_unref(command);
    return output;
}

messages_t *output_pdml(const capture_t *capture, const char *const *how, GError **error)
{
    g_autofree char *output = output_run(capture, output_command(capture, how, "pdml"), error);

    return output ? messages_parse(output, PROTOCOL, error) : NULL;
}
