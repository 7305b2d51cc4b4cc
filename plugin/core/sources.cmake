# The core's sources, relative to this folder; the build inside Wireshark's source tree compiles them with the rest.
# SPDX-License-Identifier: GPL-2.0-or-later
set(KX_CORE_SOURCES
  kx-choices.c
  kx-completions.c
  kx-delivered.c
  kx-framing.c
  kx-hops.c
  kx-interned.c
  kx-json.c
  kx-key-material.c
  kx-list.c
  kx-lookalike.c
  kx-mask.c
  kx-message-ids.c
  kx-names.c
  kx-queues.c
  kx-records.c
  kx-relays.c
  kx-results.c
  kx-reuse.c
  kx-secrets.c
  kx-standard.c
  kx-supplies.c
  kx-table.c
  kx-track.c
  kx-transit.c
)
