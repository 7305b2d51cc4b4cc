/* Writes the text of an expected file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "golden.h"
#include "value.h"

#include <string.h>

static const char *const late_fields[] = {
    "kx.relay.hop_in",         "kx.response_to",
    "kx.response_time",        "kx.source_kma_id",
    "kx.destination_kma_id",   "kx.kma_id",
    "kx.response_in",          "kx.response.missing",
    "kx.response.unsolicited", "kx.relay.hop",
    "kx.relay.time",           "kx.relay.next_hop_in",
    "kx.relay.first_hop_in",   "kx.relay.previous_hop_in",
    "kx.relay.hop_time",       "kx.relay.id",
    "kx.relay.result",         "kx.relay.success",
    "kx.relay.failed_hop",     "kx.relay.inconsistent",
    "kx.link.uncertain",       "kx.keys.mismatch",
    "kx.message_id.reused",    "kx.key.id.reused",
    "kx.key.data.reused",
};

static const struct {
    const char *shown, *brief;
} severities[] = {
    {"Comment", "COMMENT"}, {"Chat", "CHAT"}, {"Note", "NOTE"}, {"Warning", "WARN"}, {"Error", "ERROR"}};

gboolean golden_is_late(const char *field)
{
    for (gsize i = 0; i < G_N_ELEMENTS(late_fields); i++)
        if (field && strcmp(late_fields[i], field) == 0)
            return TRUE;
    return FALSE;
}

static const char *brief_severity(const char *shown)
{
    for (gsize i = 0; shown && i < G_N_ELEMENTS(severities); i++)
        if (strcmp(severities[i].shown, shown) == 0)
            return severities[i].brief;
    return shown ? shown : "?";
}

/* "Response code" -> "RESPONSE_CODE", as the contract names the groups */
static char *group_name(const char *shown)
{
    char *name = g_ascii_strup(shown ? shown : "?", -1);

    return g_strdelimit(name, " ", '_');
}

static void append_range(GString *out, int pos, int size)
{
    if (size > 0)
        g_string_append_printf(out, "  @%d+%d", pos, size);
}

static void append_field(GString *out, const record_t *record, const char *type)
{
    g_autofree char *label = value_escape(record->label);
    g_autofree char *value = value_normalize(type, record->value);

    /* A field without a value shows its label; the quotes make blanks at the ends of a string visible. */
    if (strcmp(type, "FT_NONE") == 0)
        g_string_append_printf(out, "%s: %s", record->name, label);
    else if (strcmp(type, "FT_STRING") == 0)
        g_string_append_printf(out, "%s = \"%s\"", record->name, value);
    else
        g_string_append_printf(out, "%s = %s", record->name, value);
    append_range(out, record->pos, record->size);
    if (record->hidden)
        g_string_append(out, "  (hidden)");
}

static void append_expert(GString *out, const record_t *record)
{
    g_autofree char *group = group_name(record->group);
    g_autofree char *text = value_escape(record->value ? record->value : record->label);

    g_string_append_printf(out, "! %s [%s %s] %s", record->name ? record->name : "(no name)", group,
                           brief_severity(record->severity), text);
}

static void append_note(GString *out, const record_t *record)
{
    g_autofree char *text = value_escape(record->value);

    g_string_append_printf(out, "- %s", text);
}

static void append_record(GString *out, const record_t *record, const field_table_t *fields)
{
    g_string_append_printf(out, "%*s", (int)(4 + 2 * record->depth), "");
    if (record->kind == RECORD_EXPERT)
        append_expert(out, record);
    else if (record->kind == RECORD_NOTE)
        append_note(out, record);
    else
        append_field(out, record, field_table_type(fields, record->name));
    g_string_append_c(out, '\n');
}

static guint messages_in_frame(const messages_t *messages, guint first)
{
    const message_t *message = g_ptr_array_index(messages, first);
    guint count = 0;

    for (guint i = first; i < messages->len; i++)
        if (((const message_t *)g_ptr_array_index(messages, i))->frame == message->frame)
            count++;
    return count;
}

/* Info tells of later frames too. */
static void append_frame(GString *out, guint frame, values_t *columns, gboolean late)
{
    g_string_append_printf(out, "\nframe %u\n  info: %s | %s\n", frame,
                           values_first(columns, frame, COLUMN_PROTOCOL_NAME),
                           late ? values_first(columns, frame, COLUMN_INFO_NAME) : "");
}

/* `count` messages are in the frame; only if several, they are numbered. */
static void append_message(GString *out, const message_t *message, guint count, const field_table_t *fields,
                           gboolean late)
{
    g_autofree char *label = value_escape(message->label);

    g_string_append(out, "  message");
    if (count > 1)
        g_string_append_printf(out, " %u/%u", message->ordinal, count);
    g_string_append_printf(out, ": %s", label);
    append_range(out, message->pos, message->size);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < message->records->len; i++) {
        const record_t *record = g_ptr_array_index(message->records, i);
        /* What highlights bytes is a parameter, not a link. */
        if (late || record->size > 0 || !golden_is_late(record->name))
            append_record(out, record, fields);
    }
}

char *golden_render(const messages_t *messages, values_t *columns, const field_table_t *fields, gboolean late)
{
    GString *out = g_string_new(NULL);
    guint count = 0;

    for (guint i = 0; i < messages->len; i++) {
        const message_t *message = g_ptr_array_index(messages, i);
        if (message->ordinal == 1) {
            count = messages_in_frame(messages, i);
            append_frame(out, message->frame, columns, late);
        }
        append_message(out, message, count, fields, late);
    }
    return g_string_free(out, FALSE);
}
