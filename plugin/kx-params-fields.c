/* kx-params-fields.c
 * The fields of a payload's parameters: one a row of the standard's tables, and what the plugin adds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kx-params.h"

#include <epan/tfs.h>
#include <epan/unit_strings.h>

#include "kx-params-walk.h"
#include "kx-standard.h"

kx_param_fields kx_hf;
kx_param_subtrees kx_ett;

static enum ftenum type_of(const kx_parameter_row *row)
{
    switch (row->display) {
    case KX_AS_INTEGER:
        return FT_INT64;
    case KX_AS_KEYS:
    case KX_AS_OBJECT:
    case KX_AS_OBJECTS:
        return FT_NONE;
    default:
        return FT_STRING;
    }
}

static void register_row(int proto, kx_parameter parameter)
{
    static hf_register_info fields[KX_PARAMETERS];
    const kx_parameter_row *row = &kx_parameter_rows[parameter];
    enum ftenum type = type_of(row);
    const char *name = wmem_strdup_printf(wmem_epan_scope(), "kx.%s", row->field);

    fields[parameter] = (hf_register_info){
        &kx_hf.parameters[parameter],
        {row->label, name, type, type == FT_INT64 ? BASE_DEC : BASE_NONE, NULL, 0, row->about, HFILL}};
    kx_hf.parameters[parameter] = -1;
    proto_register_field_array(proto, &fields[parameter], 1);
}

void kx_params_register(int proto)
{
    static const unit_name_string bits = {" bit", " bits"};
    static hf_register_info fields[] = {
        {&kx_hf.kma_id,
         {"KMA ID", "kx.kma_id", FT_STRING, BASE_NONE, NULL, 0, "Source or Destination KMA ID, for filters",
          HFILL}},
        {&kx_hf.keys_count,
         {"Number of entries", "kx.keys.count", FT_UINT32, BASE_DEC, NULL, 0,
          "Key files in Keys, or Key IDs in a response", HFILL}},
        {&kx_hf.key,
         {"Key file", "kx.key", FT_NONE, BASE_NONE, NULL, 0, "One entry of Keys (Table 1)", HFILL}},
        {&kx_hf.key_size,
         {"Key size", "kx.key.size", FT_UINT32, BASE_DEC | BASE_UNIT_STRING, &bits, 0,
          "Size of the key material, decoded from hexadecimal or base64", HFILL}},
        {&kx_hf.response_success,
         {"Success", "kx.response.success", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0,
          "Whether the Response says success", HFILL}},
        {&kx_hf.parameter_name,
         {"Parameter", "kx.parameter.name", FT_STRING, BASE_NONE, NULL, 0,
          "Name of an extension's member, or of a parameter that the command's table does not list", HFILL}},
        {&kx_hf.parameter_value,
         {"Value", "kx.parameter.value", FT_STRING, BASE_NONE, NULL, 0, "Value of such a parameter, as JSON",
          HFILL}},
    };
    static int *subtrees[] = {&kx_ett.keys, &kx_ett.key, &kx_ett.key_extension, &kx_ett.extension,
                              &kx_ett.parameter};

    for (unsigned i = 0; i < array_length(fields); i++)
        *fields[i].p_id = -1;
    for (unsigned i = 0; i < array_length(subtrees); i++)
        *subtrees[i] = -1;
    for (unsigned i = 0; i < KX_PARAMETERS; i++)
        register_row(proto, (kx_parameter)i);
    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}
