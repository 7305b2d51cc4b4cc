/* kx-json.h
 * RFC 8259 JSON texts as a stream of tokens with byte ranges.
 *
 * Plain bytes in, tokens out: this unit knows neither epan nor Kx, so it is tested and fuzzed alone.
 * One forward pass, no recursion, no allocation; time is linear in the bytes whatever they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_JSON_H
#define KX_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A Kx payload has at most 65,535 bytes (Figure I.1, Length), so it cannot nest deeper than this. */
#define KX_JSON_DEPTH_MAX 65536

/* How deep kx_json_reader follows paths for its estimate of what a consumer that keeps paths would spend. */
#define KX_JSON_PATH_DEPTH 64

typedef enum {
    KX_JSON_END,        /* the whole text was read and is valid; also every call after that */
    KX_JSON_FAULT,      /* the text is invalid and nothing more can be read; also every call after that */
    KX_JSON_OBJECT,     /* "{" */
    KX_JSON_OBJECT_END, /* "}" */
    KX_JSON_ARRAY,      /* "[" */
    KX_JSON_ARRAY_END,  /* "]" */
    KX_JSON_NAME,       /* a member's name; its colon has been read too */
    KX_JSON_STRING,
    KX_JSON_NUMBER,
    KX_JSON_TRUE,
    KX_JSON_FALSE,
    KX_JSON_NULL,
    KX_JSON_NONFINITE /* NaN, Infinity or -Infinity, which JSON does not have and Python writes */
} kx_json_type;

typedef enum {
    KX_JSON_FAULT_NONE,
    KX_JSON_FAULT_EMPTY,      /* no bytes, or only white space; the offset is its length */
    KX_JSON_FAULT_BOM,        /* begins with a UTF-8 byte order mark (RFC 8259 section 8.1) */
    KX_JSON_FAULT_NUL,        /* a NUL byte, where it is the first byte at fault */
    KX_JSON_FAULT_UTF8,       /* ill-formed UTF-8 inside a string */
    KX_JSON_FAULT_CONTROL,    /* an unescaped control character (below 0x20) inside a string */
    KX_JSON_FAULT_ESCAPE,     /* an escape sequence that RFC 8259 section 7 does not have */
    KX_JSON_FAULT_SURROGATE,  /* \uD800-\uDFFF that is not one of a pair */
    KX_JSON_FAULT_NUMBER,     /* an ill-formed number */
    KX_JSON_FAULT_UNEXPECTED, /* any other byte that cannot stand here */
    KX_JSON_FAULT_TRAILING,   /* bytes other than white space after the value */
    KX_JSON_FAULT_NONFINITE,  /* NaN, Infinity or -Infinity; reading goes on after it */
    KX_JSON_FAULT_CUT_OFF,    /* the text ends too early; the offset is its length */
    KX_JSON_FAULT_TOO_DEEP    /* more than KX_JSON_DEPTH_MAX open brackets */
} kx_json_fault;

/* A token's bytes are text[start] to text[end - 1].
 * Strings and names: the characters between the quotes. OBJECT, ARRAY and their ENDs: the bracket alone. */
typedef struct {
    kx_json_type type;
    uint32_t start;
    uint32_t end;
    bool escaped; /* STRING and NAME: holds at least one backslash */
} kx_json_token;

typedef struct {
    const uint8_t *text;
    uint32_t length;
    uint32_t offset; /* of the next byte to be read */
    uint32_t depth;  /* open brackets */
    kx_json_token token;
    kx_json_fault fault;   /* the first one */
    uint32_t fault_offset; /* of its first byte; its escape's backslash for ESCAPE and SURROGATE */

    /* What a consumer that keeps a path for every value would spend, so far. On a path, a member adds the raw
     * bytes of its name and one, an array's element adds one. path_sum is a lower bound where deepest exceeds
     * KX_JSON_PATH_DEPTH. */
    uint32_t values;   /* strings, numbers, literals, objects and arrays */
    uint32_t deepest;  /* the greatest depth */
    uint64_t path_sum; /* sum over all values of the length of their path */

    /* private */
    uint8_t expects;                                 /* what may stand next */
    bool in_object;                                  /* the innermost open bracket is "{" */
    uint32_t name_length;                            /* of the name last read; 0 in an array */
    uint32_t path;                                   /* path length of the innermost open container */
    uint32_t paths[KX_JSON_PATH_DEPTH];              /* the same at each depth */
    uint64_t in_objects[KX_JSON_DEPTH_MAX / 64 + 1]; /* per open bracket, whether it is "{" */
} kx_json_reader;

/* Starts reading text, which stays the caller's and must outlive the reader.
 * reader: uninitialised memory is fine; length: in bytes. Leading white space is read, and the faults EMPTY
 * and BOM are found, right away. */
void kx_json_init(kx_json_reader *reader, const uint8_t *text, uint32_t length);

/* Reads the next token into reader->token.
 * Returns its type; KX_JSON_END or KX_JSON_FAULT once there is no further token. Leading and trailing
 * white space is checked too: KX_JSON_END means that every byte of the text is valid. A number inside a
 * container that the text's end touches is no token, as digits may be missing. */
kx_json_type kx_json_next(kx_json_reader *reader);

/* A second reader where the first one is, to look ahead. fork: uninitialised memory is fine. */
void kx_json_fork(const kx_json_reader *reader, kx_json_reader *fork);

/* Moves to the next byte that is no white space and returns it; -1 at the end of the text. */
int kx_json_peek(kx_json_reader *reader);

/* After a token of type KX_JSON_OBJECT or KX_JSON_ARRAY: reads through the end of that value.
 * Afterwards reader->token has the type of the closing bracket and the whole value's range. After any other
 * token it does nothing. Returns false if the text turned out to be invalid before the value's end. */
bool kx_json_skip(kx_json_reader *reader);

/* Decodes the escapes of the string or name token whose bytes are text[start .. end - 1].
 * out: room for end - start + 1 bytes; receives UTF-8 with a terminating NUL. An escaped NUL (\u0000)
 * stays as its six characters, as a C string cannot hold it.
 * Returns the number of bytes written, the terminating NUL not counted. */
size_t kx_json_unescape(const uint8_t *text, uint32_t start, uint32_t end, char *out);

/* Converts text[start .. end - 1], a JSON number or a string's characters, to an integer.
 * Returns false, with value untouched, unless it is "-"? digits without superfluous zeros, fraction or
 * exponent and fits an int64_t. */
bool kx_json_int64(const uint8_t *text, uint32_t start, uint32_t end, int64_t *value);

/* A phrase in English that says what is wrong, e.g. "unpaired surrogate". Static memory. */
const char *kx_json_fault_text(kx_json_fault fault);

#endif
