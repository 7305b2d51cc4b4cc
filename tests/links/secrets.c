/* secrets.c
 * Every form in which the key data of a capture could still be in a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memmem */
#include "secrets.h"

#include <string.h>

/* Texts that are all one character are what a mask looks like, and no key. */
static gboolean is_uniform(const guint8 *bytes, gsize length)
{
    for (gsize i = 1; i < length; i++)
        if (bytes[i] != bytes[0])
            return FALSE;
    return TRUE;
}

static void add(GHashTable *set, const void *bytes, gsize length)
{
    if (length >= SECRET_MIN && !is_uniform(bytes, length))
        g_hash_table_add(set, g_bytes_new(bytes, length));
}

static void add_from_hex(GHashTable *set, const char *hex)
{
    gsize length = strlen(hex) / 2;
    g_autofree guint8 *bytes = g_malloc(length + 1);

    for (gsize i = 0; i < length; i++) {
        int high = g_ascii_xdigit_value(hex[2 * i]), low = g_ascii_xdigit_value(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return;
        bytes[i] = (guint8)(high << 4 | low);
    }
    add(set, bytes, length);
}

static void add_from_base64(GHashTable *set, const char *text)
{
    g_autofree char *standard = g_strdup(text);
    gsize length;

    g_strdelimit(standard, "-", '+');
    g_strdelimit(standard, "_", '/');
    g_autofree guchar *bytes = g_base64_decode(standard, &length);
    add(set, bytes, length);
}

/* A text, and what it decodes to. */
static void add_text(GHashTable *set, const char *text)
{
    add(set, text, strlen(text));
    add_from_hex(set, text);
    add_from_base64(set, text);
}

static gboolean is_digit(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("+/-_", c));
}

/* A Key may be an array or an object: each run of digits of an encoding in it. */
static void add_runs(GHashTable *set, const char *text)
{
    while (*text != '\0') {
        gsize length = 0;
        while (is_digit(text[length]))
            length++;
        g_autofree char *run = g_strndup(text, length);
        add_text(set, run);
        text += length > 0 ? length : 1;
    }
}

static char *from_hex(const char *hex)
{
    gsize length = strlen(hex) / 2;
    char *text = g_malloc0(length + 1);

    for (gsize i = 0; i < length; i++)
        text[i] = (char)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    return text;
}

static void add_value(GHashTable *set, const record_t *record)
{
    g_autofree char *transmitted = from_hex(record->raw);

    add_text(set, transmitted);
    add_text(set, record->value);
    if (!strchr(transmitted, '\\'))
        add_runs(set, transmitted);
    add_runs(set, record->value);
}

/* "Key", in any spelling, where no Key is due. */
static gboolean names_a_key(const record_t *record)
{
    GString *plain = g_string_new(NULL);
    gboolean yes;

    for (const char *c = record->value; *c != '\0'; c++)
        if (!strchr(" _-", *c))
            g_string_append_c(plain, g_ascii_tolower(*c));
    yes = strcmp(plain->str, "key") == 0;
    g_string_free(plain, TRUE);
    return yes;
}

static void add_message(GHashTable *set, const message_t *message)
{
    gboolean misplaced = FALSE;

    for (guint i = 0; i < message->records->len; i++) {
        const record_t *record = g_ptr_array_index(message->records, i);
        if (record->kind != RECORD_FIELD)
            continue;
        if (strcmp(record->name, "kx.parameter.name") == 0)
            misplaced = names_a_key(record);
        else if (strcmp(record->name, "kx.key.data") == 0 ||
                 (strcmp(record->name, "kx.parameter.value") == 0 && misplaced))
            add_value(set, record);
    }
}

/* A value that another parameter has as well is no secret. */
static void remove_public(GHashTable *set, const message_t *message)
{
    for (guint i = 0; i < message->records->len; i++) {
        const record_t *record = g_ptr_array_index(message->records, i);
        if (record->kind != RECORD_FIELD || strcmp(record->name, "kx.key.data") == 0 ||
            strcmp(record->name, "kx.parameter.value") == 0)
            continue;
        g_autofree char *transmitted = from_hex(record->raw);
        g_autoptr(GBytes) bytes = g_bytes_new(transmitted, strlen(transmitted));
        g_hash_table_remove(set, bytes);
    }
}

secrets_t *secrets_of(const traffic_t *traffic)
{
    g_autoptr(GHashTable) set =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    secrets_t *secrets = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    GHashTableIter iterator;
    gpointer bytes;

    for (guint i = 0; i < traffic->messages->len; i++)
        add_message(set, g_ptr_array_index(traffic->messages, i));
    for (guint i = 0; i < traffic->messages->len; i++)
        remove_public(set, g_ptr_array_index(traffic->messages, i));
    g_hash_table_iter_init(&iterator, set);
    while (g_hash_table_iter_next(&iterator, &bytes, NULL))
        g_ptr_array_add(secrets, g_bytes_ref(bytes));
    return secrets;
}

guint secrets_count(const secrets_t *secrets, const char *bytes, gsize length, GBytes **found)
{
    guint count = 0;

    *found = NULL;
    for (guint i = 0; i < secrets->len; i++) {
        gsize size;
        gconstpointer secret = g_bytes_get_data(g_ptr_array_index(secrets, i), &size);
        if (!memmem(bytes, length, secret, size))
            continue;
        if (count++ == 0)
            *found = g_ptr_array_index(secrets, i);
    }
    return count;
}
