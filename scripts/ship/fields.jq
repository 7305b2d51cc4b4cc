# SPDX-License-Identifier: GPL-2.0-or-later
# From `tshark -G fields` (-R -n): what is sent of the Kx fields, by the names that -T ek gives them. Parameters that the
# standard does not name are left out, since their values may be key data, and Key itself.
def withheld: startswith("kx.parameter.") and (endswith(".name") or endswith(".value"))
    or . == "kx.key.data" and ($key_data | not);

[inputs | split("\t") | select(.[0] == "F" and .[4] == "kx")
    | {name: .[2], type: .[3]} | select(.name | withheld | not)]
| map({key: ("kx_" + (.name | gsub("\\."; "_"))), value: .})
| from_entries
