/* Bytes with placeholders and repetitions: read once, expanded for every message.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef KX_CAPTURE_TEMPLATE_H
#define KX_CAPTURE_TEMPLATE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

enum {
    SCOPE_MAX = 16,                /* repetitions inside one another */
    TEMPLATE_OUTPUT_MAX = 1 << 26, /* bytes that one expansion may yield */
};

/* The names of the counters that may be used at one place of a scenario, outermost first. A counter's
 * slot is its index here. The names belong to the caller and may go when the template is complete. */
typedef struct {
    const char *names[SCOPE_MAX];
    unsigned depth;
} scope_t;

/* What placeholders stand for at the moment. */
typedef struct {
    int64_t counters[SCOPE_MAX]; /* by slot */
    uint64_t seed;               /* of ${uuid:...} */
    random_t random;             /* of ${key:...} */
} values_t;

typedef struct template template_t;

/** Returns an empty template, to be freed with template_free(). */
template_t *template_new(void);

/** Frees @p template and the bodies of its repetitions; NULL is allowed. */
void template_free(template_t *template);

/** Appends @p length literal bytes. */
void template_add_bytes(template_t *template, const void *bytes, size_t length);

/**
 * Appends text in which ${...} is a placeholder and $${ stands for a literal ${.
 * @param text  zero-terminated UTF-8
 * @param json  write the text as the inside of a JSON string, escaped where JSON demands it
 * @param scope the counters that the text may name
 * @param error set to what is wrong with a placeholder, without any place
 * @return false on error
 */
bool template_add_text(template_t *template, const char *text, bool json, const scope_t *scope,
                       GError **error);

/**
 * Appends a repetition.
 * @param count     how often
 * @param slot      the counter that runs from 0 to @p count - 1
 * @param separator put between two repetitions; '\0' for nothing
 * @return the body, to be filled by the caller; it belongs to @p template
 */
template_t *template_add_repetition(template_t *template, uint64_t count, unsigned slot, char separator);

/**
 * Appends what @p template yields now to @p output.
 * @return false if that would be more than TEMPLATE_OUTPUT_MAX bytes
 */
bool template_expand(const template_t *template, values_t *values, GByteArray *output);

#endif
