/* kx-json.c
 * RFC 8259 JSON texts as a stream of tokens with byte ranges.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-json.h"

#include <string.h>

#if defined(__SSE2__) && defined(__GNUC__) && !defined(KX_PORTABLE)
#define SIXTEEN_AT_A_TIME
#include <emmintrin.h>
#endif

/* What is rare is kept out of the way of what is not. */
#ifdef __GNUC__
#define COLD __attribute__((cold, noinline))
#else
#define COLD
#endif

/* What the grammar allows next. */
enum {
    EXPECT_VALUE,
    EXPECT_VALUE_OR_END, /* just after "[" */
    EXPECT_NAME_OR_END,  /* just after "{" */
    EXPECT_COMMA_OR_END,
    EXPECT_NOTHING, /* the outermost value is complete */
    STOPPED_AT_END,
    STOPPED_AT_FAULT
};

/* Of several faults the first one counts. */
static void note(kx_json_reader *reader, kx_json_fault fault, uint32_t offset)
{
    if (reader->fault != KX_JSON_FAULT_NONE)
        return;
    reader->fault = fault;
    reader->fault_offset = offset;
}

static COLD kx_json_type stop(kx_json_reader *reader, kx_json_fault fault, uint32_t offset)
{
    /* A NUL is named as such wherever it stands: it is what an over-long C string or a padded buffer leaves.
     */
    if (offset < reader->length && reader->text[offset] == 0)
        fault = KX_JSON_FAULT_NUL;
    else if (offset >= reader->length && fault != KX_JSON_FAULT_EMPTY)
        fault = KX_JSON_FAULT_CUT_OFF;
    reader->expects = STOPPED_AT_FAULT;
    note(reader, fault, offset);
    reader->token = (kx_json_token){KX_JSON_FAULT, offset, offset, false};
    return KX_JSON_FAULT;
}

static kx_json_type emit(kx_json_reader *reader, kx_json_type type, uint32_t start, uint32_t end)
{
    reader->token = (kx_json_token){type, start, end, false};
    reader->offset = end;
    return type;
}

static inline bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static inline bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static COLD int peek_behind_space(kx_json_reader *reader)
{
    uint32_t offset = reader->offset;

    while (offset < reader->length && is_space(reader->text[offset]))
        offset++;
    reader->offset = offset;
    return offset < reader->length ? reader->text[offset] : -1;
}

/* Moves to the next byte that is no white space and returns it; -1 at the end of the text. */
static inline int peek(kx_json_reader *reader)
{
    uint32_t offset = reader->offset;

    if (offset < reader->length && reader->text[offset] > ' ')
        return reader->text[offset];
    return peek_behind_space(reader);
}

/* ---- containers and the cost of their paths ---- */

static inline uint32_t path_of_value(const kx_json_reader *reader)
{
    return reader->path + reader->name_length + 1;
}

static inline void count_value(kx_json_reader *reader)
{
    reader->values++;
    reader->path_sum += path_of_value(reader);
}

static kx_json_type open_container(kx_json_reader *reader, kx_json_type type)
{
    if (reader->depth == KX_JSON_DEPTH_MAX)
        return stop(reader, KX_JSON_FAULT_TOO_DEEP, reader->offset);

    uint64_t bit = UINT64_C(1) << (reader->depth % 64);
    uint64_t *word = &reader->in_objects[reader->depth / 64];

    count_value(reader);
    reader->in_object = type == KX_JSON_OBJECT;
    *word = reader->in_object ? *word | bit : *word & ~bit;
    reader->depth++;
    if (reader->depth > reader->deepest)
        reader->deepest = reader->depth;
    if (reader->depth < KX_JSON_PATH_DEPTH)
        reader->path = reader->paths[reader->depth] = path_of_value(reader);
    reader->name_length = 0;
    reader->expects = reader->in_object ? EXPECT_NAME_OR_END : EXPECT_VALUE_OR_END;
    return emit(reader, type, reader->offset, reader->offset + 1);
}

static kx_json_type close_container(kx_json_reader *reader)
{
    kx_json_type type = reader->in_object ? KX_JSON_OBJECT_END : KX_JSON_ARRAY_END;
    uint32_t outside = --reader->depth;

    reader->path = reader->paths[outside < KX_JSON_PATH_DEPTH ? outside : KX_JSON_PATH_DEPTH - 1];
    reader->name_length = 0;
    reader->expects = EXPECT_NOTHING;
    if (outside > 0) {
        reader->in_object = reader->in_objects[(outside - 1) / 64] >> ((outside - 1) % 64) & 1;
        reader->expects = EXPECT_COMMA_OR_END;
    }
    return emit(reader, type, reader->offset, reader->offset + 1);
}

/* ---- strings ---- */

static int hex_digit(uint8_t byte)
{
    if (is_digit(byte))
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Reads the four digits of a \u escape at text[offset]; -1 if there are not four, with *bad at the first
 * culprit. */
static int32_t hex4(const uint8_t *text, uint32_t length, uint32_t offset, uint32_t *bad)
{
    int32_t value = 0;

    for (uint32_t i = offset; i < offset + 4; i++) {
        int digit = i < length ? hex_digit(text[i]) : -1;
        if (digit < 0) {
            *bad = i;
            return -1;
        }
        value = value << 4 | digit;
    }
    return value;
}

/* The length of the UTF-8 sequence (Unicode table 3-7) at text[offset], whose first byte is above 0x7f; 0 if
 * it is ill-formed. A sequence that the end of the text cuts off is longer than what is left. */
static uint32_t utf8_length(const uint8_t *text, uint32_t length, uint32_t offset)
{
    uint8_t lead = text[offset];
    uint32_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    for (uint32_t i = 1; i < size && offset + i < length; i++) {
        if (text[offset + i] < low || text[offset + i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return size;
}

static inline bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* Skips bytes that may stand in a string as they are, many at a time. */
#ifdef SIXTEEN_AT_A_TIME

static inline const uint8_t *skip_plain(const uint8_t *at, const uint8_t *end)
{
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');

    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        /* Only high bits count: those of bytes above 0x7f are set, and by the subtraction those below 0x20. */
        __m128i special =
            _mm_or_si128(_mm_or_si128(bytes, _mm_sub_epi8(bytes, space)),
                         _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
        unsigned found = (unsigned)_mm_movemask_epi8(special);
        if (found)
            return at + __builtin_ctz(found);
    }
    while (at < end && is_plain(*at))
        at++;
    return at;
}

#else

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* The high bit of each of eight bytes that is not plain; other ones behind the first such byte may be set too, by the
 * subtractions' borrows. */
static inline uint64_t special_bytes(uint64_t word)
{
    uint64_t quote = word ^ ONES * '"';
    uint64_t backslash = word ^ ONES * '\\';

    return ((quote - ONES) | (backslash - ONES) | (word - ONES * 0x20) | word) & HIGHS;
}

static inline const uint8_t *skip_plain(const uint8_t *at, const uint8_t *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        if (special_bytes(word))
            break;
    }
    while (at < end && is_plain(*at))
        at++;
    return at;
}

#endif

/* Checks the escape sequence at text[offset]. Returns its length, a surrogate pair being one sequence; 0
 * after having stopped the reader. */
static uint32_t check_escape(kx_json_reader *reader, uint32_t offset)
{
    const uint8_t *text = reader->text;
    uint32_t length = reader->length;
    uint32_t bad = 0;

    if (offset + 1 >= length || text[offset + 1] == 0) {
        stop(reader, KX_JSON_FAULT_ESCAPE, offset + 1);
        return 0;
    }
    if (text[offset + 1] != 'u') {
        if (strchr("\"\\/bfnrt", text[offset + 1]))
            return 2;
        stop(reader, KX_JSON_FAULT_ESCAPE, offset);
        return 0;
    }

    int32_t unit = hex4(text, length, offset + 2, &bad);
    if (unit < 0) {
        bool plain = bad < length && text[bad] != 0;
        stop(reader, KX_JSON_FAULT_ESCAPE, plain ? offset : bad);
        return 0;
    }
    if (unit < 0xd800 || unit > 0xdfff)
        return 6;

    /* RFC 8259 section 7: what is outside the basic plane is a pair, high surrogate first. */
    if (unit < 0xdc00) {
        if (offset + 6 >= length || (offset + 7 >= length && text[offset + 6] == '\\')) {
            stop(reader, KX_JSON_FAULT_CUT_OFF, length);
            return 0;
        }
        if (text[offset + 6] == '\\' && text[offset + 7] == 'u') {
            int32_t next = hex4(text, length, offset + 8, &bad);
            if (next >= 0xdc00 && next <= 0xdfff)
                return 12;
            if (next < 0 && bad >= length) {
                stop(reader, KX_JSON_FAULT_CUT_OFF, length);
                return 0;
            }
        }
    }
    stop(reader, KX_JSON_FAULT_SURROGATE, offset);
    return 0;
}

/* The length of the escape or UTF-8 sequence at text[offset]; 0 after having stopped the reader. */
static uint32_t check_special(kx_json_reader *reader, uint32_t offset)
{
    if (reader->text[offset] == '\\')
        return check_escape(reader, offset);
    if (reader->text[offset] < 0x20) {
        stop(reader, KX_JSON_FAULT_CONTROL, offset);
        return 0;
    }
    uint32_t size = utf8_length(reader->text, reader->length, offset);
    if (size > 0 && size <= reader->length - offset)
        return size;
    stop(reader, size ? KX_JSON_FAULT_CUT_OFF : KX_JSON_FAULT_UTF8, size ? reader->length : offset);
    return 0;
}

/* Finds the closing quote of a string from offset on. Returns false after having stopped the reader. */
static COLD bool find_quote(kx_json_reader *reader, uint32_t *offset, bool *escaped)
{
    const uint8_t *text = reader->text, *end = text + reader->length, *at = text + *offset;

    while (at < end && *at != '"') {
        uint32_t size = check_special(reader, (uint32_t)(at - text));
        if (size == 0)
            return false;
        *escaped |= *at == '\\';
        at = skip_plain(at + size, end);
    }
    *offset = (uint32_t)(at - text);
    if (at < end)
        return true;
    stop(reader, KX_JSON_FAULT_CUT_OFF, *offset);
    return false;
}

/* Reads the string whose opening quote is the next byte. */
static inline kx_json_type read_string(kx_json_reader *reader, kx_json_type type)
{
    const uint8_t *text = reader->text, *end = text + reader->length;
    uint32_t start = reader->offset + 1;
    const uint8_t *at = skip_plain(text + start, end);
    uint32_t offset = (uint32_t)(at - text);
    bool escaped = false;

    if ((at == end || *at != '"') && !find_quote(reader, &offset, &escaped))
        return KX_JSON_FAULT;
    reader->token = (kx_json_token){type, start, offset, escaped};
    reader->offset = offset + 1;
    return type;
}

/* Reads the name that begins with the next byte, first, and the colon behind it. */
static kx_json_type read_name(kx_json_reader *reader, int first)
{
    if (first != '"')
        return stop(reader, KX_JSON_FAULT_UNEXPECTED, reader->offset);
    if (read_string(reader, KX_JSON_NAME) == KX_JSON_FAULT)
        return KX_JSON_FAULT;
    reader->name_length = reader->token.end - reader->token.start;
    if (peek(reader) != ':')
        return stop(reader, KX_JSON_FAULT_UNEXPECTED, reader->offset);
    reader->offset++;
    reader->expects = EXPECT_VALUE;
    return KX_JSON_NAME;
}

/* ---- other scalars ---- */

static uint32_t skip_digits(const kx_json_reader *reader, uint32_t offset)
{
    while (offset < reader->length && is_digit(reader->text[offset]))
        offset++;
    return offset;
}

static bool byte_is(const kx_json_reader *reader, uint32_t offset, uint8_t byte)
{
    return offset < reader->length && reader->text[offset] == byte;
}

/* RFC 8259 section 6: "-"? int frac? exp? */
static kx_json_type read_number(kx_json_reader *reader)
{
    uint32_t start = reader->offset;
    uint32_t offset = byte_is(reader, start, '-') ? start + 1 : start;
    uint32_t end = byte_is(reader, offset, '0') ? offset + 1 : skip_digits(reader, offset);

    if (end == offset)
        return stop(reader, KX_JSON_FAULT_NUMBER, offset);
    if (end < reader->length && is_digit(reader->text[end]))
        return stop(reader, KX_JSON_FAULT_NUMBER, end);
    if (byte_is(reader, end, '.')) {
        offset = end + 1;
        end = skip_digits(reader, offset);
        if (end == offset)
            return stop(reader, KX_JSON_FAULT_NUMBER, offset);
    }
    if (byte_is(reader, end, 'e') || byte_is(reader, end, 'E')) {
        offset = end + 1;
        if (byte_is(reader, offset, '+') || byte_is(reader, offset, '-'))
            offset++;
        end = skip_digits(reader, offset);
        if (end == offset)
            return stop(reader, KX_JSON_FAULT_NUMBER, offset);
    }
    /* Inside a container, a number that the text's end touches may lack digits. */
    if (end == reader->length && reader->depth > 0)
        return stop(reader, KX_JSON_FAULT_CUT_OFF, end);
    return emit(reader, KX_JSON_NUMBER, start, end);
}

static kx_json_type read_literal(kx_json_reader *reader, kx_json_type type, const char *word)
{
    uint32_t start = reader->offset;

    for (uint32_t i = 0; word[i]; i++)
        if (!byte_is(reader, start + i, (uint8_t)word[i]))
            return stop(reader, KX_JSON_FAULT_UNEXPECTED, start + i);
    return emit(reader, type, start, start + (uint32_t)strlen(word));
}

/* Reads one of the numbers that JSON does not have, if it is one: a fault that reading steps over. */
static COLD kx_json_type read_nonfinite(kx_json_reader *reader, const char *word)
{
    uint32_t start = reader->offset, length = (uint32_t)strlen(word);

    if (reader->length - start < length || memcmp(reader->text + start, word, length) != 0)
        return *word == '-' ? read_number(reader) : stop(reader, KX_JSON_FAULT_UNEXPECTED, start);
    note(reader, KX_JSON_FAULT_NONFINITE, start);
    return emit(reader, KX_JSON_NONFINITE, start, start + length);
}

static kx_json_type read_number_or_literal(kx_json_reader *reader, int first)
{
    switch (first) {
    case 't':
        return read_literal(reader, KX_JSON_TRUE, "true");
    case 'f':
        return read_literal(reader, KX_JSON_FALSE, "false");
    case 'n':
        return read_literal(reader, KX_JSON_NULL, "null");
    case 'N':
        return read_nonfinite(reader, "NaN");
    case 'I':
        return read_nonfinite(reader, "Infinity");
    default:
        if (first == '-' && byte_is(reader, reader->offset + 1, 'I'))
            return read_nonfinite(reader, "-Infinity");
        if (first == '-' || (first >= '0' && first <= '9'))
            return read_number(reader);
        return stop(reader, KX_JSON_FAULT_UNEXPECTED, reader->offset);
    }
}

/* Reads the value that begins with the next byte, first. */
static kx_json_type read_value(kx_json_reader *reader, int first)
{
    if (first == '{')
        return open_container(reader, KX_JSON_OBJECT);
    if (first == '[')
        return open_container(reader, KX_JSON_ARRAY);

    kx_json_type type =
        first == '"' ? read_string(reader, KX_JSON_STRING) : read_number_or_literal(reader, first);
    if (type != KX_JSON_FAULT) {
        count_value(reader);
        reader->expects = reader->depth > 0 ? EXPECT_COMMA_OR_END : EXPECT_NOTHING;
    }
    return type;
}

/* ---- the reader ---- */

/* Where nothing but white space may follow. */
static kx_json_type reader_finish(kx_json_reader *reader)
{
    if (reader->expects != EXPECT_NOTHING)
        return reader->token.type;
    if (peek(reader) >= 0)
        return stop(reader, KX_JSON_FAULT_TRAILING, reader->offset);
    if (reader->fault != KX_JSON_FAULT_NONE)
        return stop(reader, reader->fault, reader->length);
    reader->expects = STOPPED_AT_END;
    return emit(reader, KX_JSON_END, reader->length, reader->length);
}

void kx_json_init(kx_json_reader *reader, const uint8_t *text, uint32_t length)
{
    static const uint8_t bom[] = {0xef, 0xbb, 0xbf};

    reader->text = text;
    reader->length = length;
    reader->offset = 0;
    reader->depth = 0;
    reader->token = (kx_json_token){KX_JSON_END, 0, 0, false};
    reader->fault = KX_JSON_FAULT_NONE;
    reader->fault_offset = 0;
    reader->values = 0;
    reader->deepest = 0;
    reader->path_sum = 0;
    reader->expects = EXPECT_VALUE;
    reader->in_object = false;
    reader->name_length = 0;
    reader->path = reader->paths[0] = UINT32_MAX; /* the outermost value's path, one more, is empty */

    if (peek(reader) < 0)
        stop(reader, KX_JSON_FAULT_EMPTY, length);
    else if (length >= sizeof bom && memcmp(text, bom, sizeof bom) == 0)
        stop(reader, KX_JSON_FAULT_BOM, 0);
}

kx_json_type kx_json_next(kx_json_reader *reader)
{
    uint8_t expects = reader->expects;

    if (expects >= EXPECT_NOTHING)
        return reader_finish(reader);

    int next = peek(reader);

    if (expects == EXPECT_VALUE)
        return read_value(reader, next);
    if (next == (reader->in_object ? '}' : ']'))
        return close_container(reader);
    if (expects == EXPECT_COMMA_OR_END) {
        if (next != ',')
            return stop(reader, KX_JSON_FAULT_UNEXPECTED, reader->offset);
        reader->offset++;
        next = peek(reader);
    }
    return reader->in_object ? read_name(reader, next) : read_value(reader, next);
}

void kx_json_fork(const kx_json_reader *reader, kx_json_reader *fork)
{
    memcpy(fork, reader,
           offsetof(kx_json_reader, in_objects) + (reader->depth / 64 + 1) * sizeof *reader->in_objects);
}

int kx_json_peek(kx_json_reader *reader)
{
    return peek(reader);
}

bool kx_json_skip(kx_json_reader *reader)
{
    kx_json_token opening = reader->token;
    uint32_t outside = reader->depth - 1;

    if (opening.type != KX_JSON_OBJECT && opening.type != KX_JSON_ARRAY)
        return opening.type != KX_JSON_FAULT;
    while (reader->depth > outside)
        if (kx_json_next(reader) == KX_JSON_FAULT)
            return false;
    reader->token.start = opening.start;
    return true;
}

/* ---- values ---- */

static size_t put_utf8(uint32_t rune, char *out)
{
    if (rune < 0x80) {
        out[0] = (char)rune;
        return 1;
    }
    if (rune < 0x800) {
        out[0] = (char)(0xc0 | rune >> 6);
        out[1] = (char)(0x80 | (rune & 0x3f));
        return 2;
    }
    if (rune < 0x10000) {
        out[0] = (char)(0xe0 | rune >> 12);
        out[1] = (char)(0x80 | (rune >> 6 & 0x3f));
        out[2] = (char)(0x80 | (rune & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | rune >> 18);
    out[1] = (char)(0x80 | (rune >> 12 & 0x3f));
    out[2] = (char)(0x80 | (rune >> 6 & 0x3f));
    out[3] = (char)(0x80 | (rune & 0x3f));
    return 4;
}

/* Decodes the valid escape at text[*at], moving *at behind it. */
static size_t put_escape(const uint8_t *text, uint32_t end, uint32_t *at, char *out)
{
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    uint32_t start = *at, bad;

    if (text[start + 1] != 'u') {
        *at += 2;
        out[0] = bytes[strchr(letters, text[start + 1]) - letters];
        return 1;
    }
    int32_t rune = hex4(text, end, start + 2, &bad);
    *at += 6;
    if (rune == 0) {
        memcpy(out, text + start, 6);
        return 6;
    }
    if (rune >= 0xd800 && rune <= 0xdfff) {
        int32_t low = hex4(text, end, start + 8, &bad);
        *at += 6;
        rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
    }
    return put_utf8((uint32_t)rune, out);
}

size_t kx_json_unescape(const uint8_t *text, uint32_t start, uint32_t end, char *out)
{
    size_t written = 0;

    for (uint32_t at = start; at < end;) {
        const uint8_t *escape = memchr(text + at, '\\', end - at);
        uint32_t plain = escape ? (uint32_t)(escape - text) - at : end - at;
        memcpy(out + written, text + at, plain);
        written += plain;
        at += plain;
        if (escape)
            written += put_escape(text, end, &at, out + written);
    }
    out[written] = '\0';
    return written;
}

bool kx_json_int64(const uint8_t *text, uint32_t start, uint32_t end, int64_t *value)
{
    bool negative = start < end && text[start] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t magnitude = 0;

    if (negative)
        start++;
    if (start == end || (text[start] == '0' && end - start > 1))
        return false;
    for (uint32_t i = start; i < end; i++) {
        if (!is_digit(text[i]))
            return false;
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (magnitude > (limit - digit) / 10)
            return false;
        magnitude = magnitude * 10 + digit;
    }
    *value = (int64_t)(negative ? 0 - magnitude : magnitude);
    return true;
}

const char *kx_json_fault_text(kx_json_fault fault)
{
    static const char *const texts[] = {
        [KX_JSON_FAULT_NONE] = "valid",
        [KX_JSON_FAULT_EMPTY] = "no JSON value",
        [KX_JSON_FAULT_BOM] = "byte order mark",
        [KX_JSON_FAULT_NUL] = "NUL byte",
        [KX_JSON_FAULT_UTF8] = "invalid UTF-8",
        [KX_JSON_FAULT_CONTROL] = "unescaped control character in a string",
        [KX_JSON_FAULT_ESCAPE] = "invalid escape sequence",
        [KX_JSON_FAULT_SURROGATE] = "unpaired surrogate",
        [KX_JSON_FAULT_NUMBER] = "ill-formed number",
        [KX_JSON_FAULT_UNEXPECTED] = "unexpected byte",
        [KX_JSON_FAULT_TRAILING] = "trailing bytes after the JSON value",
        [KX_JSON_FAULT_NONFINITE] = "NaN or Infinity",
        [KX_JSON_FAULT_CUT_OFF] = "the JSON text is cut off",
        [KX_JSON_FAULT_TOO_DEEP] = "nested too deep",
    };
    return texts[fault];
}
