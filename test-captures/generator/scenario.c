/* A scenario as a data structure: what kx-capture --help describes, checked.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "scenario.h"

#include <arpa/inet.h>
#include <string.h>

#include "content.h"
#include "frame.h"
#include "reader.h"

enum {
    FIRST_DERIVED_PORT = 49152, /* the dynamic ports of RFC 6335 */
    CONNECTIONS_MAX = 65535 - FIRST_DERIVED_PORT,
    REPEAT_MAX = 1000000000,
    SNAPLEN_DEFAULT = 262144,
    START_DEFAULT = 1767225600, /* 2026-01-01 00:00:00 UTC */
};

#define END_OF_MEMBERS                                                                                       \
    {                                                                                                        \
        NULL, NULL, 0, false, 0, 0                                                                           \
    }
#define NOT_MANDATORY false, 0, 0

/* A word of the scenario's and the number that stands for it; NULL ends a table. */
typedef struct {
    const char *word;
    int number;
} word_t;

static bool read_word(reader_t *reader, JsonNode *node, const word_t *words, int *number)
{
    GString *known = g_string_new(NULL);
    const char *given = node_is_string(node) ? json_node_get_string(node) : "";
    bool found = false;
    for (; words->word && !found; words++) {
        g_string_append_printf(known, "%s\"%s\"", known->len > 0 ? ", " : "", words->word);
        found = g_str_equal(words->word, given);
        *number = words->number;
    }
    if (!found) {
        char *what = g_strdup_printf("one of %s", known->str);
        reader_expect(reader, node, what, false);
        g_free(what);
    }
    g_string_free(known, TRUE);
    return found;
}

static const word_t closings[] = {
    {"fin", CLOSE_FIN},
    {"rst", CLOSE_RST},
    {"none", CLOSE_NONE},
    {NULL, 0},
};

static bool ignore(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    (void)reader, (void)node, (void)member, (void)object;
    return true;
}

/* ---- delivery ---- */

#define DELIVERY_MEMBERS(type)                                                                               \
    {"segment_size", read_integer, offsetof(type, delivery.segment_size), false, 1, FRAME_PAYLOAD_MAX},      \
        {"split_at", read_split_at, offsetof(type, delivery.split_at), false, 1, G_MAXINT32},                \
        {"coalesce", read_boolean, offsetof(type, delivery.coalesce), NOT_MANDATORY},                        \
    {                                                                                                        \
        "psh", read_boolean, offsetof(type, delivery.psh), NOT_MANDATORY                                     \
    }

static const delivery_t delivery_unset = {UNSET, NULL, UNSET, UNSET};

static bool read_split_at(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    if (!read_integers(reader, node, member, object)) {
        return false;
    }
    const GArray *offsets = *(GArray **)(void *)((char *)object + member->offset);
    for (guint i = 1; i < offsets->len; i++) {
        if (g_array_index(offsets, int64_t, i - 1) >= g_array_index(offsets, int64_t, i)) {
            return reader_fail(reader, "the offsets do not ascend");
        }
    }
    return true;
}

static bool read_range(reader_t *reader, JsonNode *node, void *object)
{
    GArray *numbers = NULL;
    const member_t limits = {.maximum = G_MAXINT32};
    bool ok = read_integers(reader, node, &limits, &numbers);
    if (ok &&
        (numbers->len != 2 || g_array_index(numbers, int64_t, 0) >= g_array_index(numbers, int64_t, 1))) {
        ok = reader_fail(reader, "a segment is [from, to] with from < to");
    }
    if (ok) {
        range_t range = {g_array_index(numbers, int64_t, 0), g_array_index(numbers, int64_t, 1)};
        g_array_append_val((GArray *)object, range);
    }
    g_clear_pointer(&numbers, g_array_unref);
    return ok;
}

static bool read_ranges(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    GArray **ranges = (GArray **)(void *)((char *)object + member->offset);
    *ranges = g_array_new(FALSE, FALSE, sizeof(range_t));
    return read_elements(reader, node, *ranges, read_range);
}

static void free_delivery(delivery_t *delivery)
{
    g_clear_pointer(&delivery->split_at, g_array_unref);
}

/* ---- nodes ---- */

static void free_node(gpointer data)
{
    node_t *node = data;
    g_free(node->name);
    g_free(node);
}

static const node_t *find_node(const scenario_t *scenario, const char *name)
{
    for (guint i = 0; i < scenario->nodes->len; i++) {
        const node_t *node = g_ptr_array_index(scenario->nodes, i);
        if (g_str_equal(node->name, name)) {
            return node;
        }
    }
    return NULL;
}

static bool read_node(reader_t *reader, const char *name, JsonNode *value, scenario_t *scenario)
{
    const char *text = node_is_string(value) ? json_node_get_string(value) : "";
    node_t *node = g_new0(node_t, 1);
    g_ptr_array_add(scenario->nodes, node);
    node->name = g_strdup(name);
    node->ipv6 = inet_pton(AF_INET6, text, node->address) == 1;
    if (!node->ipv6 && inet_pton(AF_INET, text, node->address) != 1) {
        return reader_expect(reader, value, "an IPv4 or IPv6 address", false);
    }
    if (g_str_equal(name, "client") || g_str_equal(name, "server")) {
        return reader_fail(reader, "\"%s\" means an end of a connection, so no node can have this name",
                           name);
    }
    return true;
}

/* ---- objects whose members the user names ---- */

typedef bool (*read_named)(reader_t *reader, const char *name, JsonNode *value, scenario_t *scenario);

static bool read_each(reader_t *reader, JsonNode *node, scenario_t *scenario, read_named read)
{
    if (!reader_expect(reader, node, "an object", JSON_NODE_HOLDS_OBJECT(node))) {
        return false;
    }
    JsonObject *object = json_node_get_object(node);
    GList *names = json_object_get_members(object);
    bool ok = true;
    for (GList *name = names; ok && name; name = name->next) {
        size_t mark = reader_enter(reader, name->data, 0);
        ok = read(reader, name->data, json_object_get_member(object, name->data), scenario);
        reader_leave(reader, mark);
    }
    g_list_free(names);
    return ok;
}

/* ---- connections ---- */

/* A connection as it stands in the scenario, possibly for many. */
typedef struct {
    char *client, *server;
    int64_t port, client_port;
    int64_t isn;
    int64_t repeat;
    int64_t mid_stream;
    int acks;
    enum closing closing;
    delivery_t delivery;
} connection_form_t;

static bool read_close(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    int number = 0;
    bool ok = read_word(reader, node, closings, &number);
    *(enum closing *)(void *)((char *)object + member->offset) = (enum closing)number;
    return ok;
}

static bool read_mid_stream(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    connection_form_t *form = object;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN) {
        return read_integer(reader, node, member, object);
    }
    form->mid_stream = json_node_get_boolean(node) ? 0 : UNSET;
    return true;
}

#define FORM(member) offsetof(connection_form_t, member)

static const member_t connection_members[] = {
    {"client", read_string, FORM(client), true, 0, 0},
    {"server", read_string, FORM(server), true, 0, 0},
    {"port", read_integer, FORM(port), true, 1, 65535},
    {"client_port", read_integer, FORM(client_port), false, 1, 65535},
    {"isn", read_integer, FORM(isn), false, 0, G_MAXUINT32},
    {"repeat", read_integer, FORM(repeat), false, 1, CONNECTIONS_MAX},
    {"mid_stream", read_mid_stream, FORM(mid_stream), false, 0, G_MAXINT32},
    {"acks", read_boolean, FORM(acks), NOT_MANDATORY},
    {"close", read_close, FORM(closing), NOT_MANDATORY},
    DELIVERY_MEMBERS(connection_form_t),
    END_OF_MEMBERS,
};

static void free_connection(gpointer data)
{
    connection_t *connection = data;
    free_delivery(&connection->delivery);
    g_free(connection->name);
    g_free(connection);
}

static bool resolve_end(reader_t *reader, const char *member, const char *name, const scenario_t *scenario,
                        const node_t **node)
{
    *node = find_node(scenario, name);
    if (*node) {
        return true;
    }
    size_t mark = reader_enter(reader, member, 0);
    reader_fail(reader, "no node is called \"%s\"", name);
    reader_leave(reader, mark);
    return false;
}

static bool resolve_ends(reader_t *reader, const connection_form_t *form, const scenario_t *scenario,
                         const node_t **ends)
{
    if (!resolve_end(reader, "client", form->client, scenario, &ends[0]) ||
        !resolve_end(reader, "server", form->server, scenario, &ends[1])) {
        return false;
    }
    if (ends[0] == ends[1]) {
        return reader_fail(reader, "client and server are the same node");
    }
    return ends[0]->ipv6 == ends[1]->ipv6 ||
           reader_fail(reader, "one end has an IPv4, the other an IPv6 address");
}

/* The initial sequence numbers follow from the name, so that a new connection on an old one's ports
 * (as after a restart) does not look like that one's data come again. */
static void set_initial_sequence(connection_t *connection, const connection_form_t *form, int64_t seed)
{
    random_t random = {random_hash((uint64_t)seed, connection->name)};
    for (int i = 0; i < 2; i++) {
        connection->initial_sequence[i] = (uint32_t)random_next(&random);
    }
    if (form->isn != UNSET) {
        connection->initial_sequence[0] = form->isn;
    }
}

static bool add_connection(reader_t *reader, const connection_form_t *form, int64_t number, char *name,
                           const node_t *const *ends, scenario_t *scenario)
{
    connection_t *connection = g_new0(connection_t, 1);
    guint index = scenario->connections->len;
    int64_t client_port =
        form->client_port != UNSET ? form->client_port + number : FIRST_DERIVED_PORT + index;
    connection->index = index;
    connection->name = name;
    connection->ends[0] = ends[0];
    connection->ends[1] = ends[1];
    connection->ports[0] = (uint16_t)client_port;
    connection->ports[1] = (uint16_t)form->port;
    connection->delivery = form->delivery;
    if (connection->delivery.split_at) {
        g_array_ref(connection->delivery.split_at);
    }
    connection->acks = form->acks;
    connection->mid_stream = form->mid_stream;
    connection->closing = form->closing;
    set_initial_sequence(connection, form, scenario->seed);
    g_ptr_array_add(scenario->connections, connection);
    if (client_port > 65535) {
        return reader_fail(reader, "there are no client ports left");
    }
    return g_hash_table_insert(scenario->by_name, name, connection) ||
           reader_fail(reader, "a second connection called \"%s\"", name);
}

/* A name such as link-${i} stands for as many connections as "repeat" says. */
static bool add_connections(reader_t *reader, const char *name, const connection_form_t *form,
                            scenario_t *scenario)
{
    const node_t *ends[2];
    unsigned slot;
    if (!resolve_ends(reader, form, scenario, ends) || !reader_push_counter(reader, "i", &slot)) {
        return false;
    }
    template_t *template = template_new();
    values_t values = {.seed = (uint64_t)scenario->seed};
    GError *error = NULL;
    bool ok = template_add_text(template, name, false, &reader->scope, &error) ||
              reader_fail(reader, "%s", error->message);
    g_clear_error(&error);
    for (int64_t i = 0; ok && i < form->repeat; i++) {
        GByteArray *expanded = g_byte_array_new();
        values.counters[slot] = i;
        template_expand(template, &values, expanded);
        g_byte_array_append(expanded, (const guint8 *)"", 1);
        ok = add_connection(reader, form, i, (char *)g_byte_array_free(expanded, FALSE), ends, scenario);
    }
    template_free(template);
    reader_pop_counter(reader);
    return ok;
}

static bool read_connection(reader_t *reader, const char *name, JsonNode *value, scenario_t *scenario)
{
    connection_form_t form = {.client_port = UNSET,
                              .isn = UNSET,
                              .repeat = 1,
                              .mid_stream = UNSET,
                              .acks = 1,
                              .delivery = delivery_unset};
    bool ok = read_members(reader, value, connection_members, &form) &&
              add_connections(reader, name, &form, scenario);
    g_free(form.client);
    g_free(form.server);
    free_delivery(&form.delivery);
    return ok;
}

/* ---- messages ---- */

static bool read_command(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    /* Table I.1 of ITU-T Q.4163, and what its messages are called in running text. */
    static const word_t names[] = {
        {"key relay", 0x1101},
        {"key relay completion notification", 0x1102},
        {"key relay completion", 0x1102},
        {"key supply notification", 0x1103},
        {"response to key supply notification", 0x1104},
        {"key supply response", 0x1104},
        {NULL, 0},
    };
    item_t *item = object;
    if (!node_is_string(node)) {
        return read_integer(reader, node, member, object);
    }
    const char *text = json_node_get_string(node);
    guint64 number;
    if (g_str_has_prefix(text, "0x") && g_ascii_string_to_unsigned(text + 2, 16, 0, 0xffff, &number, NULL)) {
        item->command = (int64_t)number;
        return true;
    }
    int code = 0;
    bool ok = read_word(reader, node, names, &code);
    item->command = code;
    return ok;
}

/* A number, or a string with placeholders that yields one. */
static bool read_id(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    item_t *item = object;
    if (node_is_string(node)) {
        return read_text(reader, node, member, object);
    }
    int64_t number = 0;
    const member_t limits = {.maximum = G_MAXUINT32};
    if (!read_integer(reader, node, &limits, &number)) {
        return false;
    }
    char *text = g_strdup_printf("%" G_GINT64_FORMAT, (gint64)number);
    item->id = template_new();
    template_add_bytes(item->id, text, strlen(text));
    g_free(text);
    return true;
}

static bool read_connection_name(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    return reader_expect(reader, node, "a string", node_is_string(node)) &&
           read_text(reader, node, member, object);
}

static bool read_raw(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    ((item_t *)object)->raw = true;
    return read_pieces(reader, node, member, object);
}

static bool read_group(reader_t *reader, JsonNode *node, const member_t *member, void *object);

#define ITEM(member) offsetof(item_t, member)

/* What every element of "messages" may have; read before the rest, which can name the counter. */
#define REPETITION_MEMBERS                                                                                   \
    {"repeat", NULL, 0, NOT_MANDATORY},                                                                      \
    {                                                                                                        \
        "as", NULL, 0, NOT_MANDATORY                                                                         \
    }

#define EVENT_MEMBERS                                                                                        \
    {"connection", read_connection_name, ITEM(connection), NOT_MANDATORY},                                   \
        {"from", read_string, ITEM(from), NOT_MANDATORY}, {"at", read_seconds, ITEM(at), NOT_MANDATORY},     \
    {                                                                                                        \
        "delay", read_seconds, ITEM(delay), NOT_MANDATORY                                                    \
    }

static const member_t message_members[] = {
    REPETITION_MEMBERS,
    EVENT_MEMBERS,
    {"description", ignore, 0, NOT_MANDATORY},
    {"version", read_integer, ITEM(version), false, 0, 0xffff},
    {"id", read_id, ITEM(id), NOT_MANDATORY},
    {"command", read_command, ITEM(command), false, 0, 0xffff},
    {"length", read_integer, ITEM(length), false, 0, 0xffff},
    {"payload", read_payload, ITEM(payload), NOT_MANDATORY},
    {"text", read_text, ITEM(payload), NOT_MANDATORY},
    {"hex", read_hex, ITEM(payload), NOT_MANDATORY},
    {"pieces", read_pieces, ITEM(payload), NOT_MANDATORY},
    {"raw", read_raw, ITEM(payload), NOT_MANDATORY},
    DELIVERY_MEMBERS(item_t),
    {"segments", read_ranges, ITEM(faults.segments), NOT_MANDATORY},
    {"drop", read_integers, ITEM(faults.drop), false, 0, G_MAXINT32},
    {"retransmit", read_integers, ITEM(faults.retransmit), false, 0, G_MAXINT32},
    {"reorder", read_integers, ITEM(faults.reorder), false, 0, G_MAXINT32},
    END_OF_MEMBERS,
};

static const member_t close_members[] = {
    REPETITION_MEMBERS,
    EVENT_MEMBERS,
    {"description", ignore, 0, NOT_MANDATORY},
    {"close", read_close, ITEM(closing), true, 0, 0},
    END_OF_MEMBERS,
};

static const member_t group_members[] = {
    REPETITION_MEMBERS,
    {"description", ignore, 0, NOT_MANDATORY},
    {"messages", read_group, ITEM(items), true, 0, 0},
    END_OF_MEMBERS,
};

static void free_item(gpointer data)
{
    item_t *item = data;
    GArray **arrays[] = {&item->faults.segments, &item->faults.drop, &item->faults.retransmit,
                         &item->faults.reorder};
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
        g_clear_pointer(arrays[i], g_array_unref);
    }
    free_delivery(&item->delivery);
    g_clear_pointer(&item->items, g_ptr_array_unref);
    template_free(item->connection);
    template_free(item->id);
    template_free(item->payload);
    g_free(item->from);
    g_free(item->as);
    g_free(item->path);
    g_free(item);
}

static unsigned count_members(JsonObject *object, const char *const *names)
{
    unsigned count = 0;
    for (; *names; names++) {
        count += json_object_has_member(object, *names) ? 1 : 0;
    }
    return count;
}

static bool check_message(reader_t *reader, JsonObject *object, const item_t *item)
{
    static const char *const contents[] = {"payload", "text", "hex", "pieces", "raw", NULL};
    static const char *const headers[] = {"version", "id", "command", "length", NULL};
    static const char *const indexed[] = {"split_at", "drop", "retransmit", "reorder", NULL};
    if (count_members(object, contents) != 1) {
        return reader_fail(reader, "a message has one of payload, text, hex, pieces and raw");
    }
    if (item->raw && count_members(object, headers) > 0) {
        return reader_fail(reader, "raw bytes have no header, so no version, id, command or length");
    }
    if (!item->raw && item->command == UNSET) {
        return reader_fail(reader, "the member \"command\" is missing");
    }
    if (item->at != UNSET && item->delay != UNSET) {
        return reader_fail(reader, "either at or delay");
    }
    return !item->faults.segments || count_members(object, indexed) == 0 ||
           reader_fail(reader, "segments excludes split_at, drop, retransmit and reorder");
}

static bool read_repetition(reader_t *reader, JsonNode *node, item_t *item)
{
    static const member_t members[] = {
        {"repeat", read_integer, ITEM(repeat), true, 1, REPEAT_MAX},
        {"as", read_string, ITEM(as), NOT_MANDATORY},
        END_OF_MEMBERS,
    };
    JsonObject *source = json_node_get_object(node);
    JsonObject *object = json_object_new();
    for (const member_t *member = members; member->name; member++) {
        if (json_object_has_member(source, member->name)) {
            json_object_set_member(object, member->name, json_object_dup_member(source, member->name));
        }
    }
    bool ok = true;
    if (json_object_get_size(object) > 0) {
        JsonNode *repetition = json_node_init_object(json_node_alloc(), object);
        ok = read_members(reader, repetition, members, item);
        item->as = ok && !item->as ? g_strdup("i") : item->as;
        json_node_unref(repetition);
    }
    json_object_unref(object);
    return ok;
}

static bool read_item_members(reader_t *reader, JsonNode *node, item_t *item)
{
    JsonObject *object = json_node_get_object(node);
    if (json_object_has_member(object, "messages")) {
        item->kind = ITEM_GROUP;
        return read_members(reader, node, group_members, item);
    }
    if (json_object_has_member(object, "close")) {
        item->kind = ITEM_CLOSE;
        return read_members(reader, node, close_members, item);
    }
    item->kind = ITEM_MESSAGE;
    return read_members(reader, node, message_members, item) && check_message(reader, object, item);
}

static bool read_item(reader_t *reader, JsonNode *node, void *object)
{
    if (!reader_expect(reader, node, "an object", JSON_NODE_HOLDS_OBJECT(node))) {
        return false;
    }
    item_t *item = g_new0(item_t, 1);
    item->path = g_strdup(reader->path->str);
    item->repeat = 1;
    item->version = VERSION_DEFAULT;
    item->at = item->delay = item->length = item->command = UNSET;
    item->delivery = delivery_unset;
    g_ptr_array_add(object, item);
    if (!read_repetition(reader, node, item)) {
        return false;
    }
    if (!item->as) {
        return read_item_members(reader, node, item);
    }
    bool ok = reader_push_counter(reader, item->as, &item->slot);
    if (ok) {
        ok = read_item_members(reader, node, item);
        reader_pop_counter(reader);
    }
    return ok;
}

static bool read_group(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    GPtrArray **items = (GPtrArray **)(void *)((char *)object + member->offset);
    *items = g_ptr_array_new_with_free_func(free_item);
    return read_elements(reader, node, *items, read_item);
}

/* ---- the whole ---- */

static bool read_resolution(reader_t *reader, JsonNode *node, const member_t *member, void *object)
{
    static const word_t resolutions[] = {{"us", 0}, {"ns", 1}, {NULL, 0}};
    int number = 0;
    (void)member;
    bool ok = read_word(reader, node, resolutions, &number);
    ((scenario_t *)object)->nanoseconds = number != 0;
    return ok;
}

#define SCENARIO(member) offsetof(scenario_t, member)

/* The named parts refer to one another, so they are read in the order of sections[], not of the file. */
static const member_t scenario_members[] = {
    {"description", ignore, 0, NOT_MANDATORY},
    {"start", read_integer, SCENARIO(start), false, 0, INT64_C(4000000000)},
    {"resolution", read_resolution, 0, NOT_MANDATORY},
    {"snaplen", read_integer, SCENARIO(snaplen), false, 1, SNAPLEN_DEFAULT},
    {"seed", read_integer, SCENARIO(seed), false, 0, INT64_MAX},
    {"nodes", NULL, 0, true, 0, 0},
    {"connections", NULL, 0, true, 0, 0},
    {"messages", NULL, 0, true, 0, 0},
    END_OF_MEMBERS,
};

static bool read_nodes(reader_t *reader, JsonNode *node, scenario_t *scenario)
{
    return read_each(reader, node, scenario, read_node);
}

static bool read_connections(reader_t *reader, JsonNode *node, scenario_t *scenario)
{
    return read_each(reader, node, scenario, read_connection);
}

static bool read_messages(reader_t *reader, JsonNode *node, scenario_t *scenario)
{
    const member_t member = {.offset = SCENARIO(items)};
    return read_group(reader, node, &member, scenario);
}

static const struct {
    const char *name;
    bool (*read)(reader_t *reader, JsonNode *node, scenario_t *scenario);
} sections[] = {{"nodes", read_nodes}, {"connections", read_connections}, {"messages", read_messages}};

static bool read_scenario(reader_t *reader, JsonNode *root, scenario_t *scenario)
{
    bool ok = read_members(reader, root, scenario_members, scenario);
    for (size_t i = 0; ok && i < G_N_ELEMENTS(sections); i++) {
        size_t mark = reader_enter(reader, sections[i].name, 0);
        ok = sections[i].read(reader, json_object_get_member(json_node_get_object(root), sections[i].name),
                              scenario);
        reader_leave(reader, mark);
    }
    return ok;
}

static scenario_t *new_scenario(void)
{
    scenario_t *scenario = g_new0(scenario_t, 1);
    scenario->start = START_DEFAULT;
    scenario->snaplen = SNAPLEN_DEFAULT;
    scenario->nodes = g_ptr_array_new_with_free_func(free_node);
    scenario->connections = g_ptr_array_new_with_free_func(free_connection);
    scenario->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    return scenario;
}

void scenario_free(scenario_t *scenario)
{
    if (!scenario) {
        return;
    }
    g_hash_table_unref(scenario->by_name);
    g_clear_pointer(&scenario->items, g_ptr_array_unref);
    g_ptr_array_unref(scenario->connections);
    g_ptr_array_unref(scenario->nodes);
    g_free(scenario);
}

static scenario_t *build(JsonNode *root, const char *path, GError **error)
{
    reader_t reader = {.path = g_string_new(NULL)};
    scenario_t *scenario = new_scenario();
    if (!read_scenario(&reader, root, scenario)) {
        g_propagate_prefixed_error(error, reader.error, "%s: ", path);
        g_clear_pointer(&scenario, scenario_free);
    }
    g_string_free(reader.path, TRUE);
    return scenario;
}

static char *load_text(const char *path, size_t *length, GError **error)
{
    char *text;
    const char *end;
    if (!g_file_get_contents(path, &text, length, error)) {
        return NULL;
    }
    if (!g_utf8_validate(text, (gssize)*length, &end)) {
        g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTENT,
                    "%s: byte %" G_GSIZE_FORMAT " is not UTF-8 (use hex to send such bytes)", path,
                    (gsize)(end - text));
        g_clear_pointer(&text, g_free);
    }
    return text;
}

scenario_t *scenario_load(const char *path, GError **error)
{
    size_t length;
    char *text = load_text(path, &length, error);
    JsonNode *root = text ? reader_parse(text, length, path, error) : NULL;
    scenario_t *scenario = root ? build(root, path, error) : NULL;
    g_clear_pointer(&root, json_node_unref);
    g_free(text);
    return scenario;
}
