/* kx-params-odd.c
 * Values that the tables allow and that make no sense.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params-walk.h"

#include "kx-standard.h"
#include "kx-table.h"

/* What is odd about the whole message, told apart from what is about one parameter. */
enum { SAME_END_POINTS = KX_PARAMETERS, END_POINT_IN_TRANSIT, TWICE_IN_TRANSIT, KEY_ID_TWICE };

void kx_note_odd(kx_walk *w, kx_parameter parameter, proto_item *item, const char *what)
{
    kx_findings_add(w->findings, KX_PARAMETER_ODD_VALUE, (int)parameter, item, "%s is %s",
                    kx_parameter_name(parameter), what);
}

static void note(kx_walk *w, int about, proto_item *item, const char *text)
{
    kx_findings_add(w->findings, KX_PARAMETER_ODD_VALUE, about, item, "%s", text);
}

/* Whether a hash is among others twice. They are keyed, so nobody can make them crowd in one place of the table. */
static bool has_twins(const kx_walk *w, const uint64_t *hashes, uint32_t count)
{
    uint32_t room = 4;

    if (count < 2)
        return false;
    while (room < 2 * count)
        room *= 2;
    uint64_t *table = (uint64_t *)wmem_alloc0(w->pinfo->pool, room * sizeof *table);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)hashes[i] & (room - 1);
        for (; table[at]; at = (at + 1) & (room - 1))
            if (table[at] == hashes[i])
                return true;
        table[at] = hashes[i];
    }
    return false;
}

static bool is_in_transit(const kx_message *m, const char *kma_id)
{
    uint64_t hash = kma_id ? kx_hash(0, kma_id, strlen(kma_id)) : 0;

    for (uint32_t i = 0; hash && i < m->transit_count; i++)
        if (m->transit[i] == hash)
            return true;
    return false;
}

void kx_note_odd_message(kx_walk *w, proto_item *item)
{
    const kx_message *m = w->message;
    const char *source = m->source_kma_id, *destination = m->destination_kma_id;

    if (source && destination && *source && strcmp(source, destination) == 0)
        note(w, SAME_END_POINTS, item, "Source and Destination are the same");
    if (m->transit_count && (is_in_transit(m, source) || is_in_transit(m, destination)))
        note(w, END_POINT_IN_TRANSIT, item, "Source or Destination is among the transit nodes");
    if (has_twins(w, m->transit, m->transit_count))
        note(w, TWICE_IN_TRANSIT, item, "A transit node is listed twice");
    if (has_twins(w, m->key_ids, m->key_id_count))
        note(w, KEY_ID_TWICE, item, "A Key ID stands twice in the message");
}
