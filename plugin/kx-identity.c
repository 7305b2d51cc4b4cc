/* kx-identity.c
 * Names of messages, relays and batches.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-identity.h"

#include <stdlib.h>
#include <string.h>

#include <epan/to_str.h>

#include "kx-standard.h"
#include "kx-time.h"

/* 128 bits in hexadecimal. */
#define LENGTH 32

/* ---- what is hashed: texts that cannot run into each other, whatever stands in them ---- */

/* Its length in bytes, a colon, and itself. */
static void add_text(GChecksum *sum, const char *text)
{
    char *length = g_strdup_printf("%zu:", strlen(text));

    g_checksum_update(sum, (const guchar *)length, -1);
    g_checksum_update(sum, (const guchar *)text, -1);
    g_free(length);
}

static void add_number(GChecksum *sum, int64_t number)
{
    char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    add_text(sum, text);
    g_free(text);
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

struct kx_moment {
    int64_t time;
    GHashTable *counts; /* name of the first -> how many there are that are alike */
};

kx_moment *kx_moment_new(void)
{
    kx_moment *moment = g_new0(kx_moment, 1);

    moment->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return moment;
}

void kx_moment_free(kx_moment *moment)
{
    g_hash_table_destroy(moment->counts);
    g_free(moment);
}

static void add_node(GChecksum *sum, packet_info *pinfo, const address *a, uint32_t port)
{
    add_text(sum, address_to_str(pinfo->pool, a));
    add_number(sum, port);
}

/* Nothing of it depends on what else is read: neither the number of the frame, nor how many messages of the frame are
 * whole. nth: counts those of one time that are alike, from 0. */
static char *name_of(packet_info *pinfo, const kx_header *header, int64_t time, unsigned nth)
{
    GChecksum *sum = begin("message");

    add_number(sum, time);
    add_node(sum, pinfo, &pinfo->src, pinfo->srcport);
    add_node(sum, pinfo, &pinfo->dst, pinfo->destport);
    add_number(sum, header->version);
    add_number(sum, header->message_id);
    add_number(sum, header->command_code);
    add_number(sum, header->length);
    add_number(sum, nth);
    return end(sum);
}

/* first: the name of the first that is like it; the table's. Returns how many there were before. */
static unsigned count_alike(kx_moment *moment, int64_t time, char *first)
{
    unsigned before;

    if (time != moment->time)
        g_hash_table_remove_all(moment->counts);
    moment->time = time;
    before = GPOINTER_TO_UINT(g_hash_table_lookup(moment->counts, first));
    g_hash_table_replace(moment->counts, first, GUINT_TO_POINTER(before + 1));
    return before;
}

char *kx_identity_of_message(packet_info *pinfo, const kx_message *m, kx_moment *moment)
{
    int64_t time = kx_nanoseconds(&pinfo->abs_ts);
    char *first = name_of(pinfo, &m->header, time, 0);

    return name_of(pinfo, &m->header, time, count_alike(moment, time, first));
}

/* ---- relays and batches ---- */

/* Table 2 gives a completion neither end points nor, always, a Key relay request ID: its relay has them. */
static const char *source(const kx_message *m, const kx_links *links)
{
    return m->source_kma_id ? m->source_kma_id : links->source_kma_id;
}

static const char *destination(const kx_message *m, const kx_links *links)
{
    return m->destination_kma_id ? m->destination_kma_id : links->destination_kma_id;
}

static const char *request_id(const kx_message *m, const kx_links *links)
{
    bool asks_relay = !m->key_relay_request_id && m->acts_as == KX_KEY_RELAY_COMPLETION;

    return asks_relay ? kx_report_request_id(links->relay) : m->key_relay_request_id;
}

static bool is_known(const kx_message *m, const kx_links *links)
{
    return links->relay && source(m, links) && destination(m, links);
}

static GChecksum *begin_between_ends(const char *kind, const kx_message *m, const kx_links *links)
{
    GChecksum *sum = begin(kind);

    add_text(sum, source(m, links));
    add_text(sum, destination(m, links));
    return sum;
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
    if (!is_known(m, links) || m->acts_as != KX_KEY_RELAY)
        return NULL;
    GChecksum *sum = begin_between_ends(kind, m, links);
    if (add_key_ids(sum, m))
        return end(sum);
    g_checksum_free(sum);
    return NULL;
}

char *kx_identity_of_relay(const kx_message *m, const kx_links *links)
{
    const char *id = request_id(m, links);

    if (!id)
        return identity_by_keys("relay of keys", m, links);
    if (!is_known(m, links))
        return NULL;
    GChecksum *sum = begin_between_ends("relay", m, links);
    add_text(sum, id);
    return end(sum);
}

char *kx_identity_of_batch(const kx_message *m, const kx_links *links)
{
    return identity_by_keys("batch", m, links);
}
