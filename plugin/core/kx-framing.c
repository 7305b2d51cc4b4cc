/* kx-framing.c
 * Where Kx messages begin and end in a byte stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-framing.h"

#include <string.h>

#include "kx-json.h"
#include "kx-lookalike.h"
#include "kx-names.h"
#include "kx-standard.h"

/* The first digits of Table I.1's codes: from one KM to another. */
#define KM_TO_KM 0x11

/* Between a header and its payload's first name there is little white space: more is not looked through. */
#define SPACE_MAX 16

/* A segment this short may hold no more than a header and the beginning of its payload. */
#define UNSURE_LENGTH_MAX (2 * KX_HEADER_LENGTH + SPACE_MAX)

/* A sender may write the end of a line behind the value by itself. */
#define LINE_END_MAX 2

/* The longest line of HAProxy's PROXY protocol is 107 bytes. */
#define PREFIX_MAX 128

typedef enum { NO, YES, CANNOT_TELL } verdict;

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static uint32_t skip_space(const uint8_t *bytes, uint32_t length, uint32_t offset)
{
    if (offset < length && !is_space(bytes[offset]))
        return offset;
    uint32_t end = length - offset > SPACE_MAX ? offset + SPACE_MAX : length;
    while (offset < end && is_space(bytes[offset]))
        offset++;
    return offset;
}

/* Whether the text begins as a JSON object does: "{", then a name or "}". */
static verdict begins_object(const uint8_t *text, uint32_t length)
{
    uint32_t offset = skip_space(text, length, 0);

    if (offset == length)
        return CANNOT_TELL;
    if (text[offset] != '{')
        return NO;
    offset = skip_space(text, length, offset + 1);
    if (offset == length)
        return CANNOT_TELL;
    return text[offset] == '"' || text[offset] == '}' ? YES : NO;
}

/* Whether the text begins as some JSON value does, or as what is often sent in the place of one: a byte order
 * mark or a quote that JSON does not have. */
static bool begins_text(uint8_t first)
{
    return is_space(first) || (first >= '0' && first <= '9') || (first && strchr("{[\"-tfn'\xef", first));
}

/* How reading the bytes as a JSON text ends. at: set to the first byte at fault, if there is one. */
static kx_json_fault read_to_end(const uint8_t *text, uint32_t length, uint32_t *at)
{
    kx_json_reader reader;
    kx_json_type type;

    kx_json_init(&reader, text, length);
    do
        type = kx_json_next(&reader);
    while (type != KX_JSON_END && type != KX_JSON_FAULT);
    *at = reader.fault_offset;
    return reader.fault;
}

/* Whether the bytes hold a whole JSON value and nothing behind it. */
static bool is_complete_value(const uint8_t *text, uint32_t length)
{
    uint32_t at;

    if (length == 0 || (text[length - 1] != '}' && text[length - 1] != ']'))
        return false;
    return read_to_end(text, length, &at) == KX_JSON_FAULT_NONE;
}

/* Whether the bytes are the beginning of a valid JSON value, and not all of it. */
static bool is_cut_off(const uint8_t *text, uint32_t length)
{
    uint32_t at;

    return read_to_end(text, length, &at) == KX_JSON_FAULT_CUT_OFF;
}

/* Where the JSON value at the beginning ends, whatever comes after it; 0 if it is not complete. */
static uint32_t find_value_end(const uint8_t *text, uint32_t length)
{
    uint32_t end;

    if (read_to_end(text, length, &end) == KX_JSON_FAULT_NONE)
        end = length;
    while (end > 0 && is_space(text[end - 1]))
        end--;
    return is_complete_value(text, end) ? end : 0;
}

/* Whether there is no control character in the bytes: JSON text has none, nor has what is almost JSON. */
static bool is_text(const uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        if (bytes[i] < 0x20 && !is_space(bytes[i]))
            return false;
    return true;
}

/* A header that can be told from JSON text around it: a known CommandCode, whose 0x11 is a control character
 * that no JSON text holds unescaped, and behind the header the beginning of an object. */
static verdict is_strong_header(const uint8_t *bytes, uint32_t length)
{
    if (length < KX_HEADER_LENGTH)
        return CANNOT_TELL;
    if (!kx_command_code_known(kx_read_16(bytes + KX_OFFSET_COMMAND_CODE)))
        return NO;
    return begins_object(bytes + KX_HEADER_LENGTH, length - KX_HEADER_LENGTH);
}

/* The offset of the first strong header at or behind from; length if there is none. */
static uint32_t find_strong_header(const uint8_t *bytes, uint32_t length, uint32_t from)
{
    while (length - from > KX_HEADER_LENGTH) {
        const uint8_t *search = bytes + from + KX_OFFSET_COMMAND_CODE;
        const uint8_t *code = memchr(search, KM_TO_KM, length - from - KX_OFFSET_COMMAND_CODE);
        if (!code)
            break;
        from = (uint32_t)(code - bytes) - KX_OFFSET_COMMAND_CODE;
        /* A MessageID that ends like a CommandCode makes a header seem to begin two bytes too early. */
        if (is_strong_header(bytes + from, length - from) == YES)
            return is_strong_header(bytes + from + 2, length - from - 2) == YES ? from + 2 : from;
        from++;
    }
    return length;
}

/* ---- a Length that is wrong ----
 * Some senders count characters, or the header too, or what they did not send. JSON shows where a payload ends. */

/* UTF-8's further bytes of a character are none of their own. units: as UTF-16 counts, which has two for some. */
static uint32_t count_of(uint8_t byte, bool units)
{
    return (byte & 0xc0) == 0x80 ? 0 : units && byte >= 0xf0 ? 2 : 1;
}

/* Where so many characters end, as far as there are bytes. missing: set to how many characters there are too few. */
static uint32_t find_end_of_characters(const uint8_t *text, uint32_t length, uint32_t count, bool units,
                                       uint32_t *missing)
{
    uint32_t end = 0, counted = 0;

    while (end < length && counted + count_of(text[end], units) <= count)
        counted += count_of(text[end++], units);
    *missing = count - counted;
    return end;
}

static bool counts_characters(const uint8_t *payload, uint32_t length, uint32_t said)
{
    uint32_t missing;

    return (find_end_of_characters(payload, length, said, false, &missing) == length && missing == 0) ||
           (find_end_of_characters(payload, length, said, true, &missing) == length && missing == 0);
}

/* Whether a payload may well end here: after a bracket, and before nothing or another message. */
static bool may_end(const uint8_t *payload, uint32_t length, uint32_t end)
{
    return end > 0 && (payload[end - 1] == '}' || payload[end - 1] == ']') &&
           (end == length || is_strong_header(payload + end, length - end) != NO);
}

/* How long a payload is whose Length, said, is within the bytes at hand: as long as it says, unless JSON goes on there
 * and shows the end. */
static uint32_t measure_payload(const uint8_t *payload, uint32_t length, uint32_t said)
{
    if (length > KX_MESSAGE_MAX - KX_HEADER_LENGTH)
        length = KX_MESSAGE_MAX - KX_HEADER_LENGTH;
    if (may_end(payload, length, said) || !is_cut_off(payload, said))
        return said;
    uint32_t end = find_value_end(payload, length);
    return end > said && may_end(payload, length, end) ? end : said;
}

/* Whether a payload begins with a parameter of clause 8. */
static bool begins_with_parameter(const uint8_t *payload, uint32_t length)
{
    uint32_t name = skip_space(payload, length, skip_space(payload, length, 0) + 1) + 1;

    if (begins_object(payload, length) != YES || name >= length)
        return false;
    const uint8_t *end = (const uint8_t *)memchr(payload + name, '"', length - name);
    return end && kx_parameter_from_name((const char *)payload + name, (size_t)(end - payload - name)) !=
                      KX_NO_PARAMETER;
}

/* Whether a message's Length is wrong in a way that shows. */
static bool is_miscounted(const uint8_t *payload, uint32_t length, uint32_t said)
{
    uint32_t missing;

    if (!begins_with_parameter(payload, length))
        return false;
    uint32_t end = find_value_end(payload, length);
    if (end > 0)
        return end != said && may_end(payload, length, end);
    find_end_of_characters(payload, length, said, false, &missing);
    return said < length && missing > 0 && is_cut_off(payload, length);
}

kx_length_cause kx_framing_explain_length(const uint8_t *payload, uint32_t length, uint32_t said)
{
    uint32_t end = find_value_end(payload, length);

    if (end == 0)
        return KX_LENGTH_RIGHT;
    if (length == said)
        return memchr(payload + end, 0, length - end) ? KX_LENGTH_INCLUDES_NUL : KX_LENGTH_RIGHT;
    if (said == length + KX_HEADER_LENGTH)
        return KX_LENGTH_COUNTS_HEADER;
    if (said < length && counts_characters(payload, length, said))
        return KX_LENGTH_COUNTS_CHARACTERS;
    return said > length && said <= length + LINE_END_MAX ? KX_LENGTH_COUNTS_END : KX_LENGTH_WRONG_SOMEHOW;
}

/* ---- the heuristic ---- */

/* Whether the bytes behind a first message may be the next one's header, as far as they go. */
static bool may_be_header(const uint8_t *bytes, uint32_t length)
{
    if (length > KX_OFFSET_COMMAND_CODE && bytes[KX_OFFSET_COMMAND_CODE] != KM_TO_KM)
        return false;
    return length < KX_OFFSET_LENGTH || kx_command_code_known(kx_read_16(bytes + KX_OFFSET_COMMAND_CODE));
}

/* Whether the bytes hold a whole message whose payload is a valid object or array. */
static bool is_whole_message(const uint8_t *bytes, uint32_t length)
{
    uint32_t said = kx_read_16(bytes + KX_OFFSET_LENGTH);

    return said <= length - KX_HEADER_LENGTH && is_complete_value(bytes + KX_HEADER_LENGTH, said);
}

/* A header, and so little of its payload that the object cannot be seen. said: Length. */
static kx_claim claims_unseen(const uint8_t *bytes, uint32_t length, uint32_t said)
{
    if (length > UNSURE_LENGTH_MAX || said == 1 || kx_lookalike_segment(bytes, length))
        return KX_CLAIM_NO;
    return KX_CLAIM_UNSURE;
}

/* Whether all of a payload is text, but for NULs that a sender may have counted, or filled it up with. */
static bool is_text_payload(const uint8_t *payload, uint32_t said)
{
    while (said > 0 && payload[said - 1] == 0)
        said--;
    return is_text(payload, said);
}

/* The rules for a segment that begins with a message:
 * 0. What counts its own bytes where Kx has Version and MessageID is another protocol's.
 * 1. A whole header with a CommandCode of Table I.1: unknown codes are accepted only where Kx is known to be
 *    spoken. Version and MessageID may be anything; the standard fixes neither.
 * 2. A payload that begins as a JSON object does, or one that fills the segment to the byte and begins as text:
 *    so a first message that is malformed is recognised too. All of it is text: binary protocols have a brace or
 *    a blank at that place once in a while. Text alone, or the size alone, would match other protocols.
 * 3. What follows a whole message is the beginning of another, or the payload is valid JSON to its last byte: a
 *    Length that counts something else points elsewhere.
 * 4. Of a message that goes on in the next segment, what there is, is valid JSON as far as it goes, but not
 *    complete: its Length would count its header, say, or be no length at all.
 * 5. Ten bytes alone, or so few more that the object cannot be seen, are not claimed yet, but the next segment is
 *    looked at together with them: peers often write header and payload separately. What other protocols are
 *    known to send (kx-lookalike.h) is let go.
 *    3 and 4 let pass a wrong Length if JSON shows the payload's end, and its first name is a parameter's.
 * 6. A message without payload proves nothing: what follows it decides. */
static kx_claim claims_from_start(const uint8_t *bytes, uint32_t length)
{
    if (length < KX_HEADER_LENGTH || !kx_command_code_known(kx_read_16(bytes + KX_OFFSET_COMMAND_CODE)) ||
        (length > UNSURE_LENGTH_MAX && kx_lookalike_counted(bytes, length)))
        return KX_CLAIM_NO;

    const uint8_t *payload = bytes + KX_HEADER_LENGTH;
    uint32_t present = length - KX_HEADER_LENGTH;
    uint32_t said = kx_read_16(bytes + KX_OFFSET_LENGTH);
    verdict object = begins_object(payload, present < said ? present : said);

    if (said == 0 && present > 0)
        return is_strong_header(payload, present) == YES ? KX_CLAIM_YES : KX_CLAIM_NO;
    if (said == 0 || (present < said && object == CANNOT_TELL))
        return claims_unseen(bytes, length, said);
    if (present < said)
        return object == YES && (is_cut_off(payload, present) || is_miscounted(payload, present, said))
                   ? KX_CLAIM_YES
                   : KX_CLAIM_NO;
    if (present > said && !may_be_header(payload + said, present - said))
        return is_whole_message(bytes, length) || is_miscounted(payload, present, said) ? KX_CLAIM_YES
                                                                                        : KX_CLAIM_NO;
    if (said == 1 || !is_text_payload(payload, said))
        return KX_CLAIM_NO;
    return object == YES || (present == said && begins_text(payload[0])) ? KX_CLAIM_YES : KX_CLAIM_NO;
}

/* Whether the bytes end like an object. Of its beginning, a header may still be there that the capture's beginning
 * cut: that is not looked at. */
static bool ends_object(const uint8_t *bytes, uint32_t length)
{
    uint32_t text = length < KX_HEADER_LENGTH ? 0 : KX_HEADER_LENGTH - 1;

    while (length > 0 && is_space(bytes[length - 1]))
        length--;
    return length > 0 && bytes[length - 1] == '}' && (length <= text || is_text(bytes + text, length - text));
}

/* Whether the bytes begin as HAProxy's PROXY protocol does, in version 1 or 2. */
static bool is_proxy_header(const uint8_t *bytes, uint32_t length)
{
    static const char text[] = "PROXY ", binary[] = "\r\n\r\n\0\r\nQUIT\n";

    return (length >= sizeof text && memcmp(bytes, text, sizeof text - 1) == 0) ||
           (length >= sizeof binary && memcmp(bytes, binary, sizeof binary - 1) == 0);
}

/* The rules for a segment that does not begin with a message:
 * 7. The end of an object, and of what comes before it only text, then the beginning of a message by the rules above:
 *    the capture began inside a message. Kafka's batches of JSON can look like that.
 * 8. Anything short, then a whole message with valid JSON: something spoke first on the connection. After a header of
 *    the PROXY protocol, a message's beginning will do. A list of values that are preceded by their lengths is let go.
 * Returns the message's offset; length if there is none. */
static uint32_t find_claim_inside(const uint8_t *bytes, uint32_t length)
{
    for (uint32_t at = 1; at < length && (at = find_strong_header(bytes, length, at)) < length; at++) {
        if (ends_object(bytes, at) && claims_from_start(bytes + at, length - at) == KX_CLAIM_YES &&
            !kx_lookalike_record(bytes + at))
            return at;
        if (at > PREFIX_MAX)
            break; /* before the next one is this one's code, which is no text */
        if (is_proxy_header(bytes, at)
                ? claims_from_start(bytes + at, length - at) == KX_CLAIM_YES
                : is_whole_message(bytes + at, length - at) && !kx_lookalike_value(bytes, at))
            return at;
    }
    return length;
}

kx_claim kx_framing_begins(const uint8_t *bytes, uint32_t length)
{
    return claims_from_start(bytes, length);
}

bool kx_framing_follows(const kx_header *before, const uint8_t *bytes, uint32_t length)
{
    if (claims_from_start(bytes, length) != KX_CLAIM_YES || is_strong_header(bytes, length) != YES)
        return false;
    kx_header header = kx_header_decode(bytes);
    return header.version == before->version &&
           (header.message_id != before->message_id || header.command_code == before->command_code);
}

kx_claim kx_framing_claims(const uint8_t *bytes, uint32_t length)
{
    kx_claim claim = claims_from_start(bytes, length);

    if (claim == KX_CLAIM_NO && find_claim_inside(bytes, length) < length)
        return KX_CLAIM_YES;
    return claim;
}

bool kx_framing_claims_pieces(const uint8_t *bytes, uint32_t length, uint32_t *at)
{
    *at = 0;
    if (claims_from_start(bytes, length) == KX_CLAIM_YES && is_strong_header(bytes, length) == YES)
        return true;
    *at = find_claim_inside(bytes, length);
    return *at < length;
}

/* ---- framing ---- */

/* Whether a payload begins as an object or an array does. length: as much of it as there is; said: all of it. */
static verdict begins_container(const uint8_t *payload, uint32_t length, uint32_t said)
{
    if (length > said)
        length = said;
    uint32_t first = skip_space(payload, length, 0);
    verdict object = first < length && payload[first] == '[' ? YES : begins_object(payload, length);
    return object == CANNOT_TELL && length == said ? NO : object;
}

/* Whether the CommandCode and what follows it may belong to a message whose code Table I.1 does not list. From
 * KM to KM any payload will do: a 0x11 cannot be JSON text that a gap in the capture left behind. Otherwise the
 * header must be no text, and the payload begin as an object or an array does. */
static verdict is_unlisted_header(const uint8_t *bytes, uint32_t length)
{
    if (bytes[KX_OFFSET_COMMAND_CODE] == KM_TO_KM)
        return YES;
    if (is_text(bytes, KX_HEADER_LENGTH))
        return NO;
    return begins_container(bytes + KX_HEADER_LENGTH, length - KX_HEADER_LENGTH,
                            kx_read_16(bytes + KX_OFFSET_LENGTH));
}

/* Whether the text is valid JSON as far as it is looked through. Behind it, the next header often begins with a
 * NUL. */
static bool begins_valid(const uint8_t *text, uint32_t length)
{
    uint32_t at;
    kx_json_fault fault = read_to_end(text, length < UNSURE_LENGTH_MAX ? length : UNSURE_LENGTH_MAX, &at);

    if (fault == KX_JSON_FAULT_NUL)
        return is_complete_value(text, at);
    return fault == KX_JSON_FAULT_NONE || fault == KX_JSON_FAULT_CUT_OFF || fault == KX_JSON_FAULT_TRAILING;
}

/* A few bytes of a MessageID may be an object by chance: one that ends so early is none. */
static bool begins_valid_object(const uint8_t *text, uint32_t length)
{
    uint32_t few = length < KX_HEADER_LENGTH ? length : KX_HEADER_LENGTH;

    return begins_object(text, length) == YES && begins_valid(text, length) &&
           (is_cut_off(text, few) || is_complete_value(text, few));
}

/* Whether the bytes are what a gap left of a header with a listed code and of its payload: all of the code, or only
 * what is behind it. */
static bool is_rest_of_header(const uint8_t *bytes, uint32_t length)
{
    for (uint32_t code = 0; code < KX_OFFSET_COMMAND_CODE; code++)
        if (kx_command_code_known(kx_read_16(bytes + code)) &&
            begins_valid_object(bytes + code + 4, length - code - 4))
            return true;
    for (uint32_t object = 1; object < KX_HEADER_LENGTH - KX_OFFSET_COMMAND_CODE; object++)
        if (begins_valid_object(bytes + object, length - object))
            return true;
    return false;
}

/* Whether another header begins inside this one: then the bytes before it are what a gap left, and what looks like
 * this one's code is that one's MessageID or Length. */
static verdict is_overtaken(const uint8_t *bytes, uint32_t length)
{
    uint32_t looked_through = length < UNSURE_LENGTH_MAX ? length : UNSURE_LENGTH_MAX;

    if (find_strong_header(bytes, looked_through, 1) < KX_HEADER_LENGTH)
        return YES;
    return length <= UNSURE_LENGTH_MAX && length - KX_HEADER_LENGTH < kx_read_16(bytes + KX_OFFSET_LENGTH)
               ? CANNOT_TELL
               : NO;
}

/* Of a header alone with a listed code, only one can be told that overtakes it: its code is this one's Length. */
static verdict is_listed_header(const uint8_t *bytes, uint32_t length)
{
    if (begins_object(bytes + KX_HEADER_LENGTH, length - KX_HEADER_LENGTH) == YES)
        return YES;
    if (length == KX_HEADER_LENGTH && !kx_command_code_known(kx_read_16(bytes + KX_OFFSET_LENGTH)))
        return YES;
    if (begins_valid(bytes + KX_HEADER_LENGTH, length - KX_HEADER_LENGTH))
        return YES;
    verdict overtaken = is_overtaken(bytes, length);
    if (overtaken == CANNOT_TELL)
        return length > KX_HEADER_LENGTH ? YES : CANNOT_TELL;
    return overtaken == YES ? NO : YES;
}

/* Whether a message begins here. */
static verdict is_plausible_header(const uint8_t *bytes, uint32_t length)
{
    if (length < KX_HEADER_LENGTH)
        return CANNOT_TELL;
    if (kx_command_code_known(kx_read_16(bytes + KX_OFFSET_COMMAND_CODE)))
        return is_listed_header(bytes, length);
    verdict unlisted = is_unlisted_header(bytes, length);
    if (unlisted != YES)
        return unlisted;
    if (is_whole_message(bytes, length))
        return YES;
    if (is_rest_of_header(bytes, length))
        return NO;
    verdict overtaken = is_overtaken(bytes, length);
    return overtaken == YES ? NO : overtaken == NO ? YES : CANNOT_TELL;
}

/* How many bytes from the beginning on, at least one, cannot belong to a message that begins behind them. A
 * header, and as much of its payload as is_strong_header() looks at, may be cut by the end of the bytes. */
static uint32_t skippable(const uint8_t *bytes, uint32_t length)
{
    uint32_t next = find_strong_header(bytes, length, 1);

    if (next < length)
        return next;
    next = length > UNSURE_LENGTH_MAX ? length - UNSURE_LENGTH_MAX : 1;
    while (next < length && is_strong_header(bytes + next, length - next) == NO)
        next++;
    return next;
}

/* The offset of a message that begins before this one's end at said, because its Length is too large; length if
 * there is none. If a message begins at said, another one can only lie wholly before it: not overlap its header. */
static uint32_t find_swallowed(const uint8_t *bytes, uint32_t length, uint32_t said)
{
    uint32_t limit = length;

    if (said < length && is_strong_header(bytes + said, length - said) == YES)
        limit = said;
    else if (said < length && length - said > UNSURE_LENGTH_MAX)
        limit = said + UNSURE_LENGTH_MAX;
    uint32_t next = find_strong_header(bytes, limit, KX_HEADER_LENGTH);
    return next < limit && next < said ? next : length;
}

/* Where valid JSON stops, complete or not, because the next header is there, though nothing can be seen of that one's
 * payload yet; length if there is none. JSON text never holds what the search begins with. */
static uint32_t find_header_behind_value(const uint8_t *text, uint32_t length)
{
    uint32_t tail = length < KX_HEADER_LENGTH + LINE_END_MAX ? length : KX_HEADER_LENGTH + LINE_END_MAX, end;

    if (tail < KX_HEADER_LENGTH || !memchr(text + length - tail, KM_TO_KM, tail) ||
        read_to_end(text, length, &end) == KX_JSON_FAULT_NONE || length - end < KX_HEADER_LENGTH)
        return length;
    return is_strong_header(text + end, length - end) == CANNOT_TELL ? end : length;
}

/* The message at the beginning of bytes, which is plausible. */
static kx_unit take_message(const uint8_t *bytes, uint32_t length, kx_more more)
{
    const uint8_t *payload = bytes + KX_HEADER_LENGTH;
    uint32_t said = KX_HEADER_LENGTH + kx_read_16(bytes + KX_OFFSET_LENGTH);
    uint32_t swallowed = find_swallowed(bytes, length, said);

    if (swallowed < length)
        return (kx_unit){KX_UNIT_MESSAGE, swallowed};
    /* What else the payload's segment holds is seen only if TCP is not asked for so many bytes as Length says. */
    if (length == KX_HEADER_LENGTH && said > length && more != KX_NO_MORE)
        return (kx_unit){KX_UNIT_MORE, 0};
    if (said <= length) {
        uint32_t measured = measure_payload(payload, length - KX_HEADER_LENGTH, said - KX_HEADER_LENGTH);
        return (kx_unit){KX_UNIT_MESSAGE, KX_HEADER_LENGTH + measured};
    }
    uint32_t end = KX_HEADER_LENGTH + find_header_behind_value(payload, length - KX_HEADER_LENGTH);
    if (end < length || more == KX_NO_MORE)
        return (kx_unit){KX_UNIT_MESSAGE, end};
    /* The value ends with the segment though its Length is larger. If the sender paused there, that was all.
     * If not, one segment more tells, and no second one is ever asked for, as then there are bytes behind the
     * value. */
    if (is_complete_value(payload, length - KX_HEADER_LENGTH))
        return more == KX_MORE_AFTER && said - length > LINE_END_MAX ? (kx_unit){KX_UNIT_MESSAGE, length}
                                                                     : (kx_unit){KX_UNIT_MORE, 0};
    return (kx_unit){KX_UNIT_MESSAGE, said};
}

kx_unit kx_framing_next(const uint8_t *bytes, uint32_t length, kx_more more)
{
    verdict plausible = is_plausible_header(bytes, length);

    if (plausible == CANNOT_TELL && more != KX_NO_MORE)
        return (kx_unit){KX_UNIT_MORE, 0};
    if (plausible != NO && length >= KX_HEADER_LENGTH)
        return take_message(bytes, length, more);
    if (more == KX_NO_MORE)
        return (kx_unit){KX_UNIT_SKIPPED, find_strong_header(bytes, length, 1)};
    return (kx_unit){KX_UNIT_SKIPPED, skippable(bytes, length)};
}

/* ---- what stands in the place of messages ---- */

static bool is_little_endian(const uint8_t *bytes, uint32_t length)
{
    return length > KX_HEADER_LENGTH && bytes[KX_OFFSET_COMMAND_CODE + 1] == KM_TO_KM &&
           kx_command_code_known((uint16_t)(KM_TO_KM << 8 | bytes[KX_OFFSET_COMMAND_CODE])) &&
           begins_object(bytes + KX_HEADER_LENGTH, length - KX_HEADER_LENGTH) != NO;
}

/* The first two bytes of such a Length are a Length of 0; a payload has fewer than 65,536 bytes. */
static bool has_length_of_32_bits(const uint8_t *bytes, uint32_t length)
{
    return length > KX_HEADER_LENGTH + 2 && kx_read_16(bytes + KX_OFFSET_LENGTH) == 0 &&
           kx_command_code_known(kx_read_16(bytes + KX_OFFSET_COMMAND_CODE)) &&
           begins_object(bytes + KX_HEADER_LENGTH + 2, length - KX_HEADER_LENGTH - 2) != NO;
}

static bool is_utf_16(const uint8_t *payload, uint32_t length)
{
    return length >= 2 && (memcmp(payload, "{", 2) == 0 || memcmp(payload, "\0{", 2) == 0 ||
                           memcmp(payload, "\xfe\xff", 2) == 0 || memcmp(payload, "\xff\xfe", 2) == 0);
}

/* A type from 20 to 23, version 3.0 to 3.4, a length that records may have. */
static bool is_tls_record(const uint8_t *bytes, uint32_t length)
{
    return length >= 5 && bytes[0] >= 20 && bytes[0] <= 23 && bytes[1] == 3 && bytes[2] <= 4 &&
           kx_read_16(bytes + 3) > 0 && kx_read_16(bytes + 3) <= 16384 + 2048;
}

kx_mistake kx_framing_find_mistake(const uint8_t *bytes, uint32_t length, kx_unit_type type)
{
    if (is_tls_record(bytes, length) && type == KX_UNIT_SKIPPED)
        return KX_TLS_RECORDS;
    if (is_little_endian(bytes, length) && type == KX_UNIT_SKIPPED)
        return KX_LITTLE_ENDIAN;
    if (has_length_of_32_bits(bytes, length))
        return KX_LENGTH_OF_32_BITS;
    return type == KX_UNIT_MESSAGE && length > KX_HEADER_LENGTH &&
                   is_utf_16(bytes + KX_HEADER_LENGTH, length - KX_HEADER_LENGTH)
               ? KX_UTF_16
               : KX_NO_MISTAKE;
}
