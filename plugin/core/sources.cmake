# The core's sources, relative to this folder; the build inside Wireshark's source tree compiles them with the rest.
# SPDX-License-Identifier: GPL-2.0-or-later
set(KX_CORE_SOURCES
  kx-framing.c
  kx-json.c
  kx-key-material.c
  kx-list.c
  kx-lookalike.c
  kx-mask.c
  kx-names.c
  kx-secrets.c
  kx-standard.c
  kx-table.c
)
