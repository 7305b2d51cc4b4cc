/* kx-nodes.c
 * The user's table of nodes: which KMA is at which address, and port.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-nodes.h"

#include <string.h>

#include <epan/prefs.h>
#include <epan/uat.h>

#include <wsutil/inet_addr.h>

#define ADDRESS_MAX 16

typedef struct {
    char *prefix;   /* as the user wrote it */
    range_t *ports; /* empty: any */
    char *kma_id;
    /* what was made of the prefix */
    uint8_t bytes[ADDRESS_MAX];
    unsigned bits;
    int length; /* of an address, in bytes */
} node;

static node *nodes;
static unsigned node_count;

UAT_CSTRING_CB_DEF(nodes, prefix, node)
UAT_RANGE_CB_DEF(nodes, ports, node)
UAT_CSTRING_CB_DEF(nodes, kma_id, node)

/* Returns false if the text is no address with or without the length of a prefix. */
static bool parse_prefix(node *n)
{
    char **parts = g_strsplit(n->prefix, "/", 2);
    char *rest = NULL;
    bool valid = true;

    if (parts[0] && ws_inet_pton4(parts[0], (ws_in4_addr *)(void *)n->bytes))
        n->length = 4;
    else if (parts[0] && ws_inet_pton6(parts[0], (ws_in6_addr *)(void *)n->bytes))
        n->length = 16;
    else
        valid = false;
    n->bits = 8U * (unsigned)n->length;
    if (valid && parts[1]) {
        uint64_t bits = g_ascii_strtoull(parts[1], &rest, 10);
        valid = g_ascii_isdigit(parts[1][0]) && *rest == '\0' && bits <= n->bits;
        n->bits = (unsigned)bits;
    }
    g_strfreev(parts);
    return valid;
}

static void *node_copy(void *destination, const void *source, size_t size _U_)
{
    const node *from = (const node *)source;
    node *to = (node *)destination;

    *to = *from;
    to->prefix = g_strdup(from->prefix);
    to->kma_id = g_strdup(from->kma_id);
    to->ports = range_copy(NULL, from->ports);
    return to;
}

static kx_bool node_update(void *record, char **error)
{
    node *n = (node *)record;

    *error = NULL;
    if (!n->prefix || !parse_prefix(n))
        *error = g_strdup("The address must be one like 192.0.2.1, 192.0.2.0/24 or 2001:db8::/64");
    else if (!n->kma_id || !*n->kma_id)
        *error = g_strdup("The KMA ID must not be empty");
    return !*error;
}

static void node_free(void *record)
{
    node *n = (node *)record;

    g_free(n->prefix);
    g_free(n->kma_id);
    wmem_free(NULL, n->ports);
}

static bool is_in(const node *n, const address *a)
{
    const uint8_t *bytes = (const uint8_t *)a->data;
    unsigned whole = n->bits / 8, rest = n->bits % 8;

    if (a->len != n->length || memcmp(bytes, n->bytes, whole) != 0)
        return false;
    return rest == 0 || (bytes[whole] ^ n->bytes[whole]) >> (8 - rest) == 0;
}

const char *kx_nodes_kma_id(const address *a, uint32_t port)
{
    if (node_count == 0 || (a->type != AT_IPv4 && a->type != AT_IPv6))
        return NULL;
    for (unsigned i = 0; i < node_count; i++)
        if (is_in(&nodes[i], a) && (nodes[i].ports->nranges == 0 || value_is_in_range(nodes[i].ports, port)))
            return nodes[i].kma_id;
    return NULL;
}

void kx_nodes_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(nodes, prefix, "Address", "An IP address, or a prefix like 2001:db8::/64"),
        UAT_FLD_RANGE(nodes, ports, "Port", 65535,
                      "The port that the node listens on, or a range; empty: any"),
        UAT_FLD_CSTRING(nodes, kma_id, "KMA ID", "The KMA there"), UAT_END_FIELDS};
    uat_t *table =
        uat_new("Kx nodes", sizeof(node), "kx_nodes", TRUE, &nodes, &node_count, UAT_AFFECTS_DISSECTION, NULL,
                node_copy, node_update, node_free, NULL, NULL, fields);

    prefs_register_uat_preference(module, "nodes", "Nodes",
                                  "Which KMA is at which address: several addresses of one KMA are one node, "
                                  "and one address with several "
                                  "ports may be several. Without a row, each IP address is a node.",
                                  table);
}
