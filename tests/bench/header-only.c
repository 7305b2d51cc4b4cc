/* header-only.c
 * Stands in for kx-params.c and kx-links.c in a plugin that delimits messages and shows their headers, and nothing
 * else: what the rest of the plugin costs is measured against it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "kx-links.h"
#include "kx-params.h"

void kx_params_dissect(tvbuff_t *tvb _U_, int payload_offset _U_, packet_info *pinfo _U_,
                       proto_tree *tree _U_, kx_json_reader *reader _U_, kx_message *message _U_,
                       kx_findings *findings _U_)
{
}

void kx_params_register(int proto _U_)
{
}

void kx_links_find(packet_info *pinfo _U_, const kx_message *message _U_, unsigned ordinal _U_,
                   kx_links *links)
{
    memset(links, 0, sizeof *links);
}

void kx_links_show(tvbuff_t *tvb _U_, packet_info *pinfo _U_, proto_tree *tree _U_,
                   const kx_message *message _U_, unsigned ordinal _U_, const kx_links *links _U_,
                   kx_findings *findings _U_)
{
}

void kx_links_register(int proto _U_)
{
}

void kx_links_prepare(void)
{
}
