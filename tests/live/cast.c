/* The key managers: who they are, and how each of them likes to write.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cast.h"

#include <string.h>

const km_t cast[KM_COUNT] = {
    [TOKYO] = {"KMA-Tokyo", "tokyo.qkdn.example", "tokyo", "127.0.1.1", SPELLING_SNAKE, FALSE,
               WRITE_HEADER_PAYLOAD, KEY_BASE64},
    [NAGOYA] = {"KMA-Nagoya", "nagoya.qkdn.example", "nagoya", "127.0.2.1", SPELLING_CAMEL, FALSE,
                WRITE_WHOLE, KEY_BASE64},
    [KYOTO] = {"KMA-Kyoto", "kyoto.qkdn.example", "kyoto", "127.0.3.1", SPELLING_PROSE, TRUE, WRITE_FIELDS,
               KEY_HEX},
    [OSAKA] = {"KMA-Osaka", "osaka.qkdn.example", "osaka", "127.0.4.1", SPELLING_SNAKE, FALSE, WRITE_WHOLE,
               KEY_BASE64},
};

int cast_find(const char *kma_id)
{
    for (int i = 0; i < KM_COUNT; i++)
        if (strcmp(cast[i].kma_id, kma_id) == 0)
            return i;
    return -1;
}

const char *spelling_name(enum spelling spelling)
{
    static const char *const names[] = {"Source KMA ID", "source_kma_id", "sourceKmaId"};

    return names[spelling];
}

const char *writing_name(enum writing writing)
{
    static const char *const names[] = {"whole", "header, payload", "field by field", "together with others"};

    return names[writing];
}
