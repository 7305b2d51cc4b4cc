# SPDX-License-Identifier: GPL-2.0-or-later
# Where the plugin goes: Wireshark's global plugin folder by default, the user's own one with the target install-user.

install(TARGETS kx LIBRARY DESTINATION "${Wireshark_PLUGIN_INSTALL_DIR}/epan")

set(KX_USER_PLUGIN_DIR "$ENV{HOME}/.local/lib/wireshark/plugins/${KX_PLUGIN_SUBFOLDER}")
add_custom_target(install-user
  COMMAND ${CMAKE_COMMAND} -E make_directory "${KX_USER_PLUGIN_DIR}"
  COMMAND ${CMAKE_COMMAND} -E copy "$<TARGET_FILE:kx>" "${KX_USER_PLUGIN_DIR}"
  COMMENT "Installing kx.so into ${KX_USER_PLUGIN_DIR}"
  VERBATIM)
add_dependencies(install-user kx)
