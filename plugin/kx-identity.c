/* kx-identity.c
 * Names of messages, relays and batches.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-identity.h"

#include <stdlib.h>
#include <string.h>

#include <epan/to_str.h>

#include "kx-details.h"
#include "kx-standard.h"
#include "kx-time.h"

/* 128 bits in hexadecimal. */
#define LENGTH 32

/* ---- what is hashed: numbers and texts that cannot run into each other, on every machine alike ---- */

static void add_number(GChecksum *sum, uint64_t number)
{
    uint64_t big_endian = GUINT64_TO_BE(number);

    g_checksum_update(sum, (const guchar *)&big_endian, sizeof big_endian);
}

static void add_text(GChecksum *sum, const char *text)
{
    size_t length = text ? strlen(text) : 0;

    add_number(sum, length);
    g_checksum_update(sum, (const guchar *)text, (gssize)length);
}

static GChecksum *begin(const char *kind)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

    add_text(sum, kind);
    return sum;
}

static char *end(GChecksum *sum)
{
    char *identity = g_strndup(g_checksum_get_string(sum), LENGTH);

    g_checksum_free(sum);
    return identity;
}

/* ---- messages ---- */

static void update_moment(kx_moment *moment, uint32_t frame, int64_t time)
{
    if (frame == moment->frame)
        return;
    moment->nth = time == moment->time ? moment->nth + 1 : 0;
    moment->frame = frame;
    moment->time = time;
}

static void add_node(GChecksum *sum, packet_info *pinfo, const address *a, uint32_t port)
{
    add_text(sum, address_to_str(pinfo->pool, a));
    add_number(sum, port);
}

/* No number of a frame: it differs where a capture is read in parts. */
char *kx_identity_of_message(packet_info *pinfo, const kx_report *report, kx_moment *moment)
{
    const kx_header *header = &report->message.header;
    GChecksum *sum = begin("message");

    update_moment(moment, pinfo->num, kx_nanoseconds(&pinfo->abs_ts));
    add_number(sum, (uint64_t)moment->time);
    add_number(sum, moment->nth);
    add_number(sum, report->ordinal);
    add_node(sum, pinfo, &pinfo->src, pinfo->srcport);
    add_node(sum, pinfo, &pinfo->dst, pinfo->destport);
    add_number(sum, header->version);
    add_number(sum, header->message_id);
    add_number(sum, header->command_code);
    add_number(sum, header->length);
    return end(sum);
}

/* ---- relays and batches ---- */

static void add_ends(GChecksum *sum, const kx_message *m, const kx_links *links)
{
    add_text(sum, m->source_kma_id ? m->source_kma_id : links->source_kma_id);
    add_text(sum, m->destination_kma_id ? m->destination_kma_id : links->destination_kma_id);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A set: in whatever order they are sent. Returns how many there are. */
static unsigned add_key_ids(GChecksum *sum, const kx_message *m)
{
    unsigned count = kx_details_key_count(m->details), named = 0;
    const char **ids = g_new(const char *, count + 1);

    for (unsigned i = 0; i < count; i++)
        if (kx_details_key(m->details, i)->id)
            ids[named++] = kx_details_key(m->details, i)->id;
    qsort(ids, named, sizeof *ids, compare_texts);
    for (unsigned i = 0; i < named; i++)
        if (!i || strcmp(ids[i], ids[i - 1]) != 0)
            add_text(sum, ids[i]);
    g_free(ids);
    return named;
}

static char *identity_by_keys(const char *kind, const kx_message *m, const kx_links *links)
{
    GChecksum *sum = begin(kind);

    add_ends(sum, m, links);
    if (m->acts_as == KX_KEY_RELAY && add_key_ids(sum, m))
        return end(sum);
    g_checksum_free(sum);
    return NULL;
}

char *kx_identity_of_relay(const kx_message *m, const kx_links *links)
{
    if (!m->key_relay_request_id)
        return identity_by_keys("relay of keys", m, links);
    GChecksum *sum = begin("relay");
    add_ends(sum, m, links);
    add_text(sum, m->key_relay_request_id);
    return end(sum);
}

char *kx_identity_of_batch(const kx_message *m, const kx_links *links)
{
    return links->relay ? identity_by_keys("batch", m, links) : NULL;
}
