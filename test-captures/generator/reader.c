/* Reading a scenario's JSON: objects by table, errors with the place they are at.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reader.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 200 };

G_DEFINE_QUARK(kx - capture - scenario, scenario_error)

/* ---- JSON text ---- */

typedef struct {
    const char *problem; /* set if we found an error, not json-glib */
    char *detail;        /* of that or of json-glib's error */
    int line, column;
    GHashTable *sizes; /* JsonObject -> members seen */
} parse_t;

/* Whether json-glib would make another number of the integer that begins here. */
static bool is_beyond_64_bits(const char *number)
{
    char *end;

    errno = 0;
    g_ascii_strtoll(number, &end, 10);
    return errno == ERANGE && !strchr(".eE", *end);
}

/* Checks what json-glib 1.6 does not: it recurses without limit, cuts strings off at \u0000, and wraps integers. */
static void check_text(parse_t *parse, const char *text)
{
    static const char no_nul[] = "\\u0000 cannot be in a scenario's string; use hex";
    static const char no_huge[] = "an integer beyond 64 bits cannot be in a scenario; use text";
    int depth = 0, line = 1;
    const char *line_start = text;
    bool in_string = false;
    for (const char *at = text; *at != '\0' && !parse->problem; at++) {
        parse->line = line;
        parse->column = (int)(at - line_start) + 1;
        if (*at == '\n') {
            line++;
            line_start = at + 1;
        } else if (*at == '"') {
            in_string = !in_string;
        } else if (in_string && *at == '\\' && at[1] != '\0') {
            parse->problem = strncmp(at, "\\u0000", 6) == 0 ? no_nul : NULL;
            at++;
        } else if (!in_string && strchr("[{", *at)) {
            parse->problem = ++depth > DEPTH_MAX ? "nested too deeply" : NULL;
        } else if (!in_string && strchr("]}", *at)) {
            depth--;
        } else if (!in_string && strchr("-0123456789", *at)) {
            parse->problem = is_beyond_64_bits(at) ? no_huge : NULL;
            at += strspn(at, "-+0123456789.eE") - 1;
        }
    }
}

static void on_error(JsonParser *parser, GError *error, gpointer data)
{
    parse_t *parse = data;
    if (parse->detail) {
        return;
    }
    parse->line = MAX((int)json_parser_get_current_line(parser), 1);
    parse->column = MAX((int)json_parser_get_current_pos(parser), 1);
    /* json-glib puts its own "<data>:1:2: Parse error: " before the reason. */
    const char *reason = strstr(error->message, ": Parse error: ");
    parse->detail = g_strdup(reason ? reason + strlen(": Parse error: ") : error->message);
}

/* json-glib lets the second of two members with the same name replace the first. */
static void on_member(JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
    parse_t *parse = data;
    guint seen = GPOINTER_TO_UINT(g_hash_table_lookup(parse->sizes, object)) + 1;
    g_hash_table_insert(parse->sizes, object, GUINT_TO_POINTER(seen));
    if (seen != json_object_get_size(object) && !parse->problem) {
        parse->problem = "a second member of this name";
        parse->detail = g_strdup_printf("\"%s\": %s", name, parse->problem);
        parse->line = MAX((int)json_parser_get_current_line(parser), 1);
        parse->column = MAX((int)json_parser_get_current_pos(parser), 1);
    }
}

static JsonNode *parse_text(parse_t *parse, const char *text, size_t length)
{
    JsonParser *parser = json_parser_new();
    g_signal_connect(parser, "error", G_CALLBACK(on_error), parse);
    g_signal_connect(parser, "object-member", G_CALLBACK(on_member), parse);
    JsonNode *root = NULL;
    if (json_parser_load_from_data(parser, text, (gssize)length, NULL) && !parse->problem) {
        root = json_parser_steal_root(parser);
        if (!root) {
            parse->detail = g_strdup("no JSON value");
            parse->line = parse->column = 1;
        }
    }
    g_object_unref(parser);
    return root;
}

JsonNode *reader_parse(const char *text, size_t length, const char *name, GError **error)
{
    parse_t parse = {0};
    JsonNode *root = NULL;
    check_text(&parse, text);
    if (!parse.problem) {
        parse.sizes = g_hash_table_new(NULL, NULL);
        root = parse_text(&parse, text, length);
        g_hash_table_unref(parse.sizes);
    }
    if (!root) {
        g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT, "%s:%d:%d: %s", name, parse.line,
                    parse.column, parse.detail ? parse.detail : parse.problem);
    }
    g_free(parse.detail);
    return root;
}

/* ---- places and errors ---- */

bool reader_fail(reader_t *reader, const char *format, ...)
{
    if (!reader->error) {
        va_list arguments;
        va_start(arguments, format);
        char *problem = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        g_set_error(&reader->error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT, "%s%s%s", reader->path->str,
                    reader->path->len > 0 ? ": " : "", problem);
        g_free(problem);
    }
    return false;
}

static bool is_plain_name(const char *name)
{
    const char *plain = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-$";
    return *name != '\0' && name[strspn(name, plain)] == '\0';
}

size_t reader_enter(reader_t *reader, const char *name, unsigned index)
{
    size_t mark = reader->path->len;
    if (!name) {
        g_string_append_printf(reader->path, "[%u]", index);
    } else if (is_plain_name(name)) {
        g_string_append_printf(reader->path, "%s%s", mark > 0 ? "." : "", name);
    } else {
        g_string_append_printf(reader->path, "[\"%s\"]", name);
    }
    return mark;
}

void reader_leave(reader_t *reader, size_t mark)
{
    g_string_truncate(reader->path, mark);
}

bool reader_expect(reader_t *reader, JsonNode *node, const char *what, bool holds)
{
    if (holds) {
        return true;
    }
    char *found = json_to_string(node, FALSE);
    bool shortened = strlen(found) > 40;
    reader_fail(reader, "%.40s%s is not %s", found, shortened ? "..." : "", what);
    g_free(found);
    return false;
}

bool node_is_string(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
}

/* ---- objects and arrays ---- */

static const member_t *find_member(const member_t *members, const char *name)
{
    while (members->name && strcmp(members->name, name) != 0) {
        members++;
    }
    return members->name ? members : NULL;
}

static bool fail_unknown(reader_t *reader, const member_t *members)
{
    GString *known = g_string_new(NULL);
    for (; members->name; members++) {
        g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", members->name);
    }
    reader_fail(reader, "unknown member; known here: %s", known->str);
    g_string_free(known, TRUE);
    return false;
}

static bool read_member(reader_t *reader, JsonObject *source, const char *name, const member_t *members,
                        void *object)
{
    size_t mark = reader_enter(reader, name, 0);
    const member_t *member = find_member(members, name);
    bool ok =
        !member ? fail_unknown(reader, members)
                : !member->read || member->read(reader, json_object_get_member(source, name), member, object);
    reader_leave(reader, mark);
    return ok;
}

bool read_members(reader_t *reader, JsonNode *node, const member_t *members, void *object)
{
    if (!reader_expect(reader, node, "an object", JSON_NODE_HOLDS_OBJECT(node))) {
        return false;
    }
    JsonObject *source = json_node_get_object(node);
    GList *names = json_object_get_members(source);
    bool ok = true;
    for (GList *name = names; ok && name; name = name->next) {
        ok = read_member(reader, source, name->data, members, object);
    }
    g_list_free(names);
    for (; ok && members->name; members++) {
        if (members->mandatory && !json_object_has_member(source, members->name)) {
            ok = reader_fail(reader, "the member \"%s\" is missing", members->name);
        }
    }
    return ok;
}

bool read_elements(reader_t *reader, JsonNode *node, void *object,
                   bool (*read)(reader_t *, JsonNode *, void *))
{
    if (!reader_expect(reader, node, "an array", JSON_NODE_HOLDS_ARRAY(node))) {
        return false;
    }
    JsonArray *array = json_node_get_array(node);
    bool ok = true;
    for (guint i = 0; ok && i < json_array_get_length(array); i++) {
        size_t mark = reader_enter(reader, NULL, i);
        ok = read(reader, json_array_get_element(array, i), object);
        reader_leave(reader, mark);
    }
    return ok;
}

/* ---- values ---- */

#define TARGET(type, object, member) ((type *)(void *)((char *)(object) + (member)->offset))

static bool node_is_type(JsonNode *node, GType type)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

static bool check_range(reader_t *reader, int64_t value, const member_t *member)
{
    return (value >= member->minimum && value <= member->maximum) ||
           reader_fail(reader,
                       "%" G_GINT64_FORMAT " is not between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT,
                       (gint64)value, (gint64)member->minimum, (gint64)member->maximum);
}

bool read_integer(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    int64_t *value = TARGET(int64_t, object, member);
    if (!reader_expect(reader, node, "an integer", node_is_type(node, G_TYPE_INT64))) {
        return false;
    }
    *value = json_node_get_int(node);
    return check_range(reader, *value, member);
}

bool read_boolean(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    if (!reader_expect(reader, node, "true or false", node_is_type(node, G_TYPE_BOOLEAN))) {
        return false;
    }
    *TARGET(int, object, member) = json_node_get_boolean(node);
    return true;
}

bool read_string(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    char **string = TARGET(char *, object, member);
    if (!reader_expect(reader, node, "a string", node_is_string(node))) {
        return false;
    }
    g_free(*string);
    *string = g_strdup(json_node_get_string(node));
    return true;
}

bool read_seconds(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    const double maximum = 1e9; /* nanoseconds of this stay exact enough, and far from INT64_MAX */
    bool number = node_is_type(node, G_TYPE_INT64) || node_is_type(node, G_TYPE_DOUBLE);
    double seconds = number ? json_node_get_double(node) : -1;
    if (!reader_expect(reader, node, "a number of seconds from 0 to 1000000000",
                       seconds >= 0 && seconds <= maximum)) {
        return false;
    }
    *TARGET(int64_t, object, member) = llround(seconds * 1e9);
    return true;
}

typedef struct {
    GArray *array;
    const member_t *member;
} integers_t;

static bool read_element_integer(reader_t *reader, JsonNode *node, void *object)
{
    integers_t *integers = object;
    if (!reader_expect(reader, node, "an integer", node_is_type(node, G_TYPE_INT64))) {
        return false;
    }
    int64_t value = json_node_get_int(node);
    g_array_append_val(integers->array, value);
    return check_range(reader, value, integers->member);
}

bool read_integers(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    GArray **array = TARGET(GArray *, object, member);
    if (!*array) {
        *array = g_array_new(FALSE, FALSE, sizeof(int64_t));
    }
    integers_t integers = {*array, member};
    return read_elements(reader, node, &integers, read_element_integer);
}

/* ---- counters ---- */

bool reader_push_counter(reader_t *reader, const char *name, unsigned *slot)
{
    scope_t *scope = &reader->scope;
    if (!is_plain_name(name) || strpbrk(name, "-$") || g_str_equal(name, "key") ||
        g_str_equal(name, "uuid")) {
        return reader_fail(reader, "\"%s\" cannot be the name of a counter", name);
    }
    for (unsigned i = 0; i < scope->depth; i++) {
        if (strcmp(scope->names[i], name) == 0) {
            return reader_fail(reader, "\"%s\" counts an outer repetition; choose another name with \"as\"",
                               name);
        }
    }
    if (scope->depth == SCOPE_MAX) {
        return reader_fail(reader, "more than %d repetitions inside one another", SCOPE_MAX);
    }
    *slot = scope->depth;
    scope->names[scope->depth++] = name;
    return true;
}

void reader_pop_counter(reader_t *reader)
{
    reader->scope.depth--;
}
