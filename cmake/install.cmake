# SPDX-License-Identifier: GPL-2.0-or-later
# Where the plugin and its profile go: Wireshark's global folders by default, the user's own ones with the target
# install-user, which uninstall-user undoes. `tshark -G folders` names them all. The .deb holds the component system.

# ---- for all users ----

if(WIN32)
  set(kx_profiles "${Wireshark_INSTALL_PREFIX}/profiles")
else()
  set(kx_profiles "${Wireshark_INSTALL_PREFIX}/share/wireshark/profiles")
endif()
set(KX_PROFILE_INSTALL_DIR "${kx_profiles}" CACHE PATH "Wireshark's global folder of profiles")
set(kx_profile "${PROJECT_SOURCE_DIR}/profile/Kx")

install(TARGETS kx LIBRARY DESTINATION "${Wireshark_PLUGIN_INSTALL_DIR}/epan" COMPONENT system)
install(DIRECTORY "${kx_profile}" DESTINATION "${KX_PROFILE_INSTALL_DIR}" COMPONENT system)

# ---- for one user ----

set(kx_install_user "${PROJECT_SOURCE_DIR}/packaging/install.sh" --plugins "${KX_PLUGIN_DIR}" --profile "${kx_profile}")
add_custom_target(install-user COMMAND ${kx_install_user} VERBATIM)
add_custom_target(uninstall-user COMMAND ${kx_install_user} --uninstall VERBATIM)
add_dependencies(install-user kx)
