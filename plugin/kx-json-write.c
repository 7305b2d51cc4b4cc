/* kx-json-write.c
 * Writing JSON text (RFC 8259) on one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-json-write.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define NANOSECONDS 1000000000

static void append_escaped(GString *out, unsigned char c)
{
    if (c == '"' || c == '\\')
        g_string_append_printf(out, "\\%c", c);
    else
        g_string_append_printf(out, "\\u%04x", c);
}

static bool needs_escape(unsigned char c)
{
    return c < ' ' || c == '"' || c == '\\' || c == 0x7f;
}

static void append_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *at = text; *at;) {
        const char *plain = at;
        while (*at && !needs_escape((unsigned char)*at))
            at++;
        g_string_append_len(out, plain, at - plain);
        if (*at)
            append_escaped(out, (unsigned char)*at++);
    }
    g_string_append_c(out, '"');
}

/* What stands before a value. */
static void begin(GString *out, const char *name)
{
    char last = out->len ? out->str[out->len - 1] : '{';

    if (last != '{' && last != '[')
        g_string_append_c(out, ',');
    if (!name)
        return;
    append_string(out, name);
    g_string_append_c(out, ':');
}

void kx_write_object(GString *out, const char *name)
{
    begin(out, name);
    g_string_append_c(out, '{');
}

void kx_write_object_end(GString *out)
{
    g_string_append_c(out, '}');
}

void kx_write_array(GString *out, const char *name)
{
    begin(out, name);
    g_string_append_c(out, '[');
}

void kx_write_array_end(GString *out)
{
    g_string_append_c(out, ']');
}

void kx_write_text(GString *out, const char *name, const char *text)
{
    if (!text)
        return;
    begin(out, name);
    append_string(out, text);
}

static void write_plain(GString *out, const char *name, const char *text)
{
    begin(out, name);
    g_string_append(out, text);
}

void kx_write_number(GString *out, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    write_plain(out, name, text);
}

void kx_write_bool(GString *out, const char *name, bool value)
{
    write_plain(out, name, value ? "true" : "false");
}

void kx_write_seconds(GString *out, const char *name, int64_t nanoseconds)
{
    uint64_t size = nanoseconds < 0 ? -(uint64_t)nanoseconds : (uint64_t)nanoseconds;
    char text[32];

    snprintf(text, sizeof text, "%s%" PRIu64 ".%09" PRIu64, nanoseconds < 0 ? "-" : "", size / NANOSECONDS,
             size % NANOSECONDS);
    write_plain(out, name, text);
}

void kx_write_date(GString *out, const char *name, int64_t nanoseconds)
{
    int64_t fraction = nanoseconds % NANOSECONDS;
    time_t seconds = (time_t)(nanoseconds / NANOSECONDS - (fraction < 0));
    const struct tm *tm = gmtime(&seconds);
    char date[32], text[48];

    if (!tm || !strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", tm))
        return;
    snprintf(text, sizeof text, "%s.%09" PRId64 "Z", date, fraction < 0 ? fraction + NANOSECONDS : fraction);
    kx_write_text(out, name, text);
}
