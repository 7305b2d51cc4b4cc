/* kx-hops.c
 * The hops of a batch: which comes after which, told by the nodes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-hops.h"

#include <glib.h>

#include "kx-table.h"
#include "kx-transit.h"

/* So far up a chain it is looked for circles; what is further is taken for one. */
#define CLIMB_MAX 256

/* Of batches with many hops: batch and ends -> hop. */
static kx_table by_ends;

/* Source and node -> a hop on which the node began a batch of the Source. */
static kx_table beginnings;
static int64_t skew; /* nanoseconds */

enum { LINK, TO, FROM };

/* ---- the hops of a batch ---- */

static uint64_t hash_ends(unsigned what, uint32_t batch, uint32_t from, uint32_t to)
{
    return kx_hash_number(kx_hash_number(what, batch), (uint64_t)from << 32 | to);
}

static void index_hop(uint32_t number)
{
    const kx_hop *h = kx_hop_at(number);
    uint32_t *first = kx_table_put(&by_ends, hash_ends(FROM, h->batch, h->from, 0));

    if (*first == 0)
        *first = number;
    *kx_table_put(&by_ends, hash_ends(TO, h->batch, 0, h->to)) = number;
    *kx_table_put(&by_ends, hash_ends(LINK, h->batch, h->from, h->to)) = number;
}

static void index_batch(const kx_batch *b)
{
    uint32_t hops[KX_FEW_HOPS + 1], count = 0;

    for (uint32_t h = b->newest; h; h = kx_hop_at(h)->older)
        hops[count++] = h;
    while (count > 0)
        index_hop(hops[--count]);
}

static bool has_few_hops(const kx_batch *b)
{
    return b->hops <= KX_FEW_HOPS;
}

uint32_t kx_hops_find(uint32_t batch, uint32_t from, uint32_t to)
{
    const kx_batch *b = kx_batch_at(batch);

    if (!has_few_hops(b))
        return kx_table_get(&by_ends, hash_ends(LINK, batch, from, to));
    for (uint32_t h = b->newest; h; h = kx_hop_at(h)->older)
        if (kx_hop_at(h)->from == from && kx_hop_at(h)->to == to)
            return h;
    return 0;
}

uint32_t kx_hops_newest_to(uint32_t batch, uint32_t end)
{
    const kx_batch *b = kx_batch_at(batch);

    if (!has_few_hops(b))
        return kx_table_get(&by_ends, hash_ends(TO, batch, 0, end));
    for (uint32_t h = b->newest; h; h = kx_hop_at(h)->older)
        if (kx_hop_at(h)->to == end)
            return h;
    return 0;
}

uint32_t kx_hops_first_from(uint32_t batch, uint32_t end)
{
    const kx_batch *b = kx_batch_at(batch);
    uint32_t first = 0;

    if (!has_few_hops(b))
        return kx_table_get(&by_ends, hash_ends(FROM, batch, end, 0));
    for (uint32_t h = b->newest; h; h = kx_hop_at(h)->older)
        if (kx_hop_at(h)->from == end)
            first = h;
    return first;
}

/* ---- chains ---- */

uint32_t kx_hops_previous(uint32_t hop)
{
    const kx_hop *h = kx_hop_at(hop);

    return h->previous ? kx_record_at(h->previous)->of : 0;
}

/* Whether a hop comes after another on its chain, or may. */
static bool comes_after(uint32_t hop, uint32_t other)
{
    for (unsigned i = 0; hop && i < CLIMB_MAX; i++, hop = kx_hops_previous(hop))
        if (hop == other)
            return true;
    return hop;
}

/* ---- before the end of the capture: where chains begin ---- */

static uint64_t hash_beginning(const kx_hop *h)
{
    return kx_hash_number(kx_relay_at(kx_batch_at(h->batch)->relay)->source, h->from);
}

/* What was seen of a node's first batch stands for what it does later, as long as nothing is seen to come before
 * it. */
static void note_beginning(uint32_t number)
{
    uint32_t *hop = kx_table_put(&beginnings, hash_beginning(kx_hop_at(number)));

    if (*hop == 0 || kx_hop_at(*hop)->previous)
        *hop = number;
}

static bool is_known_beginning(const kx_hop *h)
{
    uint32_t hop = kx_table_get(&beginnings, hash_beginning(h));

    if (!hop || kx_hop_at(hop)->previous)
        return false;
    return (int64_t)((uint64_t)kx_record_time(h->first) - (uint64_t)kx_record_time(kx_hop_at(hop)->first)) >
           skew;
}

uint32_t kx_hops_measure(uint32_t hop, uint32_t *root)
{
    const kx_hop *h = kx_hop_at(hop);
    uint32_t number = 0;

    *root = 0;
    for (unsigned i = 0; h->number == 0 && i < KX_LOOK_MAX; i++, h = kx_hop_at(hop)) {
        number++;
        if (!h->by_node) {
            *root = !h->previous && !h->ambiguous && is_known_beginning(h) ? hop : 0;
            return *root ? number : KX_HOP_UNKNOWN;
        }
        hop = kx_hops_previous(hop);
    }
    if (h->number == 0 || h->number == KX_HOP_UNKNOWN)
        return KX_HOP_UNKNOWN;
    *root = h->root;
    return MIN(number + (uint32_t)h->number, KX_HOP_UNKNOWN);
}

static void set_previous(uint32_t hop, uint32_t record)
{
    kx_hop *before = kx_hop_at(kx_record_at(record)->of);

    kx_hop_at(hop)->previous = record;
    if (!before->next)
        before->next = kx_hop_at(hop)->first;
}

/* ---- the hop before, among those seen so far ---- */

/* Whether nothing contradicts that two ends are of one node: of a node that is known by the port it listens on, no
 * other port is. */
static bool may_be_one(uint32_t end, uint32_t other)
{
    return !(end & other & KX_END_LISTENS);
}

/* Whether the chain to a hop has touched the node: no route goes through a node twice. */
static bool has_touched(uint32_t hop, uint32_t end)
{
    for (unsigned i = 0; hop && i < CLIMB_MAX; i++, hop = kx_hops_previous(hop))
        if (kx_hop_at(hop)->from == end || kx_hop_at(hop)->to == end)
            return true;
    return hop;
}

static bool could_be_previous(uint32_t before, const kx_hop *h)
{
    const kx_hop *b = kx_hop_at(before);

    return !b->next && b->from != h->from && b->indistinct == h->indistinct && may_be_one(b->to, h->from) &&
           !kx_transit_is_rest(h->transit, b->transit) && !has_touched(before, h->to);
}

/* Where only connections tell nodes apart, what goes to a node again from elsewhere may be the same hop on a new
 * connection, or another one. */
static bool may_be_sent_again(const kx_hop *h)
{
    uint32_t other = h->indistinct ? kx_hops_newest_to(h->batch, h->to) : 0;

    return other && kx_hop_at(other)->first < h->first;
}

/* A node with several addresses, say: its hop is the only one from which nothing goes on. */
static void guess_previous(uint32_t number)
{
    kx_hop *h = kx_hop_at(number);
    uint32_t found = 0, at = h->older;

    for (unsigned i = 0; at && i < KX_LOOK_MAX; i++, at = kx_hop_at(at)->older) {
        if (!could_be_previous(at, h))
            continue;
        h->ambiguous = found != 0;
        if (found)
            return;
        found = at;
    }
    h->guessed = found != 0;
    h->ambiguous = !found && may_be_sent_again(h);
    if (found)
        set_previous(number, kx_hop_at(found)->first);
}

/* In how much batches differ: a node that changes one thing is at fault, who changes more sends something else. */
static unsigned count_differences(uint32_t batch, uint32_t other)
{
    const kx_batch *b = kx_batch_at(batch), *o = kx_batch_at(other);
    const kx_relay *one = kx_relay_at(b->relay), *two = kx_relay_at(o->relay);

    return (one->source != two->source) + (one->destination != two->destination) + (b->key_ids != o->key_ids);
}

/* Whether a batch differs in one thing from that of a hop, or from what that was made of. */
static bool differs_in_one(uint32_t batch, const kx_hop *before)
{
    for (unsigned i = 0; i < KX_LOOK_MAX; i++, before = kx_hop_at(kx_record_at(before->previous)->of)) {
        if (count_differences(before->batch, batch) == 1)
            return true;
        if (!before->changes_batch)
            break;
    }
    return false;
}

static bool was_refused(const kx_hop *h)
{
    return h->outcome && kx_record_at(h->outcome)->verdict == KX_FAILURE;
}

/* Whether a hop can be one of an older batch, which the node that it comes from has changed. */
static bool could_change(const kx_hop *before, const kx_hop *h)
{
    uint64_t request = kx_relay_at(kx_batch_at(h->batch)->relay)->request;

    return kx_relay_at(kx_batch_at(before->batch)->relay)->request == request && before->batch < h->batch &&
           !before->next && before->from != h->to && !kx_relays_apart(before->first, h->first) &&
           differs_in_one(h->batch, before) && !was_refused(before);
}

/* Looks for the newest such hop, but only where there is more than one batch of the request. */
static void look_in_older_batches(uint32_t number)
{
    kx_hop *h = kx_hop_at(number);
    const kx_relay *relay = kx_relay_at(kx_batch_at(h->batch)->relay);
    uint32_t at = kx_end_at(h->from)->newest_to;

    if (!relay->request || (!relay->older && !kx_batch_at(relay->newest)->older))
        return;
    for (unsigned i = 0; at && i < KX_LOOK_MAX; i++, at = kx_hop_at(at)->older_to)
        if (could_change(kx_hop_at(at), h)) {
            h->previous = kx_hop_at(at)->newest;
            h->changes_batch = 1;
            return;
        }
}

static void find_previous(uint32_t number)
{
    kx_hop *h = kx_hop_at(number);
    uint32_t before = kx_hops_newest_to(h->batch, h->from);

    if (before && !comes_after(before, number)) {
        h->by_node = 1;
        set_previous(number, kx_hop_at(before)->newest);
        return;
    }
    guess_previous(number);
    if (!h->older)
        look_in_older_batches(number);
}

/* A hop that was captured before the one that it comes after, as clocks differ. */
static void find_next(uint32_t number)
{
    kx_hop *h = kx_hop_at(number);
    uint32_t next = kx_hops_first_from(h->batch, h->to);

    if (!next || kx_hop_at(next)->by_node || comes_after(number, next))
        return;
    kx_hop *after = kx_hop_at(next);
    after->by_node = 1;
    after->guessed = after->ambiguous = after->changes_batch = 0;
    set_previous(next, h->first);
}

void kx_hops_add(uint32_t number)
{
    kx_hop *h = kx_hop_at(number);
    kx_batch *b = kx_batch_at(h->batch);

    h->older = b->newest;
    find_previous(number);
    b->newest = number;
    b->hops++;
    if (b->hops == KX_FEW_HOPS + 1)
        index_batch(b);
    else if (!has_few_hops(b))
        index_hop(number);
    find_next(number);
    if (!h->previous)
        note_beginning(number);
}

/* ---- the whole capture ---- */

/* What was guessed so far does not count. */
static void forget_guesses(void)
{
    for (uint32_t i = 1; i <= kx_hops.count; i++) {
        kx_hop *h = kx_hop_at(i);
        h->next = h->number = h->root = 0;
        h->guessed = h->ambiguous = 0;
        if (!h->by_node && !h->changes_batch)
            h->previous = 0;
    }
}

static void link_by_node(void)
{
    for (uint32_t i = 1; i <= kx_hops.count; i++) {
        kx_hop *h = kx_hop_at(i);
        uint32_t before = h->by_node ? 0 : kx_hops_newest_to(h->batch, h->from);
        if (!before || comes_after(before, i))
            continue;
        h->by_node = 1;
        h->changes_batch = 0;
        h->previous = kx_hop_at(before)->first;
    }
    for (uint32_t i = 1; i <= kx_hops.count; i++)
        if (kx_hop_at(i)->by_node)
            set_previous(i, kx_hop_at(i)->previous);
}

static void guess_again(void)
{
    for (uint32_t i = 1; i <= kx_hops.count; i++) {
        const kx_hop *h = kx_hop_at(i);
        if (!h->by_node && !h->changes_batch)
            guess_previous(i);
    }
}

/* A node that begins batches of the Source itself changes nobody's. */
static void settle_changes(void)
{
    kx_table_clear(&beginnings);
    for (uint32_t i = 1; i <= kx_hops.count; i++)
        if (!kx_hop_at(i)->previous && !kx_hop_at(i)->ambiguous)
            note_beginning(i);
    for (uint32_t i = 1; i <= kx_hops.count; i++) {
        kx_hop *h = kx_hop_at(i);
        if (!h->changes_batch)
            continue;
        h->changes_batch =
            !kx_hop_at(kx_hops_previous(i))->next && !kx_table_get(&beginnings, hash_beginning(h));
        if (h->changes_batch) {
            set_previous(i, h->previous);
            kx_batch_at(h->batch)->whole = kx_hop_at(kx_hops_previous(i))->batch;
        } else {
            h->previous = 0;
        }
    }
    /* The batch that a hop changes is older, and so knows already of what it is a part itself. */
    for (uint32_t i = 1; i <= kx_batches.count; i++)
        kx_batch_at(i)->whole = kx_batch_at(kx_batch_at(i)->whole)->whole;
}

/* Whether a hop begins a list of its own: where its node sent the batch elsewhere before, or nobody is seen to have
 * sent it to the node. */
static bool begins_list(uint32_t number)
{
    const kx_hop *h = kx_hop_at(number);
    uint32_t first = kx_hops_first_from(h->batch, h->from);

    return (!h->by_node && !h->changes_batch) || (first && first < number);
}

/* Measures a hop whose previous one is measured. lists: by hop, the one whose list it has to go with. */
static void measure(uint32_t number, uint32_t *lists)
{
    kx_hop *h = kx_hop_at(number);
    uint32_t before = kx_hops_previous(number);
    const kx_hop *p = before ? kx_hop_at(before) : NULL;

    if (h->ambiguous || (p && p->number == KX_HOP_UNKNOWN)) {
        h->number = KX_HOP_UNKNOWN;
    } else {
        h->number = p ? MIN(p->number + 1U, KX_HOP_UNKNOWN - 1) : 1;
        h->root = p ? p->root : number;
    }
    h->unsure = h->guessed || (p && p->unsure);
    lists[number] = p && !begins_list(number) ? lists[before] : number;
    h->other_transit = !kx_transit_goes_with(kx_hop_at(lists[number])->transit, h->transit);
}

static void measure_chains(void)
{
    uint32_t *lists = g_new(uint32_t, (gsize)kx_hops.count + 1);
    GArray *above = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t i = 1; i <= kx_hops.count; i++) {
        for (uint32_t at = i; at && kx_hop_at(at)->number == 0; at = kx_hops_previous(at))
            g_array_append_val(above, at);
        for (; above->len > 0; g_array_set_size(above, above->len - 1))
            measure(g_array_index(above, uint32_t, above->len - 1), lists);
    }
    g_array_free(above, TRUE);
    g_free(lists);
}

void kx_hops_settle(void)
{
    forget_guesses();
    link_by_node();
    guess_again();
    settle_changes();
    measure_chains();
}

void kx_hops_start(int64_t clock_skew)
{
    skew = clock_skew;
}

void kx_hops_forget(void)
{
    kx_table_clear(&beginnings);
    kx_table_clear(&by_ends);
}
