/* kx-growth.c
 * Has the core see what grows without end: so many hops of one relay, relays of one request ID, Key IDs, or messages of
 * one MessageID. Run under an instrument that counts instructions (growth.sh).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "kx-standard.h"
#include "kx-table.h"
#include "kx-track.h"

#define SECOND 1000000000LL

static uint32_t frames;

static void see(kx_message *m, uint64_t from, uint64_t to)
{
    frames++;
    kx_track_see(&(kx_sighting){.frame = frames,
                                .time = frames * (SECOND / 10000),
                                .from = {.node = from},
                                .to = {.node = to},
                                .connection = (uint32_t)MIN(from, to),
                                .forward = from < to,
                                .message = m});
}

static kx_message relay(const char *source, uint32_t message_id, uint64_t *key)
{
    return (kx_message){.header.message_id = message_id,
                        .acts_as = KX_KEY_RELAY,
                        .source_kma_id = source,
                        .destination_kma_id = "Osaka",
                        .key_relay_request_id = "r",
                        .key_id_count = 1,
                        .key_ids = key};
}

static kx_message answer(uint32_t message_id)
{
    return (kx_message){.header.message_id = message_id,
                        .acts_as = KX_KEY_RELAY_COMPLETION,
                        .key_relay_request_id = "r",
                        .response = "success",
                        .verdict = KX_SUCCESS};
}

/* One batch that goes on and on. */
static void see_hops(uint32_t count)
{
    uint64_t key = 1;

    for (uint32_t i = 1; i <= count; i++) {
        kx_message m = relay("Tokyo", i, &key);
        see(&m, i, i + 1);
    }
}

/* Relays that have nothing in common but the request ID and the destination; each is answered. */
static void see_namesakes(uint32_t count)
{
    for (uint32_t i = 1; i <= count; i++) {
        g_autofree char *source = g_strdup_printf("KMA-%u", i);
        uint64_t key = kx_hash_number(0, i);
        kx_message m = relay(source, i, &key), a = answer(i);
        see(&m, 2 * i, 1);
        see(&a, 1, 2 * i);
    }
}

/* Batches of one relay between two nodes; every second answer is lost. */
static void see_batches(uint32_t count)
{
    for (uint32_t i = 1; i <= count; i++) {
        uint64_t key = kx_hash_number(0, i);
        kx_message m = relay("Tokyo", 2 * i, &key), a = answer(1000000000 + i);
        see(&m, 1, 2);
        if (i % 2)
            see(&a, 2, 1);
    }
}

static void see_key_ids(uint32_t count)
{
    uint64_t keys[100];

    for (uint32_t i = 0; i < count; i += G_N_ELEMENTS(keys)) {
        for (uint32_t k = 0; k < G_N_ELEMENTS(keys); k++)
            keys[k] = kx_hash_number(0, i + k + 1);
        kx_message m = relay("Tokyo", i + 1, keys);
        m.key_id_count = G_N_ELEMENTS(keys);
        see(&m, 1, 2);
    }
}

static void see_message_id(uint32_t count)
{
    for (uint32_t i = 1; i <= count; i++) {
        uint64_t key = kx_hash_number(0, i);
        kx_message m = relay("Tokyo", 7, &key), a = answer(7);
        see(&m, 1, 2);
        see(&a, 2, 1);
    }
}

static const struct {
    const char *name;
    void (*see)(uint32_t count);
} workloads[] = {
    {"hops", see_hops},       {"namesakes", see_namesakes},   {"batches", see_batches},
    {"key-ids", see_key_ids}, {"message-id", see_message_id},
};

static void ask_everything(void)
{
    kx_links links;

    for (uint32_t frame = 1; frame <= frames; frame++)
        kx_track_ask(frame, 0, &links);
}

int main(int argc, char **argv)
{
    for (unsigned i = 0; argc == 3 && i < G_N_ELEMENTS(workloads); i++) {
        if (g_strcmp0(argv[1], workloads[i].name) != 0)
            continue;
        kx_track_start(&(kx_track_settings){60 * SECOND, SECOND});
        workloads[i].see((uint32_t)strtoul(argv[2], NULL, 10));
        kx_track_complete();
        ask_everything();
        kx_track_forget();
        return EXIT_SUCCESS;
    }
    fprintf(stderr, "usage: kx-growth hops|namesakes|batches|key-ids|message-id COUNT\n");
    return EXIT_FAILURE;
}
