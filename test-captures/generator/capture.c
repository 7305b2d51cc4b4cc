/* A capture file that appears only when it is complete.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "capture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pcap.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct capture {
    char *path;
    char *temporary;
    bool nanoseconds;
    uint32_t snaplen;
    pcap_t *pcap;
    pcap_dumper_t *dumper;
};

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
    if (file == NULL) {
        close(descriptor);
        g_unlink(name);
    }
    return file;
}

static void release(struct capture *capture)
{
    g_clear_pointer(&capture->dumper, pcap_dump_close);
    g_clear_pointer(&capture->pcap, pcap_close);
    g_free(capture->path);
    g_free(capture->temporary);
    g_free(capture);
}

struct capture *capture_open(const char *path, uint32_t snaplen, bool nanoseconds, GError **error)
{
    if (!replaceable(path, error)) {
        return NULL;
    }
    struct capture *capture = g_new0(struct capture, 1);
    capture->path = g_strdup(path);
    capture->temporary = g_strconcat(path, ".XXXXXX", NULL);
    capture->nanoseconds = nanoseconds;
    capture->snaplen = snaplen;
    FILE *file = open_temporary(capture->temporary);
    if (file == NULL) {
        fail(path, errno, error);
        release(capture);
        return NULL;
    }
    capture->pcap = pcap_open_dead_with_tstamp_precision(
        DLT_EN10MB, (int)snaplen, nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO);
    capture->dumper = pcap_dump_fopen(capture->pcap, file);
    if (capture->dumper == NULL) { /* libpcap could not write the file header, and has closed the file */
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, pcap_geterr(capture->pcap));
        capture_discard(capture);
        return NULL;
    }
    return capture;
}

void capture_write(struct capture *capture, int64_t nanoseconds, const uint8_t *frame, size_t length)
{
    int64_t fraction = nanoseconds % nanoseconds_per_second;
    struct pcap_pkthdr record = {0};
    record.ts.tv_sec = (time_t)(nanoseconds / nanoseconds_per_second);
    record.ts.tv_usec = (suseconds_t)(capture->nanoseconds ? fraction : fraction / 1000);
    record.len = (bpf_u_int32)length;
    record.caplen = MIN(record.len, capture->snaplen);
    pcap_dump((u_char *)capture->dumper, &record, frame);
}

bool capture_commit(struct capture *capture, GError **error)
{
    errno = 0;
    bool written = pcap_dump_flush(capture->dumper) == 0 && ferror(pcap_dump_file(capture->dumper)) == 0;
    if (!written || g_rename(capture->temporary, capture->path) != 0) {
        fail(capture->path, errno != 0 ? errno : EIO, error);
        capture_discard(capture);
        return false;
    }
    release(capture);
    return true;
}

void capture_discard(struct capture *capture)
{
    g_unlink(capture->temporary);
    release(capture);
}
