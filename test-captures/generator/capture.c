/* A capture file that appears only when it is complete. It is written here rather than by libpcap, whose files are in
 * the byte order of the machine: the same scenario makes the same bytes on every machine.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "capture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct capture {
    char *path;
    char *temporary;
    bool nanoseconds;
    uint32_t snaplen;
    FILE *file;
};

static const uint32_t pcap_microseconds = 0xa1b2c3d4;
static const uint32_t pcap_nanoseconds = 0xa1b23c4d;
static const uint32_t pcap_version = 2 | 4 << 16; /* two numbers of 16 bits: 2.4 */
static const uint32_t pcap_ethernet = 1;
static const int64_t nanoseconds_per_second = 1000000000;

static bool fail(const char *path, int code, GError **error)
{
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", path, g_strerror(code));
    return false;
}

/* Renaming over a device such as /dev/null would replace the device itself. */
static bool replaceable(const char *path, GError **error)
{
    GStatBuf status;
    if (g_stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: exists and is not a regular file", path);
        return false;
    }
    return true;
}

/* mkstemp() makes files that only their owner may read; a capture gets the mode of any new file. */
static void set_default_mode(int descriptor)
{
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(descriptor, 0666 & ~mask);
}

static FILE *open_temporary(char *name)
{
    int descriptor = g_mkstemp(name);
    if (descriptor < 0) {
        return NULL;
    }
    set_default_mode(descriptor);
    FILE *file = fdopen(descriptor, "wb");
    if (!file) {
        close(descriptor);
        g_unlink(name);
    }
    return file;
}

static void release(capture_t *capture)
{
    g_clear_pointer(&capture->file, fclose);
    g_free(capture->path);
    g_free(capture->temporary);
    g_free(capture);
}

/* What cannot be written is found by capture_commit(): a FILE remembers it. */
static void write_numbers(capture_t *capture, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t number = GUINT32_TO_LE(numbers[i]);
        fwrite(&number, sizeof number, 1, capture->file);
    }
}

static void write_file_header(capture_t *capture)
{
    const uint32_t header[] = {capture->nanoseconds ? pcap_nanoseconds : pcap_microseconds,
                               pcap_version,
                               0, /* offset of the time zone */
                               0, /* accuracy of the time stamps */
                               capture->snaplen,
                               pcap_ethernet};
    write_numbers(capture, header, G_N_ELEMENTS(header));
}

capture_t *capture_open(const char *path, uint32_t snaplen, bool nanoseconds, GError **error)
{
    if (!replaceable(path, error)) {
        return NULL;
    }
    capture_t *capture = g_new0(capture_t, 1);
    capture->path = g_strdup(path);
    capture->temporary = g_strconcat(path, ".XXXXXX", NULL);
    capture->nanoseconds = nanoseconds;
    capture->snaplen = snaplen;
    capture->file = open_temporary(capture->temporary);
    if (!capture->file) {
        fail(path, errno, error);
        release(capture);
        return NULL;
    }
    write_file_header(capture);
    return capture;
}

void capture_write(capture_t *capture, int64_t nanoseconds, const uint8_t *frame, size_t length)
{
    int64_t fraction = nanoseconds % nanoseconds_per_second;
    size_t kept = MIN(length, capture->snaplen);
    const uint32_t header[] = {(uint32_t)(nanoseconds / nanoseconds_per_second),
                               (uint32_t)(capture->nanoseconds ? fraction : fraction / 1000), (uint32_t)kept,
                               (uint32_t)length};
    write_numbers(capture, header, G_N_ELEMENTS(header));
    fwrite(frame, kept, 1, capture->file);
}

bool capture_commit(capture_t *capture, GError **error)
{
    errno = 0;
    bool written = fflush(capture->file) == 0 && ferror(capture->file) == 0;
    if (!written || g_rename(capture->temporary, capture->path) != 0) {
        fail(capture->path, errno != 0 ? errno : EIO, error);
        capture_discard(capture);
        return false;
    }
    release(capture);
    return true;
}

void capture_discard(capture_t *capture)
{
    g_unlink(capture->temporary);
    release(capture);
}
