/* cutting.c
 * Cuts what one side sends into segments at random.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cutting.h"

/* HEAD_MAX: of a message, which may have to be seen before it is clear that there is one. */
enum { DISPLACEMENT_MAX = 3, HEAD_MAX = 36 };

static guint32 random_size(random_t *random, cut_style style)
{
    switch (style) {
    case CUT_BYTES:
        return 1;
    case CUT_SMALL:
        return random_between(random, 1, 24);
    case CUT_MEDIUM:
        return random_between(random, 1, 1460);
    case CUT_LARGE:
        return random_between(random, 1000, SEGMENT_MAX);
    default:
        return random_size(random, (cut_style)random_between(random, CUT_SMALL, CUT_LARGE));
    }
}

static gboolean is_space(guint8 byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* A sender may pause anywhere, but if it does between a complete value and the white space that Length says
 * follows, nothing can tell that from a Length that is too large. */
static gboolean may_push(const turn *t, guint32 at)
{
    return at == t->bytes->len || !is_space(t->bytes->data[at]);
}

static void add(GArray *segments, guint32 from, guint32 to, gboolean push)
{
    segment s = {from, to, push};

    g_array_append_val(segments, s);
}

static GArray *cut_messages(const turn *t)
{
    GArray *segments = g_array_new(FALSE, FALSE, sizeof(segment));
    guint32 from = 0;

    for (guint i = 0; i < t->ends->len; i++) {
        guint32 end = g_array_index(t->ends, guint32, i);
        if (end - from > SEGMENT_MAX) {
            add(segments, from, from + SEGMENT_MAX, FALSE);
            from += SEGMENT_MAX;
        }
        add(segments, from, end, TRUE);
        from = end;
    }
    return segments;
}

static GArray *cut_at_random(random_t *random, const turn *t, const cutting *how)
{
    GArray *segments = g_array_new(FALSE, FALSE, sizeof(segment));
    guint32 length = t->bytes->len;

    for (guint32 from = 0; from < length;) {
        guint32 size = random_size(random, how->style);
        guint32 to = MIN(length, from + (from == 0 ? MAX(size, how->first) : size));
        add(segments, from, to, to == length || (random_between(random, 0, 1) && may_push(t, to)));
        from = to;
    }
    return segments;
}

/* Each change displaces a segment by a few places. */
static void reorder(random_t *random, GArray *segments)
{
    for (guint changes = segments->len / 8 + 1; changes > 0 && segments->len > 1; changes--) {
        guint at = random_between(random, 0, segments->len - 2);
        guint other = at + random_between(random, 1, DISPLACEMENT_MAX);
        segment moved = g_array_index(segments, segment, at);
        g_array_remove_index(segments, at);
        other = MIN(other, segments->len);
        g_array_insert_val(segments, other, moved);
    }
}

/* The offset up to which the first segments, as many as count, hold everything. */
static guint32 complete_up_to(const GArray *segments, guint count)
{
    guint32 end = 0;

    for (gboolean grown = TRUE; grown;) {
        grown = FALSE;
        for (guint i = 0; i < count; i++) {
            const segment *s = &g_array_index(segments, segment, i);
            if (s->from <= end && s->to > end) {
                end = s->to;
                grown = TRUE;
            }
        }
    }
    return end;
}

/* Where the message begins that is not whole when everything up to end is there. */
static guint32 unfinished_from(const turn *t, guint32 end)
{
    guint32 from = 0;

    for (guint i = 0; i < t->ends->len && g_array_index(t->ends, guint32, i) <= end; i++)
        from = g_array_index(t->ends, guint32, i);
    return from;
}

/* Where what the first segments hold, as many as count, ends, gaps or not. */
static guint32 sent_up_to(const GArray *segments, guint count)
{
    guint32 end = 0;

    for (guint i = 0; i < count; i++)
        end = MAX(end, g_array_index(segments, segment, i).to);
    return end;
}

/* Whether a dissector cannot tell how many bytes it needs to see a message whole. */
static gboolean is_waiting(const turn *t, guint32 from, guint32 end)
{
    return end - from < HEAD_MAX || (end < t->bytes->len && is_space(t->bytes->data[end]));
}

/* Whether the segment may be sent again after the first segments, as many as count. */
static gboolean may_repeat(const turn *t, const GArray *segments, guint count, const segment *again,
                           guint mistakes)
{
    guint32 end = complete_up_to(segments, count), unfinished = unfinished_from(t, end);

    if ((mistakes & MISTAKE_KEEP_ALIVES) && again->to - again->from == 1 &&
        again->to == sent_up_to(segments, count))
        return FALSE;
    if ((mistakes & MISTAKE_WAITS) && again->to > unfinished && is_waiting(t, unfinished, end))
        return FALSE;
    return !(mistakes & MISTAKE_STALLS) || again->from < unfinished || again->to >= end;
}

/* Retransmissions hold nothing that was not there before: what is new in one, Wireshark's TCP leaves out. */
static void repeat(random_t *random, const turn *t, GArray *segments, guint mistakes)
{
    for (guint count = MIN(segments->len, 40) / 4 + 1; count > 0; count--) {
        guint at = random_between(random, 1, segments->len);
        segment again = g_array_index(segments, segment, at - 1);
        if (random_between(random, 0, 1)) {
            guint32 end = complete_up_to(segments, at);
            if (end < 2)
                continue;
            again.from = random_between(random, 0, end - 1);
            again.to = random_between(random, again.from + 1, MIN(end, again.from + SEGMENT_MAX));
        } else {
            at += random_between(random, 0, DISPLACEMENT_MAX);
        }
        at = MIN(at, segments->len);
        if (may_repeat(t, segments, at, &again, mistakes))
            g_array_insert_val(segments, at, again);
    }
}

GArray *cut_turn(random_t *random, const turn *t, const cutting *how)
{
    GArray *segments = how->style == CUT_MESSAGES ? cut_messages(t) : cut_at_random(random, t, how);

    if (how->reorder)
        reorder(random, segments);
    if (how->repeat && segments->len > 0)
        repeat(random, t, segments, how->mistakes);
    return segments;
}
