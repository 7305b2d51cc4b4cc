/* Reading a scenario's JSON: objects by table, errors with the place they are at.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_READER_H
#define KX_CAPTURE_READER_H

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "template.h"

#define SCENARIO_ERROR (scenario_error_quark())
GQuark scenario_error_quark(void);

/* There is one code: callers only hand the message on. */
enum { SCENARIO_ERROR_CONTENT };

/* Where in the scenario the reading is. Only the first error is kept. */
typedef struct {
    GString *path; /* such as messages[3].command */
    scope_t scope; /* the counters of the repetitions around this place */
    GError *error;
} reader_t;

/* One member that an object may have. */
typedef struct member {
    const char *name; /* NULL ends a table */
    /* Reads the value into the object; see read_integer() for an example. NULL: read elsewhere. */
    bool (*read)(reader_t *reader, JsonNode *value, const struct member *member, void *object);
    size_t offset; /* of what read() sets in the object, where it needs that */
    bool mandatory;
    int64_t minimum, maximum; /* of read_integer() */
} member_t;

/**
 * Parses JSON text.
 * @param text  UTF-8, zero-terminated; otherwise untrusted
 * @param name  what the text is called in error messages
 * @param error set to "NAME:LINE:COLUMN: what is wrong"
 * @return the root, to be freed with json_node_unref(); NULL on error
 */
JsonNode *reader_parse(const char *text, size_t length, const char *name, GError **error);

/** Reports an error at the present place, printf-like. Returns false, for return statements. */
bool reader_fail(reader_t *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** Enters a member of an object or, with a NULL @p name, element @p index of an array.
 * @return a mark for reader_leave() */
size_t reader_enter(reader_t *reader, const char *name, unsigned index);

/** Goes back to where reader_enter() was called. */
void reader_leave(reader_t *reader, size_t mark);

/** Returns whether @p node is an object, array or string; if it is not, reports that. */
bool reader_expect(reader_t *reader, JsonNode *node, const char *what, bool holds);

/** Returns whether @p node is a string (json-glib asserts no such thing when it is asked for one). */
bool node_is_string(JsonNode *node);

/**
 * Reads an object by a table. A member that the table does not list is an error: it is a typing error.
 * @param members ends with a NULL name
 * @param object  what the table's offsets refer to
 */
bool read_members(reader_t *reader, JsonNode *node, const member_t *members, void *object);

/** Calls @p read for every element of the array @p node; @p object is handed through. */
bool read_elements(reader_t *reader, JsonNode *node, void *object,
                   bool (*read)(reader_t *reader, JsonNode *element, void *object));

/* For tables. The types of what they set: int64_t, int (-1, 0 or 1), char * (to be freed),
 * int64_t nanoseconds (from a number of seconds), GArray * of int64_t (to be unreferenced). */
bool read_integer(reader_t *reader, JsonNode *node, const struct member *member, void *object);
bool read_boolean(reader_t *reader, JsonNode *node, const struct member *member, void *object);
bool read_string(reader_t *reader, JsonNode *node, const struct member *member, void *object);
bool read_seconds(reader_t *reader, JsonNode *node, const struct member *member, void *object);
bool read_integers(reader_t *reader, JsonNode *node, const struct member *member, void *object);

/**
 * Makes a counter known to what is read until reader_pop_counter().
 * @param name belongs to the caller and has to live until then
 */
bool reader_push_counter(reader_t *reader, const char *name, unsigned *slot);
void reader_pop_counter(reader_t *reader);

#endif
