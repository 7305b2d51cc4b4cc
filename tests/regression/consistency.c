/* Rules that hold for any message, whatever its expected file says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "consistency.h"
#include "value.h"

#include <string.h>

/* Returns the bytes that the hex digits stand for, as a string; NULL if they are no UTF-8 text without NUL.
 */
static char *text_of(const char *hex)
{
    GString *text = g_string_new(NULL);

    for (; g_ascii_isxdigit(hex[0]) && g_ascii_isxdigit(hex[1]); hex += 2)
        g_string_append_c(text, (char)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1])));
    if (g_utf8_validate(text->str, (gssize)text->len, NULL))
        return g_string_free(text, FALSE);
    g_string_free(text, TRUE);
    return NULL;
}

static void check_text(report_t *report, const message_t *message, const record_t *record)
{
    g_autofree char *text = text_of(record->raw);
    g_autofree char *highlighted = NULL;
    g_autofree char *shown = NULL;

    if (!text || strchr(text, '\\'))
        return;
    highlighted = value_escape(text);
    shown = value_escape(record->value);
    if (strcmp(highlighted, shown) != 0)
        report_fail(report, "frame %u, message %u, %s: shows \"%s\", highlights \"%s\" @%d+%d",
                    message->frame, message->ordinal, record->name, shown, highlighted, record->pos,
                    record->size);
}

static gboolean is_within(const record_t *record, int pos, int size)
{
    return record->pos >= pos && (gint64)record->pos + record->size <= (gint64)pos + size;
}

static void check_range(report_t *report, const message_t *message, const record_t *record)
{
    if (!is_within(record, message->pos, message->size))
        report_fail(report, "frame %u, message %u, %s: @%d+%d is outside of its message @%d+%d",
                    message->frame, message->ordinal, record->name, record->pos, record->size, message->pos,
                    message->size);
}

void consistency_check(report_t *report, const messages_t *messages, const field_table_t *fields)
{
    for (guint i = 0; i < messages->len; i++) {
        const message_t *message = g_ptr_array_index(messages, i);
        for (guint k = 0; k < message->records->len; k++) {
            const record_t *record = g_ptr_array_index(message->records, k);
            if (record->kind != RECORD_FIELD || record->size <= 0)
                continue;
            check_range(report, message, record);
            if (strcmp(field_table_type(fields, record->name), "FT_STRING") == 0)
                check_text(report, message, record);
        }
    }
}
