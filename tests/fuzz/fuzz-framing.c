/* fuzz-framing.c
 * Feeds the heuristic and the framing any bytes, whole and in segments: they end, make progress, stay inside
 * the bytes, lose none of them, and where the heuristic claims there is a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "cut.h"
#include "framing-drive.h"

#define INPUT_MAX (UINT16_MAX * 4)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The units must follow each other without a gap. Returns how many messages there are. */
static unsigned check_tiling(const GArray *units, size_t length, gboolean whole)
{
    size_t at = 0;
    unsigned messages = 0;

    for (guint i = 0; i < units->len; i++) {
        const framing_unit *unit = &g_array_index(units, framing_unit, i);
        if (unit->offset != at)
            abort();
        at += unit->length;
        messages += unit->type == KX_UNIT_MESSAGE;
    }
    if (at > length || (whole && at != length))
        abort();
    return messages;
}

/* Also in a heap block of exactly the bytes' size, so that the sanitizer sees a read beyond them. */
static void check_whole(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = (uint8_t *)g_memdup2(bytes, length);
    kx_claim claim = kx_framing_claims(copy, (uint32_t)length);
    uint32_t at;
    bool pieces = kx_framing_claims_pieces(copy, (uint32_t)length, &at);
    GArray *units = framing_drive_whole(copy, (uint32_t)length);
    unsigned messages = check_tiling(units, length, TRUE);

    if (claim == KX_CLAIM_YES && messages == 0)
        abort();
    if (pieces && (at > length - KX_HEADER_LENGTH || claim != KX_CLAIM_YES))
        abort();
    g_array_unref(units);
    g_free(copy);
}

static kx_more more_of(uint8_t flags)
{
    if (flags & CUT_FIN)
        return KX_NO_MORE;
    return flags & CUT_PUSH ? KX_MORE_AFTER : KX_MORE_FOLLOWING;
}

static void check_cut(const cut_stream *stream)
{
    GArray *segments = g_array_new(FALSE, FALSE, sizeof(framing_segment));

    for (unsigned i = 0; i < stream->count; i++) {
        framing_segment segment = {(uint32_t)stream->segments[i].to, more_of(stream->segments[i].flags)};
        g_array_append_val(segments, segment);
    }
    GArray *units = framing_drive(stream->bytes, segments);
    check_tiling(units, stream->length, FALSE);
    g_array_unref(units);
    g_array_unref(segments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cut_stream stream;

    if (size > INPUT_MAX)
        return 0;
    cut_read(data, size, &stream);
    if (stream.length == 0)
        return 0;
    check_cut(&stream);
    check_whole(stream.bytes, stream.length);
    return 0;
}
