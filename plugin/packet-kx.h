/* packet-kx.h
 * Wireshark's registration callbacks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PACKET_KX_H
#define PACKET_KX_H

void proto_register_kx(void);
void proto_reg_handoff_kx(void);

#endif
