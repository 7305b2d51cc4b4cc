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
#include "kx-commands.h"
#include "kx-nodes.h"

kx_preferences kx_prefs = {TRUE, TRUE, FALSE, KX_ENCODING_AUTO, 60, 1000, 0, ""};

/* A user's list of words, and the same split and trimmed. */
typedef struct {
    const char *words;
    char **list;
} word_list;

static word_list success = {"success, succeeded, ok, 成功", NULL};
static word_list interim = {"accepted, pending, processing, in progress, 受付, 処理中", NULL};

static void split(word_list *words)
{
    g_strfreev(words->list);
    words->list = g_strsplit(words->words, ",", -1);
    for (char **word = words->list; *word; word++)
        g_strstrip(*word);
}

static void apply(void)
{
    split(&success);
    split(&interim);
}

static void forget(void)
{
    g_strfreev(success.list);
    g_strfreev(interim.list);
    success.list = interim.list = NULL;
}

/* Whether a text is a word, without case; a "*" in that stands for any characters. */
static bool is_word(const char *word, const char *text, const char *end)
{
    const char *after_star = NULL, *retry = NULL;

    while (text < end) {
        if (*word == '*') {
            after_star = ++word;
            retry = text;
        } else if (g_ascii_tolower(*word) == g_ascii_tolower(*text)) {
            word++;
            text++;
        } else if (after_star) {
            word = after_star;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*word == '*')
        word++;
    return *word == '\0';
}

static bool is_among(const word_list *words, const char *text, const char *end)
{
    for (char **word = words->list; word && *word; word++)
        if (**word && is_word(*word, text, end))
            return true;
    return false;
}

kx_verdict kx_prefs_judge(const char *response)
{
    const char *end = response + strlen(response);

    while (g_ascii_isspace(*response))
        response++;
    while (end > response && g_ascii_isspace(end[-1]))
        end--;
    if (is_among(&success, response, end))
        return KX_SUCCESS;
    return is_among(&interim, response, end) ? KX_INTERIM : KX_FAILURE;
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
    prefs_register_bool_preference(
        module, "hide_keys", "Hide keys",
        "Show the size of keys instead of the keys, and no JSON tree of a payload that holds one. "
        "The packet bytes are shown as ever",
        &kx_prefs.hide_keys);
    prefs_register_string_preference(module, "success_words", "Responses that mean success",
                                     "Separated by commas; compared with the whole Response, without case. "
                                     "* stands for any characters",
                                     &success.words);
    prefs_register_string_preference(
        module, "interim_words", "Responses that mean neither yet",
        "Responses that say that a request was taken, and no more; spelled likewise", &interim.words);
    prefs_register_uint_preference(module, "link_timeout",
                                   "Time after which nothing is answered any more (s)",
                                   "A key relay that was quiet for so long is not continued by other keys, "
                                   "and a message that old is answered "
                                   "only if no younger one fits; 0: for ever",
                                   10, &kx_prefs.link_timeout);
    prefs_register_uint_preference(
        module, "clock_skew", "Time by which an answer may precede its request (ms)",
        "Clocks of several points of capture differ by no more than this", 10, &kx_prefs.clock_skew);
    prefs_register_uint_preference(
        module, "default_number_of_keys", "Default of Number of keys",
        "How many keys a key supply notification asks for that does not say it (Table 3); 0: not known", 10,
        &kx_prefs.default_number_of_keys);
    prefs_register_string_preference(
        module, "tls.alpn", "TLS application protocols (ALPN)",
        "Where the two sides of TLS agree on one of these names, separated by commas, what they say is Kx, "
        "whatever else has that name",
        &kx_prefs.tls_alpn);
    kx_aliases_register(module);
    kx_nodes_register(module);
    kx_commands_register(module);
    apply();
    register_shutdown_routine(forget);
}
