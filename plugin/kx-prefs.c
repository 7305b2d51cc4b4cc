/* kx-prefs.c
 * The user's preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-prefs.h"

#include <string.h>

#include <epan/packet.h>
#include <epan/prefs.h>

#include "kx-aliases.h"
#include "kx-nodes.h"

kx_preferences kx_prefs = {TRUE, TRUE, KX_ENCODING_AUTO, 60, 1000};

static const char *success_words = "success, succeeded, ok, 成功";
static char **success_list; /* success_words, split and trimmed */

static void apply(void)
{
    g_strfreev(success_list);
    success_list = g_strsplit(success_words, ",", -1);
    for (char **word = success_list; *word; word++)
        g_strstrip(*word);
}

static void forget(void)
{
    g_strfreev(success_list);
    success_list = NULL;
}

bool kx_prefs_is_success(const char *response)
{
    size_t length;

    while (g_ascii_isspace(*response))
        response++;
    length = strlen(response);
    while (length > 0 && g_ascii_isspace(response[length - 1]))
        length--;
    for (char **word = success_list; length > 0 && word && *word; word++)
        if (strlen(*word) == length && g_ascii_strncasecmp(*word, response, length) == 0)
            return true;
    return false;
}

void kx_prefs_register(int proto)
{
    static const enum_val_t encodings[] = {
        {"auto", "Hexadecimal or base64, whichever fits", KX_ENCODING_AUTO},
        {"hex", "Hexadecimal", KX_ENCODING_HEX},
        {"base64", "Base64 or base64url", KX_ENCODING_BASE64},
        {NULL, NULL, -1}};
    module_t *module = prefs_register_protocol(proto, apply);

    prefs_register_bool_preference(
        module, "desegment", "Reassemble messages that span several segments",
        "TCP's own preference \"Allow subdissector to reassemble TCP streams\" is needed too",
        &kx_prefs.desegment);
    prefs_register_bool_preference(
        module, "json_subtree", "Show the payload as a JSON tree too",
        "Hand each payload to the JSON dissector, so that it can be filtered by json.*",
        &kx_prefs.json_subtree);
    prefs_register_enum_preference(module, "key_encoding", "Encoding of keys",
                                   "How to read Key values to tell the size of the key material",
                                   &kx_prefs.key_encoding, encodings, FALSE);
    prefs_register_string_preference(module, "success_words", "Responses that mean success",
                                     "Separated by commas; compared with the whole Response, without case",
                                     &success_words);
    prefs_register_uint_preference(module, "link_timeout",
                                   "Time after which nothing is answered any more (s)",
                                   "A key relay that was quiet for so long is not continued by other keys, "
                                   "and a message that old is answered "
                                   "only if no younger one fits; 0: for ever",
                                   10, &kx_prefs.link_timeout);
    prefs_register_uint_preference(
        module, "clock_skew", "Time by which an answer may precede its request (ms)",
        "Clocks of several points of capture differ by no more than this", 10, &kx_prefs.clock_skew);
    kx_aliases_register(module);
    kx_nodes_register(module);
    apply();
    register_shutdown_routine(forget);
}
