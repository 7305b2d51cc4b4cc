/* fuzz-json-diff.c
 * Feeds the same bytes to the JSON reader and to json-glib. Both find a text invalid, or both find it valid
 * and read the same tree; any other outcome must be a difference that the tables below permit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "json-check.h"
#include "json-tree.h"

/* json-glib recurses, so it does not get what might nest deeper than this. */
#define DEEPEST 500

#define ANY_BYTE NULL

/* What json-glib 1.6 accepts though RFC 8259 does not: by the fault, the byte at its offset and the byte
 * before. */
static const struct {
    kx_json_fault fault;
    const char *at;
    const char *before;
    const char *reason;
} permitted[] = {
    {KX_JSON_FAULT_EMPTY, ANY_BYTE, ANY_BYTE, "no text is a document without a root"},
    {KX_JSON_FAULT_BOM, ANY_BYTE, ANY_BYTE, "a byte order mark is passed over"},
    {KX_JSON_FAULT_CONTROL, ANY_BYTE, ANY_BYTE, "a string may hold control characters"},
    {KX_JSON_FAULT_ESCAPE, ANY_BYTE, ANY_BYTE,
     "a backslash before any other character stands for nothing; octal"},
    {KX_JSON_FAULT_SURROGATE, ANY_BYTE, ANY_BYTE, "any two characters may stand where \\u of a pair belongs"},
    {KX_JSON_FAULT_NUMBER, "0123456789", "0", "a number may begin with zeros, and is octal then"},
    {KX_JSON_FAULT_NUMBER, ANY_BYTE, ".", "no digits need follow the point"},
    {KX_JSON_FAULT_CUT_OFF, ANY_BYTE, ".", "no digits need follow the point"},
    {KX_JSON_FAULT_NUMBER, " \t\n\r/.$", "-", "a minus is a token of its own before any kind of number"},
    {KX_JSON_FAULT_UNEXPECTED, "/", ANY_BYTE, "comments"},
    {KX_JSON_FAULT_TRAILING, "/", ANY_BYTE, "comments"},
    {KX_JSON_FAULT_TRAILING, "[{", ANY_BYTE, "more arrays and objects may follow"},
    {KX_JSON_FAULT_UNEXPECTED, "'", ANY_BYTE, "strings in single quotes"},
    {KX_JSON_FAULT_UNEXPECTED, ".", ANY_BYTE, "no digits need precede the point"},
    {KX_JSON_FAULT_UNEXPECTED, "$", ANY_BYTE, "hexadecimal numbers after a dollar sign"},
    {KX_JSON_FAULT_UNEXPECTED, "xXbBoO", "0", "hexadecimal, binary and octal numbers"},
    {KX_JSON_FAULT_TRAILING, "xXbBoO", "0", "hexadecimal, binary and octal numbers"},
    {KX_JSON_FAULT_UNEXPECTED, "v", ANY_BYTE, "\"var name =\" may precede the text"},
};

static bool holds(const char *bytes, uint8_t byte)
{
    return bytes == ANY_BYTE || (byte != 0 && strchr(bytes, byte));
}

static bool is_permitted(const uint8_t *text, uint32_t length, kx_json_fault fault, uint32_t offset)
{
    uint8_t at = offset < length ? text[offset] : 0, before = offset > 0 ? text[offset - 1] : 0;

    for (size_t i = 0; i < G_N_ELEMENTS(permitted); i++) {
        if (permitted[i].fault == fault && holds(permitted[i].at, at) && holds(permitted[i].before, before))
            return true;
    }
    return false;
}

static G_NORETURN void differ(const uint8_t *text, uint32_t length, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *difference = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_printerr("\"%s\"\n%s\n", json_check_show(text, length), difference);
    abort();
}

static void compare(const uint8_t *text, uint32_t length, JsonNode *ours, bool beyond, bool accepted,
                    JsonNode *theirs, const char *complaint)
{
    kx_json_reader *reader = json_check_reader(text, length);

    while (kx_json_next(reader) > KX_JSON_FAULT)
        ;
    if (ours && !accepted)
        differ(text, length, "json-glib does not accept this: %s", complaint);
    if (!ours && accepted && !is_permitted(text, length, reader->fault, reader->fault_offset))
        differ(text, length, "json-glib accepts this; the reader: %s at %u",
               json_check_fault_name(reader->fault), reader->fault_offset);
    if (ours && accepted && !beyond && !json_node_equal(ours, theirs))
        differ(text, length, "reader: %s\njson-glib: %s", json_to_string(ours, FALSE),
               json_to_string(theirs, FALSE));
    free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t brackets = 0;
    bool beyond;

    for (size_t i = 0; i < size; i++)
        brackets += data[i] == '[' || data[i] == '{';
    if (brackets > DEEPEST || size > UINT16_MAX)
        return 0;

    uint8_t *text = json_check_copy(data, size);
    char *terminated = g_strndup((const char *)text, size);
    memcpy(terminated, text, size);
    JsonParser *parser = json_parser_new();
    GError *error = NULL;
    JsonNode *ours = json_tree_read(text, (uint32_t)size, &beyond);
    bool accepted = json_parser_load_from_data(parser, terminated, (gssize)size, &error);

    compare(text, (uint32_t)size, ours, beyond, accepted, accepted ? json_parser_get_root(parser) : NULL,
            error ? error->message : "");
    g_clear_pointer(&ours, json_node_unref);
    g_clear_error(&error);
    g_object_unref(parser);
    g_free(terminated);
    free(text);
    return 0;
}
