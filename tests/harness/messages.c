/* The Kx messages in the output of `tshark -T pdml`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "messages.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *protocol;
    messages_t *messages;
    guint frame, ordinal;
    message_t *message; /* the open one */
    record_t *expert;   /* the open one */
    guint depth;        /* open elements below the message */
    guint expert_depth; /* depth at which `expert` was opened */
    guint skipped;      /* open elements of another protocol's item below the message */
} parser_t;

/* The attributes of an element that are of use, "" if absent. */
typedef struct {
    const char *name, *show, *showname, *value;
    int pos, size;
    gboolean hidden;
} element_t;

static void record_free(gpointer data)
{
    record_t *record = data;

    g_free(record->name);
    g_free(record->value);
    g_free(record->label);
    g_free(record->raw);
    g_free(record->group);
    g_free(record->severity);
    g_free(record);
}

static void message_free(gpointer data)
{
    message_t *message = data;

    g_free(message->label);
    g_ptr_array_unref(message->records);
    g_free(message);
}

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (; *names; names++, values++)
        if (strcmp(*names, name) == 0)
            return *values;
    return "";
}

static element_t element_of(const char **names, const char **values)
{
    return (element_t){
        .name = attribute(names, values, "name"),
        .show = attribute(names, values, "show"),
        .showname = attribute(names, values, "showname"),
        .value = attribute(names, values, "value"),
        .pos = atoi(attribute(names, values, "pos")),
        .size = atoi(attribute(names, values, "size")),
        .hidden = strcmp(attribute(names, values, "hide"), "yes") == 0,
    };
}

static record_t *add_record(parser_t *parser, enum record_kind kind, const element_t *element)
{
    record_t *record = g_new0(record_t, 1);

    record->kind = kind;
    record->depth = parser->depth;
    record->pos = element->pos;
    record->size = element->size;
    record->hidden = element->hidden;
    record->label = g_strdup(element->showname);
    record->raw = g_strdup(element->value);
    g_ptr_array_add(parser->message->records, record);
    return record;
}

static void replace(char **string, const char *text)
{
    g_free(*string);
    *string = g_strdup(text);
}

/* "Severity level: Warning" -> "Warning" */
static const char *after_colon(const char *label)
{
    const char *colon = strstr(label, ": ");

    return colon ? colon + 2 : label;
}

/* The parts of an expert info stand in fields below it, and the one that is filtered for is just one of them.
 */
static void expert_part(record_t *expert, const element_t *element)
{
    if (strcmp(element->name, "_ws.expert.message") == 0)
        replace(&expert->value, element->show);
    else if (strcmp(element->name, "_ws.expert.severity") == 0)
        replace(&expert->severity, after_colon(element->showname));
    else if (strcmp(element->name, "_ws.expert.group") == 0)
        replace(&expert->group, after_colon(element->showname));
    else
        replace(&expert->name, element->name);
}

static void open_message(parser_t *parser, const element_t *element)
{
    message_t *message = g_new0(message_t, 1);

    message->frame = parser->frame;
    message->ordinal = ++parser->ordinal;
    message->label = g_strdup(element->showname);
    message->pos = element->pos;
    message->size = element->size;
    message->records = g_ptr_array_new_with_free_func(record_free);
    g_ptr_array_add(parser->messages, message);
    parser->message = message;
    parser->depth = 0;
}

static gboolean is_own_field(const parser_t *parser, const char *name)
{
    gsize length = strlen(parser->protocol);

    return strncmp(name, parser->protocol, length) == 0 && name[length] == '.';
}

/* An item of another protocol below the message is none of its parameters; what Wireshark says of the message
 * is. */
static void inner_protocol(parser_t *parser, const element_t *element)
{
    if (g_str_has_prefix(element->name, "_ws.") && !element->hidden)
        add_record(parser, RECORD_NOTE, element)->value = g_strdup(element->showname);
    parser->skipped = 1;
}

static void inner_field(parser_t *parser, const element_t *element)
{
    record_t *record;

    if (parser->expert) {
        expert_part(parser->expert, element);
    } else if (strcmp(element->name, "_ws.expert") == 0) {
        parser->expert = add_record(parser, RECORD_EXPERT, element);
        parser->expert_depth = parser->depth;
    } else if (is_own_field(parser, element->name)) {
        record = add_record(parser, RECORD_FIELD, element);
        record->name = g_strdup(element->name);
        record->value = g_strdup(element->show);
    } else if (*element->name == '\0') {
        add_record(parser, RECORD_NOTE, element)->value = g_strdup(element->show);
    }
    parser->depth++;
}

/* A message that the capture cut off, or that broke its dissector, is marked beside it, not below it. */
static void outer_mark(parser_t *parser, const element_t *element)
{
    message_t *last =
        parser->messages->len != 0 ? g_ptr_array_index(parser->messages, parser->messages->len - 1) : NULL;

    if (!last || last->frame != parser->frame || element->hidden)
        return;
    parser->message = last;
    add_record(parser, RECORD_NOTE, element)->value = g_strdup(element->showname);
    parser->message = NULL;
}

static void outer(parser_t *parser, const char *tag, const element_t *element, GError **error)
{
    if (strcmp(tag, "proto") == 0 && strcmp(element->name, parser->protocol) == 0)
        open_message(parser, element);
    else if (strcmp(tag, "proto") == 0 && g_str_has_prefix(element->name, "_ws."))
        outer_mark(parser, element);
    else if (strcmp(element->name, "num") == 0)
        parser->frame = (guint)strtoul(element->show, NULL, 10);
    else if (is_own_field(parser, element->name))
        g_set_error(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT,
                    "frame %u: %s stands outside of a \"%s\" protocol item", parser->frame, element->name,
                    parser->protocol);
}

static void on_start(GMarkupParseContext *context, const char *tag, const char **names, const char **values,
                     gpointer user_data, GError **error)
{
    parser_t *parser = user_data;
    element_t element = element_of(names, values);

    (void)context;
    if (strcmp(tag, "packet") == 0)
        parser->ordinal = 0;
    else if (parser->skipped != 0)
        parser->skipped++;
    else if (!parser->message)
        outer(parser, tag, &element, error);
    else if (strcmp(tag, "proto") == 0)
        inner_protocol(parser, &element);
    else
        inner_field(parser, &element);
}

static void on_end(GMarkupParseContext *context, const char *tag, gpointer user_data, GError **error)
{
    parser_t *parser = user_data;

    (void)context;
    (void)tag;
    (void)error;
    if (parser->skipped != 0) {
        parser->skipped--;
    } else if (parser->message && parser->depth == 0) {
        parser->message = NULL;
    } else if (parser->message) {
        parser->depth--;
        if (parser->expert && parser->depth == parser->expert_depth)
            parser->expert = NULL;
    }
}

/* tshark leaves line ends and tabs in attributes as they are, but an XML parser has to read them as blanks.
 * Writes them like the other control characters of a value. */
static char *escape_attributes(const char *pdml)
{
    GString *out = g_string_sized_new(strlen(pdml) + 1);
    gboolean quoted = FALSE;

    for (; *pdml != '\0'; pdml++) {
        quoted ^= *pdml == '"';
        if (quoted && strchr("\t\n\r", *pdml))
            g_string_append_printf(out, "\\x%x", (guint)*pdml);
        else
            g_string_append_c(out, *pdml);
    }
    return g_string_free(out, FALSE);
}

messages_t *messages_parse(const char *pdml, const char *protocol, GError **error)
{
    static const GMarkupParser callbacks = {.start_element = on_start, .end_element = on_end};
    g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func(message_free);
    parser_t parser = {.protocol = protocol, .messages = messages};
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&callbacks, G_MARKUP_TREAT_CDATA_AS_TEXT, &parser, NULL);
    g_autofree char *xml = escape_attributes(pdml);

    if (!g_markup_parse_context_parse(context, xml, -1, error) ||
        !g_markup_parse_context_end_parse(context, error))
        return NULL;
    return g_steal_pointer(&messages);
}
