/* dissected.c
 * From tshark's fields to what the core says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissected.h"

#include "capture.h"

#include <gio/gio.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef void read_value(const char *value, void *to);

static void read_number(const char *value, void *to)
{
    *(uint32_t *)to = (uint32_t)strtoul(value, NULL, 10);
}

static void read_presence(const char *value, void *to)
{
    *(bool *)to = *value != '\0';
}

static void read_bit(const char *value, void *to)
{
    *(uint32_t *)to = *value != '\0';
}

/* Seconds with nine digits after the point. */
static void read_time(const char *value, void *to)
{
    const char *point = strchr(value, '.');
    int64_t whole = g_ascii_strtoll(value, NULL, 10) * SECOND;
    int64_t part = point ? g_ascii_strtoll(point + 1, NULL, 10) : 0;

    *(int64_t *)to = *value == '-' ? whole - part : whole + part;
}

/* What a relay came to: "success", "open", or the Response of its failure. */
static void read_result(const char *value, void *to)
{
    kx_links *links = to;

    links->relay_ended = *value != '\0';
    links->relay_result = strcmp(value, "success") == 0 ? KX_RELAY_SUCCESS
                          : strcmp(value, "open") == 0  ? KX_RELAY_OPEN
                                                        : KX_RELAY_FAILURE;
    links->relay_failure = links->relay_result == KX_RELAY_FAILURE ? g_intern_string(value) : NULL;
}

static const struct {
    const char *name;
    read_value *read;
    size_t to; /* offset in kx_links */
} fields[] = {
    {"kx.relay.id", read_number, offsetof(kx_links, relay)},
    {"kx.relay.hop", read_number, offsetof(kx_links, hop)},
    {"kx.relay.previous_hop_in", read_number, offsetof(kx_links, previous_hop_in)},
    {"kx.relay.next_hop_in", read_number, offsetof(kx_links, next_hop_in)},
    {"kx.relay.hop_time", read_time, offsetof(kx_links, hop_time)},
    {"kx.request.repeat_of", read_number, offsetof(kx_links, repeat_of)},
    {"kx.response_in", read_number, offsetof(kx_links, response_in)},
    {"kx.response_to", read_number, offsetof(kx_links, response_to)},
    {"kx.response_time", read_time, offsetof(kx_links, response_time)},
    {"kx.link.uncertain", read_presence, offsetof(kx_links, uncertain)},
    {"kx.relay.result", read_result, 0},
    {"kx.relay.failed_hop", read_number, offsetof(kx_links, failed_hop)},
    {"kx.response.missing", read_presence, offsetof(kx_links, response_missing)},
    {"kx.response.unsolicited", read_presence, offsetof(kx_links, unsolicited)},
    {"kx.relay.inconsistent", read_bit, offsetof(kx_links, inconsistent)},
    {"kx.message_id.reused", read_bit, offsetof(kx_links, message_id_used_in)},
    {"kx.keys.mismatch", read_presence, offsetof(kx_links, keys_mismatch)},
    {"kx.key.id.reused", read_bit, offsetof(kx_links, reused_keys)},
    {"kx.key.data.reused", read_bit, offsetof(kx_links, reused_data)},
    {"kx.key.id.supplied_again", read_bit, offsetof(kx_links, supplied_again)},
};

enum { FRAME, TIME, FIRST_FIELD };

static char *run(tshark_t *tshark, const char *capture, const sim_world *world, GError **error)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    const char *const first[] = {
        "-2",           "-r", capture,           "-Y", "kx", "-o", NULL, "-T", "fields", "-e",
        "frame.number", "-e", "frame.time_epoch"};

    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(arguments, (void *)first[i]);
    arguments->pdata[6] = world->policies.for_ever ? "kx.link_timeout:0" : "kx.link_timeout:60";
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_ptr_array_add(arguments, "-e");
        g_ptr_array_add(arguments, (void *)fields[i].name);
    }
    g_ptr_array_add(arguments, NULL);
    return tshark_run(tshark, (const char *const *)arguments->pdata, error);
}

static void read_line(char **values, sim_sighting *seen, kx_links *links)
{
    seen->frame = (uint32_t)strtoul(values[FRAME], NULL, 10);
    read_time(values[TIME], &seen->time);
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        fields[i].read(values[FIRST_FIELD + i], (char *)links + fields[i].to);
}

static void index_frames(sim_world *world)
{
    for (guint i = 0; i < world->sightings->len; i++) {
        uint32_t frame = g_array_index(world->sightings, sim_sighting, i).frame;
        if (frame >= world->by_frame->len)
            g_array_set_size(world->by_frame, frame + 1);
        g_array_index(world->by_frame, guint, frame) = i + 1;
    }
}

GArray *dissected_read(tshark_t *tshark, const char *capture, sim_world *world, GError **error)
{
    g_autofree char *output = run(tshark, capture, world, error);
    g_auto(GStrv) lines = g_strsplit(output ? output : "", "\n", -1);
    guint count = g_strv_length(lines) - 1; /* the last line ends too */

    if (!output)
        return NULL;
    if (count != world->sightings->len) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%u messages shown, not %u", count,
                    world->sightings->len);
        return NULL;
    }
    GArray *links = g_array_new(FALSE, TRUE, sizeof(kx_links));
    g_array_set_size(links, count);
    g_array_set_size(world->by_frame, 0);
    for (guint i = 0; i < count; i++) {
        g_auto(GStrv) values = g_strsplit(lines[i], "\t", -1);
        read_line(values, &g_array_index(world->sightings, sim_sighting, i),
                  &g_array_index(links, kx_links, i));
    }
    index_frames(world);
    return links;
}
