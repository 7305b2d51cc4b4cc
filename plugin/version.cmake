# SPDX-License-Identifier: GPL-2.0-or-later
# The version of everything here. It stands in this folder because that may be built inside Wireshark's source tree.
set(KX_VERSION 0.1.0)
